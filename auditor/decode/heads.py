"""The payload behind a head that nobody knows: binary bytes go in, where a payload may begin and end comes out.

Two things tell. A number in the head is the length of what follows, with a checksum behind it or without; or what follows is
compressed text that ends where the bytes end. Both are guesses: what they cut out is tried like any value, and the whole is
searched as it stands.
"""

import zlib
from collections.abc import Iterator

import brotli

from auditor.decode.signs import is_text

_LONGEST_HEAD = 24
_FURTHER = 4
"""Bytes of the head that may stand behind the length."""
_TAILS = (0, 1, 2, 4)
"""Bytes of a checksum or a line's end behind the payload, which the length does not count."""
_LENGTHS = ((4, "big"), (4, "little"), (2, "big"), (2, "little"), (1, "big"))
SHORTEST = 12
"""Bytes of a payload, before which there is a head."""
_MOST = 4
"""Payloads that are handed over: one head may be read in several ways."""
_SHORTEST_PACKED = 12
_LONGEST_PACKED = 65536
_OFFSETS = range(1, 17)
_PROOF = 4096
"""Bytes that are inflated."""
_LEAST_TEXT = 16
_PRINTABLE = bytes((9, 10, 13, *range(0x20, 0x7F)))
_CUT = 3
"""Bytes of a character that the end of the proof may have cut."""


def announced(data: bytes) -> list[tuple[int, int]]:
    """Start and end of each run that is as long as a number before it says, the likeliest first."""
    found: dict[tuple[int, int], tuple[bool, bool]] = {}
    size, head = len(data), data[:_LONGEST_HEAD]
    words = len(head) - len(head.lstrip(_PRINTABLE))  # a letter of a word is no length
    for width, order in _LENGTHS:
        tails, further = (_TAILS, _FURTHER) if width > 1 else ((0,), 0)
        for behind in range(max(width, words), min(len(head), size - SHORTEST) + 1):
            said = int.from_bytes(head[behind - width : behind], "big" if order == "big" else "little")
            if not SHORTEST <= said <= size - behind or said < size - behind - further - tails[-1]:
                continue
            for tail in tails:
                start = size - tail - said
                if behind <= start <= behind + further:
                    found.setdefault((start, size - tail), (start > behind, tail > 0))
    return sorted(found, key=found.__getitem__)[:_MOST]


def packed(data: bytes) -> tuple[int, int] | None:
    """Start and end of raw deflate or Brotli that holds text and begins within a few bytes; neither has a magic number."""
    if not _SHORTEST_PACKED <= len(data) <= _LONGEST_PACKED:
        return None
    for start in _OFFSETS:
        if len(data) - start < _SHORTEST_PACKED:
            return None
        end = _end_of_deflate(data, start) or _end_of_brotli(data, start)
        if end:
            return start, end
    return None


def _end_of_deflate(data: bytes, start: int) -> int:
    """Behind the last block, where it ends with the data but for a checksum; else 0."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        out = stream.decompress(data[start:], _PROOF)
    except zlib.error:
        return 0
    if not _holds_text(out):
        return 0
    if stream.unconsumed_tail:
        return len(data)
    return len(data) - len(stream.unused_data) if stream.eof and len(stream.unused_data) in _TAILS else 0


def _end_of_brotli(data: bytes, start: int) -> int:
    stream = brotli.Decompressor()
    try:
        out = stream.process(data[start:], output_buffer_limit=_PROOF)
    except brotli.error:
        return 0
    return len(data) if _holds_text(out) and (stream.is_finished() or len(out) >= _PROOF) else 0


def _holds_text(out: bytes) -> bool:
    return len(out) >= _LEAST_TEXT and any(
        is_text(out[: len(out) - cut]) for cut in (range(_CUT + 1) if len(out) >= _PROOF else (0,))
    )


def spans(data: bytes, *, thorough: bool) -> Iterator[tuple[int, int]]:
    """Both; compressed text only where that is worth its time."""
    told = announced(data)
    yield from told
    run = packed(data) if thorough else None
    if run and run not in told:
        yield run
