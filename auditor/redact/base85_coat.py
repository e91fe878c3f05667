"""Base85 taken off and put on again, in Ascii85, RFC 1924 and Z85: each five characters are four bytes in all three of them.

A run of characters may begin anywhere within a group, and text around it may be of the same characters: every place is tried, and
groups that stand for no four bytes divide a run.
"""

import re
from base64 import b85encode
from collections.abc import Iterator

from auditor.redact.text_coats import Change

_ASCII85 = bytes(range(33, 118))
_RFC_1924 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
_Z85 = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
_ALPHABETS = (_RFC_1924, _Z85, _ASCII85)
_GROUP, _BYTES = 5, 4
_RUNS = tuple(re.compile(b"[" + re.escape(alphabet) + b"]{10,}") for alphabet in _ALPHABETS)


def base85_runs(data: bytes, change: Change) -> bytes:
    """Every run in each alphabet; a change that does not keep the length is not made."""
    for alphabet, runs in zip(_ALPHABETS, _RUNS, strict=True):
        data = runs.sub(lambda run, alphabet=alphabet: _run(run[0], alphabet, change), data)  # type: ignore[misc]
    return data


def _run(run: bytes, alphabet: bytes, change: Change) -> bytes:
    digits = run.translate(bytes.maketrans(alphabet, bytes(range(85))))
    for skip in range(_GROUP):
        for start, inside in _stretches(digits, skip):
            made = change(inside)
            if made != inside and len(made) == len(inside):
                text = b85encode(made).translate(bytes.maketrans(_RFC_1924, alphabet))
                return run[:start] + text + run[start + len(text) :]
    return run


def _stretches(digits: bytes, skip: int) -> Iterator[tuple[int, bytes]]:
    """Places and bytes of groups side by side that stand for bytes; a rest stands for one byte less than it has characters."""
    start, inside = skip, b""
    for at in range(skip, len(digits), _GROUP):
        group = digits[at : at + _GROUP]
        number = 0
        for digit in group.ljust(_GROUP, b"\x54"):
            number = number * 85 + digit
        if number >> 32:
            yield start, inside
            start, inside = at + _GROUP, b""
        elif len(group) > 1:
            inside += number.to_bytes(_BYTES)[: len(group) - 1]
    yield start, inside
