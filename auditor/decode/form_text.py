"""Names and values: HTML forms and queries (`a=1&b=2`, urlencoded), cookies and header parameters (`a=1; b=2`)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened, name_of
from auditor.decode.limits import Budget

_FORM = re.compile(rb"[\w.\-\[\]%$@:+~!*'()]{1,200}=[^&\s]*+(?:&[\w.\-\[\]%$@:+~!*'()]{0,200}(?:=[^&\s]*+)?)*+")
_ESCAPED_PAIR = re.compile(rb"[\w.\-\[\]]{1,64}=[^;=%]*+%[0-9A-Fa-f]{2}[^;]*\Z")
"""A form of one pair: of what has escapes only behind its name, nothing else would be made."""
_BARE_FORM = re.compile(rb"[\w.\-\[\]]{1,64}=[^&]*+(?:&[\w.\-\[\]]{1,64}=[^&]*+)++")
_LINE = re.compile(rb"(?:[\w.\-]{1,64}=[^\r\n]*+(?:\r?\n|\Z)){2,}")


_BREAK = re.compile(rb"[\s\"]")
"""No name holds white space; what stands before an equals sign in running text is none."""
_FORM_WORDS = ("form",)
_SHORT_NAME = 64
_SHORTEST_NAME = 8
"""Bytes of a name that may itself be a value in disguise."""
_LONGEST = 65536
"""Bytes of a header or a cookie; longer text with semicolons is a program."""


class Form:
    """Pairs joined by `&`."""

    signs = signs.PAIRS

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the pairs apart."""
        if b"&" not in data and data.rstrip(b"=").find(b"=") < 0:
            return None
        if _FORM.fullmatch(data):
            is_sure = b"&" in data
            return Opened(inners=pairs(data, b"&", _FORM_WORDS), whole=is_sure or bool(_ESCAPED_PAIR.match(data)), sure=is_sure)
        return Opened(inners=pairs(data, b"&", _FORM_WORDS), whole=False, sure=False) if _BARE_FORM.fullmatch(data) else None


class Parameters:
    """Pairs joined by `;` or by line ends, as in headers, cookies in odd places and `text/plain` forms."""

    signs = signs.PAIRS

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the pairs apart."""
        if len(data) <= _LONGEST and 0 <= data.find(b"=") < data.rfind(b";"):
            return Opened(inners=pairs(data, b";", ()), whole=False, sure=False)
        if _LINE.match(data):
            return Opened(inners=pairs(data, b"\n", ()), whole=False, sure=False)
        return None


def pairs(data: bytes, separator: bytes, words: tuple[str, ...], at: int = 0) -> Iterator[Inner]:
    """The values of `name=value` pairs, in order; a pair without `=` is a value without a name. The first stands at `at`."""
    for pair in data.split(separator):
        name, equals, value = pair.partition(b"=")
        start = at + len(name) + 1 if equals else at
        at += len(pair) + len(separator)
        if not equals:
            name, value = b"", name
        stripped = value.strip(b' \t\r\n"') if separator != b"&" else value
        start += value.find(stripped) if stripped else 0
        key = _known_name(name) if len(name) <= _SHORT_NAME else _name(name)
        if len(name) >= _SHORTEST_NAME and signs.signs_of(name):
            yield Inner(name, key, "", words, at - len(pair) - len(separator))
        if stripped and words == _FORM_WORDS:
            yield from _of_form(stripped, key, start)
        elif stripped:
            yield Inner(stripped, key, key, words, start)
            if b"+" in stripped and separator == b"&":
                yield Inner(stripped.replace(b"+", b" "), key, key, (*words, "plus"), -1, start)


def _of_form(value: bytes, key: str, start: int) -> Iterator[Inner]:
    """A form's value with its own escapes undone, which the word `form` stands for; a plus also as itself: senders forget it."""
    plain = unquote_to_bytes(value)
    yield Inner(plain, key, key, _FORM_WORDS, start if plain == value else -1, start)
    if b"+" in value:
        yield Inner(unquote_to_bytes(value.replace(b"+", b" ")), key, key, _FORM_WORDS, -1, start)


@lru_cache(maxsize=4096)
def _known_name(raw: bytes) -> str:
    """Names repeat from pair to pair and from message to message."""
    return _name(raw)


def _name(raw: bytes) -> str:
    name = raw.strip(b' \t\r\n"').replace(b"%5B", b"[").replace(b"%5D", b"]")
    return "" if _BREAK.search(name) else name_of(name)
