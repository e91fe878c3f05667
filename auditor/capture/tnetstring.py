"""Typed netstrings, the encoding of mitmproxy's flow files: bytes in, values out.

`LENGTH:DATA TYPE`, where TYPE is `,` bytes, `;` text, `#` integer, `^` float, `!` boolean, `~` null, `]` list, `}` dictionary
(tnetstrings.info, with mitmproxy's own text type). Written anew because mitmproxy's reader answers hostile bytes with errors of
any kind, and reads the length of every value character by character.
"""

from collections.abc import Iterator, Set
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
    found = read_value(stream)
    if found is None:
        return None
    if found[0] != _DICTIONARY:
        raise ValueError("the length of a flow is wrong")
    return found[1]


class Frames:
    """The data of the top-level dictionaries of a stream, in order, read in large blocks.

    Iterating raises what `read_frame` raises; `position` is then the offset of the frame that is broken.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.position = 0
        """Offset of the next frame."""
        self._stream = stream
        self._buffer = b""
        self._at = 0

    def __iter__(self) -> "Frames":
        return self

    def __next__(self) -> bytes:
        size, start = self._head()
        end = start + size
        if end >= len(self._buffer):
            used = start - self._at
            if not self._fill(used + size + 1):
                raise TornError("ends inside a flow")
            start, end = used, used + size
        if self._buffer[end] != _DICTIONARY:
            raise ValueError("the length of a flow is wrong")
        self.position += end + 1 - self._at
        self._at = end + 1
        return self._buffer[start:end]

    def _head(self) -> tuple[int, int]:
        """The size of the next frame, and where in the buffer it begins."""
        if len(self._buffer) - self._at <= MAX_DIGITS:
            self._fill(MAX_DIGITS + 1)
        colon = self._buffer.find(b":", self._at, self._at + MAX_DIGITS + 1)
        digits = self._buffer[self._at : colon] if colon >= 0 else self._buffer[self._at : self._at + MAX_DIGITS + 1]
        if colon >= 0 and digits.isdigit():
            return int(digits), colon + 1
        if not digits and colon < 0:
            raise StopIteration
        if digits.isdigit() and len(digits) <= MAX_DIGITS:
            raise TornError("ends inside the length of a flow")
        raise ValueError("no flow begins here")

    def _fill(self, size: int) -> bool:
        """Whether so many bytes are there from the next frame on; reads no more than the stream has."""
        blocks = [self._buffer[self._at :]]
        have = len(blocks[0])
        while have < size and (block := self._stream.read(BLOCK)):
            blocks.append(block)
            have += len(block)
        self._buffer, self._at = b"".join(blocks), 0
        return have >= size


def read_value(stream: BinaryIO) -> tuple[int, bytes] | None:
    """The type and the data of the next value; None at the end of the stream.

    Raises:
        TornError: the stream ends inside the value.
        ValueError: no value begins here.
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
    return kind[0], data


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


type Span = tuple[int, int, int]
"""Where a value's data begins and ends, and the byte of its type."""


def spans(data: bytes, start: int, end: int, wanted: Set[bytes]) -> dict[bytes, Span]:
    """The places of the wanted keys' values in the dictionary whose data lies between `start` and `end`.

    Values of other keys are stepped over without a look into them.

    Raises:
        ValueError: no dictionary lies there, or it has one of the keys twice.
    """
    found: dict[bytes, Span] = {}
    find, at = data.find, start
    while at < end:  # `_span` twice, written out: this is where the time of a reader goes
        colon = find(b":", at, at + MAX_DIGITS)
        digits = data[at:colon]
        if colon < 0 or not digits.isdigit():
            raise ValueError("a value lacks its length")
        begin = colon + 1
        at = begin + int(digits)
        if at >= end or data[at] not in _TEXTS:
            raise ValueError("a dictionary has a key that is no text")
        key = data[begin:at]
        colon = find(b":", at + 1, at + MAX_DIGITS)
        digits = data[at + 1 : colon]
        if colon < 0 or not digits.isdigit():
            raise ValueError("a value lacks its length")
        at = colon + 1 + int(digits)
        if at >= end:
            raise ValueError("a value is longer than what holds it")
        if key in wanted:
            if key in found:
                raise ValueError("a dictionary has a key twice")
            found[key] = (colon + 1, at, data[at])
        at += 1
    if at != end:
        raise ValueError("a dictionary is longer than what holds it")
    return found


def entries(data: bytes) -> Iterator[tuple[bytes, int, Span]]:
    """Key, offset of the entry and place of the value of each entry of the dictionary whose data this is.

    Raises:
        ValueError: it is none.
    """
    at = 0
    while at < len(data):
        begin, stop, kind = _span(data, at, len(data))
        if kind not in _TEXTS:
            raise ValueError("a dictionary has a key that is no text")
        span = _span(data, stop + 1, len(data))
        yield data[begin:stop], at, span
        at = span[1] + 1


def pairs(data: bytes, span: Span) -> list[tuple[bytes, bytes]]:
    """The value of a span as a list of pairs of bytes, like the headers of a message.

    Raises:
        ValueError: it is none.
    """
    at, end, kind = span
    if kind != _LIST:
        raise ValueError("a list of pairs is none")
    find, found = data.find, []
    while at < end:
        outer = find(b":", at, at + MAX_DIGITS)
        first = find(b":", outer + 1, outer + 1 + MAX_DIGITS)
        middle = first + 1 + int(data[outer + 1 : first])
        second = find(b":", middle + 1, middle + 1 + MAX_DIGITS)
        stop = second + 1 + int(data[middle + 1 : second])
        at = outer + 1 + int(data[at:outer])
        # What is no number ends in ValueError; what lies about its length ends here, or outside of its list.
        if not outer < first <= middle < second <= stop or at != stop + 1 or at >= end:
            raise ValueError("a list of pairs holds something else")
        if data[middle] != _BYTES or data[stop] != _BYTES or data[at] != _LIST:
            raise ValueError("a list of pairs holds something else")
        found.append((data[first + 1 : middle], data[second + 1 : stop]))
        at += 1
    if at != end:
        raise ValueError("a list is longer than what holds it")
    return found


def value(data: bytes, span: Span) -> Any:
    """The value of a span, all of it.

    Raises:
        ValueError: there is none.
    """
    start, stop, kind = span
    return _value_of(data, start, stop, kind, 0)


def _span(data: bytes, start: int, end: int) -> Span:
    """The value that begins with its length at `start`."""
    colon = data.find(b":", start, start + MAX_DIGITS + 1)
    if colon <= start:
        raise ValueError("a value lacks its length")
    digits = data[start:colon]
    if not digits.isdigit():
        raise ValueError("a value lacks its length")
    stop = colon + 1 + int(digits)
    if stop >= end:
        raise ValueError("a value is longer than what holds it")
    return colon + 1, stop, data[stop]


def _value(data: bytes, start: int, end: int, depth: int) -> tuple[Any, int]:
    """The value at `start` and the position behind it."""
    body, stop, kind = _span(data, start, end)
    return _value_of(data, body, stop, kind, depth), stop + 1


def _value_of(data: bytes, body: int, stop: int, kind: int, depth: int) -> Any:
    if kind == _BYTES:
        return data[body:stop]
    if kind == _TEXT:
        return _text(data[body:stop])
    if kind == _LIST:
        return _list(data, body, stop, depth + 1)
    if kind == _DICTIONARY:
        return _dictionary(data, body, stop, depth + 1)
    return _scalar(kind, data[body:stop])


_BYTES, _TEXT, _LIST, _DICTIONARY = b",;]}"
_TEXTS = frozenset((_BYTES, _TEXT))
DICTIONARY, LIST, NULL = _DICTIONARY, _LIST, ord("~")
"""Bytes of types."""


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
        body, stop, kind = _span(data, start, end)
        # Most values of a flow are bytes: names and values of headers.
        values.append(data[body:stop] if kind == _BYTES else _value_of(data, body, stop, kind, depth))
        start = stop + 1
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
