"""JSON (RFC 8259), and what looks like it: JSON lines, JSONP, server-sent events, Socket.IO packets, cut or broken documents.

A clean document goes through a fast parser. Whatever that refuses (thousands of levels, lone surrogates, duplicate names, NaN, a
missing end) is read by a tokenizer of our own, which knows no error and needs no recursion: it yields every string and number.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import orjson

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_WORDS = ("json",)
_DEEP = 100
_LONGEST_PATH = 400
_LONGEST_NAME = 64
_WINDOW = 4096
"""How far ahead a value is looked for, over keys, numbers and white space."""
_IS_NAME = re.compile(rb"\s*:")
_SHORTEST = 3
_SMALL_NUMBER = 1000
_PAIR = re.compile(rb'[^\\]"\s*:')
_STRING_IN_IT = re.compile(rb'"(?:[^"\\]|\\.){1,}"', re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]{0,63}")
_TOKEN = re.compile(
    rb'"(?P<string>(?:[^"\\]|\\.)*+)"?|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<colon>:)|(?P<bare>[^\s"\[\]{},:]++)',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class Json:
    """JSON text."""

    signs = signs.BRACKET

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes a document apart into its strings and numbers."""
        try:
            document = orjson.loads(data)
        except orjson.JSONDecodeError:
            return _lenient(data)
        if isinstance(document, str):
            return Opened(inners=(Inner(document.encode(), words=_WORDS, near=1),))
        if not isinstance(document, dict | list):
            return None
        walk = _Walk(data)
        if not walk.visit(document, "$", "", 0) or not _has_names(data, walk.names):
            return Opened(inners=_tokens(data))
        return Opened(inners=walk.found)


def _has_names(data: bytes, count: int) -> bool:
    """Whether the text has as many names as the parsed document: a name that stands twice hides the first value."""
    return data.count(b'":') == count or len(_PAIR.findall(data)) == count


class _Walk:
    """Visits a parsed document in the order of its text, so that each value's place can be found by searching forward."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.cursor = 0
        self.names = 0
        self.found: list[Inner] = []

    def visit(self, value: dict[str, Any] | list[Any], path: str, key: str, depth: int) -> bool:
        """Collects the leaves below a container; False: it is nested too deeply for this walk."""
        if depth > _DEEP:
            return False
        if isinstance(value, dict):
            self.names += len(value)
            steps: Iterable[tuple[str, str, Any]] = ((path + _step(name), name, item) for name, item in value.items())
        else:
            steps = ((f"{path}[{index}]", key, item) for index, item in enumerate(value))
        for below, name, item in steps:
            kind = type(item)
            if kind is str:
                self._text(item, below, name)
            elif kind is dict or kind is list:
                if not self.visit(item, below, name, depth + 1):
                    return False
            elif kind is float or (kind is int and not -_SMALL_NUMBER < item < _SMALL_NUMBER):
                self._number(item, below, name)
        return True

    def _text(self, text: str, path: str, key: str) -> None:
        value = text.encode()
        size = len(value)
        if size < _SHORTEST:
            return
        quoted, data, cursor = b'"%b"' % value, self.data, self.cursor
        at = data.find(quoted, cursor, cursor + 2 * size + _WINDOW)
        while at >= 0 and _IS_NAME.match(data, at + size + 2):
            at = data.find(quoted, at + size, cursor + 2 * size + _WINDOW)
        if at >= 0:
            self.found.append(Inner(value, path, key, _WORDS, at + 1))
            self.cursor = at + size + 1
        else:
            self.found.append(Inner(value, path, key, _WORDS, -1, cursor))

    def _number(self, number: float, path: str, key: str) -> None:
        value = str(number).encode()
        at = self.data.find(value, self.cursor, self.cursor + len(value) + _WINDOW)
        if at >= 0:
            self.cursor = at + len(value)
        self.found.append(Inner(value, path, key, _WORDS, at, self.cursor))


@lru_cache(maxsize=8192)
def _step(name: str) -> str:
    """A name as it is added to a path."""
    return f".{name}" if _PLAIN_NAME.fullmatch(name) else f'["{name[:_LONGEST_NAME]}"]'


def _below(path: str, name: str) -> str:
    return path if len(path) > _LONGEST_PATH else path + _step(name)


def _lenient(data: bytes) -> Opened | None:
    """Text that has JSON in it; None where there is not one string in brackets."""
    if not _STRING_IN_IT.search(data) or not (b"{" in data or b"[" in data):
        return None
    return Opened(inners=_tokens(data), sure=False)


def _tokens(data: bytes) -> Iterator[Inner]:
    """Every string and number, with its path as far as the brackets tell it."""
    place = _Place()
    pending: Inner | None = None
    for token in _TOKEN.finditer(data):
        kind = token.lastgroup
        if kind in ("string", "bare"):
            if pending:
                yield pending
            value = unescape(token[kind]) if kind == "string" else token[kind]
            pending = Inner(
                value, place.path(), place.key(), _WORDS, token.start(kind) if value == token[kind] else -1, token.start(kind)
            )
            continue
        if kind == "colon" and pending:
            place.name(pending.value.decode(errors="backslashreplace"))
            pending = None
        if pending:
            yield pending
            pending = None
        place.move(kind or "")
    if pending:
        yield pending


class _Place:
    """Where the tokenizer is: the path of each open bracket, the current name, the position in an array."""

    def __init__(self) -> None:
        self.above: list[tuple[str, str, int]] = []
        self.at = "$"
        self.current = ""
        self.index = -1

    def name(self, name: str) -> None:
        self.current = name

    def path(self) -> str:
        if self.index >= 0:
            return f"{self.at}[{self.index}]"
        return _below(self.at, self.current) if self.current else self.at

    def key(self) -> str:
        if self.current or self.index < 0:
            return self.current
        return self.above[-1][1] if self.above else ""

    def move(self, kind: str) -> None:
        if kind == "open":
            path = self.path() if 0 < len(self.above) < _DEEP else self.at
            self.above.append((self.at, self.current, self.index))
            self.at = path if len(path) <= _LONGEST_PATH else self.at
            self.index = -1
        elif kind == "close" and self.above:
            self.at, self.current, self.index = self.above.pop()
        elif kind == "comma":
            self.current = ""


def unescape(data: bytes) -> bytes:
    """The text of a JSON string; a lone surrogate stays as it is written, for no encoding can hold it."""
    if b"\\" not in data:
        return data
    return _ESCAPED.sub(_unescaped, data.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def _unescaped(match: re.Match[str]) -> str:
    high, low, unit, single = match.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if unit:
        return chr(int(unit, 16)) if not "d800" <= unit.lower() <= "dfff" else match[0]
    return _SINGLE.get(single, single)
