"""The tokens of JSON, read without any error: text goes in; every string, number and bare word comes out with its path.

Documents with one name twice, with a missing end, many documents in one text, scripts around a document: all yield their values.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from auditor.decode.content_format import Inner

WORDS = ("json",)
_DEEP = 100
_LONGEST_PATH = 400
_LONGEST_NAME = 64
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]{0,63}")
_TOKEN = re.compile(
    rb'"(?P<string>(?:[^"\\]|\\.)*+)"?|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<colon>:)|(?P<bare>[^\s"\[\]{},:]++)',
    re.DOTALL,
)
_ESCAPED = re.compile(
    r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(.)", re.DOTALL
)
"""JSON's own escapes, and a byte as JavaScript and Python write it."""
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def tokens(data: bytes) -> Iterator[Inner]:
    """Every string and number, with its path as far as the brackets tell it."""
    place = Place()
    pending: Inner | None = None
    for token in _TOKEN.finditer(data):
        kind = token.lastgroup
        if kind in ("string", "bare"):
            if pending:
                yield pending
            raw, start = token[kind], token.start(kind)
            value = unescape(raw) if kind == "string" else raw
            pending = Inner(value, place.path(), place.key(), WORDS, start if value == raw else -1, start)
            continue
        if kind == "colon" and pending:
            place.name(pending.value)
            pending = None
        if pending:
            yield pending
            pending = None
        place.move(token[0])
    if pending:
        yield pending


class Place:
    """Where a reader of JSON is: the path of each open bracket, the current name, the position in an array."""

    __slots__ = ("above", "at", "current", "deeper", "index", "within")

    def __init__(self) -> None:
        self.above: list[tuple[str, str, int, str]] = []
        self.deeper = 0
        """Brackets below the deepest that are told apart."""
        self.at = "$"
        self.within = ""
        """The name that the values of an array go by."""
        self.current = ""
        self.index = -1
        """In an array, the number of the value that comes next; -1 elsewhere."""

    def name(self, name: bytes) -> None:
        """A name was read; its value follows."""
        self.current = name.decode(errors="backslashreplace")

    def path(self) -> str:
        """The path of the value that stands here."""
        return path_of(self.at, self.index, self.current)

    def key(self) -> str:
        """The name of the value that stands here; in an array, the array's."""
        return self.within if self.index >= 0 else self.current

    def comma(self) -> None:
        """The next value."""
        self.current = ""
        if self.index >= 0:
            self.index += 1

    def move(self, sign: bytes) -> None:
        """A bracket, comma or colon was read."""
        if sign == b",":
            self.comma()
        elif sign in b"[{":
            self._down(sign)
        elif sign in b"]}":
            self._up()

    def _down(self, sign: bytes) -> None:
        if len(self.above) >= _DEEP:
            self.deeper += 1
            return
        key, path = self.key(), self.path()
        self.above.append((self.at, self.current, self.index, self.within))
        self.at, self.within, self.current, self.index = path, key, "", 0 if sign == b"[" else -1

    def _up(self) -> None:
        if self.deeper:
            self.deeper -= 1
        elif self.above:
            self.at, self.current, self.index, self.within = self.above.pop()


def path_of(above: str, index: int, name: str) -> str:
    """The path of a value in a container: by its index, or by its name where that is -1."""
    if len(above) > _LONGEST_PATH:
        return above
    if index >= 0:
        return f"{above}[{index}]"
    return above + _step(name) if name else above


@lru_cache(maxsize=8192)
def _step(name: str) -> str:
    """A name as it is added to a path."""
    return f".{name}" if _PLAIN_NAME.fullmatch(name) else f'["{name if len(name) <= _LONGEST_NAME else "..."}"]'


def unescape(data: bytes) -> bytes:
    """The text of a JSON string; a lone surrogate stays as it is written, for no encoding can hold it."""
    if b"\\" not in data:
        return data
    return _ESCAPED.sub(_unescaped, data.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def _unescaped(match: re.Match[str]) -> str:
    return _meant(match[0])


@lru_cache(maxsize=8192)
def _meant(escape: str) -> str:
    """What an escape stands for; remembered, for a document has few different ones and many of each."""
    match = _ESCAPED.fullmatch(escape)
    if match is None:
        return escape
    high, low, unit, byte, single = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if unit:
        return chr(int(unit, 16)) if not "d800" <= unit.lower() <= "dfff" else escape
    if byte:  # of 80 or more it is a byte of UTF-8, which this error handler's code points stand for
        return chr(0xDC00 + int(byte, 16)) if byte >= "8" else chr(int(byte, 16))
    return _SINGLE.get(single, single)
