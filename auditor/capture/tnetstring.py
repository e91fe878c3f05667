"""Typed netstrings, the encoding of mitmproxy's flow files: bytes in, values out.

`LENGTH:DATA TYPE`, where TYPE is `,` bytes, `;` text, `#` integer, `^` float, `!` boolean, `~` null, `]` list, `}` dictionary
(tnetstrings.info, with mitmproxy's own text type). Written anew because mitmproxy's reader answers hostile bytes with errors of
any kind, and reads the length of every value character by character.
"""

from typing import Any, BinaryIO

MAX_DEPTH = 64
"""Nesting of lists and dictionaries; flow files need about ten."""
MAX_DIGITS = 12
BLOCK = 1 << 20


class TornError(ValueError):
    """The bytes end inside a value."""


def read_frame(stream: BinaryIO) -> bytes | None:
    """The data of the next top-level dictionary; None at the end of the stream.

    Raises:
        TornError: the stream ends inside the frame.
        ValueError: no frame begins here.
    """
    digits = b""
    while True:
        char = stream.read(1)
        if not char:
            if digits:
                raise TornError("ends inside the length of a flow")
            return None
        if char == b":":
            break
        digits += char
        if not char.isdigit() or len(digits) > MAX_DIGITS:
            raise ValueError("no flow begins here")
    if not digits:
        raise ValueError("no flow begins here")
    data = _read_exactly(stream, int(digits))
    kind = stream.read(1)
    if not kind:
        raise TornError("ends inside a flow")
    if kind != b"}":
        raise ValueError("the length of a flow is wrong")
    return data


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    """Reads in blocks, so that a lying length costs no more memory than the file has bytes."""
    blocks = []
    while size:
        block = stream.read(min(size, BLOCK))
        if not block:
            raise TornError("ends inside a flow")
        blocks.append(block)
        size -= len(block)
    return b"".join(blocks)


def parse_dictionary(data: bytes) -> dict[str, Any]:
    """The dictionary whose data this is.

    Raises:
        ValueError: the data is no such dictionary.
    """
    return _dictionary(data, 0, len(data), 0)


def _value(data: bytes, start: int, end: int, depth: int) -> tuple[Any, int]:
    """The value at `start` and the position behind it."""
    colon = data.find(b":", start, min(start + MAX_DIGITS + 1, end))
    if colon <= start:
        raise ValueError("a value lacks its length")
    digits = data[start:colon]
    if not digits.isdigit():
        raise ValueError("a value lacks its length")
    stop = colon + 1 + int(digits)
    if stop >= end:
        raise ValueError("a value is longer than what holds it")
    kind = data[stop]
    body = colon + 1
    if kind == _BYTES:
        return data[body:stop], stop + 1
    if kind == _TEXT:
        return _text(data[body:stop]), stop + 1
    if kind == _LIST:
        return _list(data, body, stop, depth + 1), stop + 1
    if kind == _DICTIONARY:
        return _dictionary(data, body, stop, depth + 1), stop + 1
    return _scalar(kind, data[body:stop]), stop + 1


_BYTES, _TEXT, _LIST, _DICTIONARY = b",;]}"


def _text(data: bytes) -> str:
    """Bytes that are no UTF-8 become escapes: a lone surrogate could be written by no output."""
    return data.decode("utf-8", "backslashreplace")


def _scalar(kind: int, data: bytes) -> Any:
    if kind == ord("#"):
        if len(data) > 20:
            raise ValueError("a number is too long")
        return int(data)
    if kind == ord("^"):
        return float(data)
    if kind == ord("!"):
        if data not in (b"true", b"false"):
            raise ValueError("a boolean is neither true nor false")
        return data == b"true"
    if kind == ord("~"):
        return None
    raise ValueError("a value has an unknown type")


def _list(data: bytes, start: int, end: int, depth: int) -> list[Any]:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    values = []
    while start < end:
        value, start = _value(data, start, end, depth)
        values.append(value)
    if start != end:
        raise ValueError("a list is longer than what holds it")
    return values


def _dictionary(data: bytes, start: int, end: int, depth: int) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    values: dict[str, Any] = {}
    while start < end:
        key, start = _value(data, start, end, depth)
        if isinstance(key, bytes):
            key = _text(key)
        if not isinstance(key, str):
            raise ValueError("a dictionary has a key that is no text")
        if key in values:
            raise ValueError("a dictionary has a key twice")
        values[key], start = _value(data, start, end, depth)
    if start != end:
        raise ValueError("a dictionary is longer than what holds it")
    return values
