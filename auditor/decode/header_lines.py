"""Lines of `Name: value`: heads of HTTP, SSDP and MIME that stand in a raw payload (RFC 9112 section 5), vCards, YAML, records.

Every line belongs to a value: one without a name goes on with the value before it (RFC 5322 section 2.2.3, YAML's blocks).
"""

import re
from collections.abc import Iterator
from itertools import chain, pairwise

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget
from auditor.decode.unicode_escapes import without_backslashes

_NAME = rb"[A-Za-z_][\w.\- ]{0,60}"
_ENTRY = re.compile(
    rb"^(?:(" + _NAME + rb")(?:;[^:\r\n\"]{0,200})?+:(?!//)|[ \t]++(" + _NAME + rb"):(?=\s|\Z)"
    rb"|[ \t]*+-[ \t]++(?:(" + _NAME + rb"):(?=\s|\Z))?+)[ \t]*+",
    re.MULTILINE,
)
"""What stands before a value: a name, with parameters as in vCards. Further in, and behind a dash, a space tells it from an
address."""
_YAML_HEAD = re.compile(rb"(?:!!?\w{1,30}[ \t]++)?+(?:[|>][+\-0-9]{0,2}[ \t]*+\r?\n)?+")
"""What YAML 1.2 has before a value: its type, and the sign of a block."""
_QUOTED = re.compile(rb"\"((?:[^\"\\]|\\.)++)\"(?:[ \t]++#[^\r\n]*+)?+|'((?:[^']|'')++)'(?:[ \t]++#[^\r\n]*+)?+", re.DOTALL)
_LOOKS = re.compile(
    rb"(?:[^\r\n]{0,2000}\r?\n)?[A-Za-z][\w.\- ]{0,60}:[^\r\n]*\r?\n"
    rb"[ \t]*+(?:-[ \t]++)?+[A-Za-z][\w.\- ]{0,60}(?:;[^:\r\n\"]{0,200})?+:"
    rb"|[^\r\n]{0,2000}\r\n[A-Za-z][\w.-]{0,60}: "
)
_START = re.compile(rb"[A-Z-]{3,12} ([^ \r\n]+) HTTP/1\.[01]\r?\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""In the first line they say that the lines stand within something else, which may be of a binary format."""
_BLANK = b" \t\r\n"


class HeaderLines:
    """A block of such lines, with a request line before it or without, and a body behind it."""

    signs = signs.LINES

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the lines apart."""
        if not _LOOKS.match(data):
            return None
        return Opened(inners=_inners(data), whole=not _CONTROL.search(data.partition(b"\n")[0]), sure=False)


def _inners(data: bytes) -> Iterator[Inner]:
    blank = re.search(rb"\r?\n\r?\n", data)
    head = blank.start() if blank else len(data)
    start = _START.match(data)
    if start:
        path, mark, query = start[1].partition(b"?")
        yield Inner(path, "path", "", (), start.start(1))
        if mark:
            yield Inner(query, "query", "", (), start.start(1) + len(path) + 1)
    begin = start.end() if start else 0
    entries: Iterator[re.Match[bytes] | None] = chain(_ENTRY.finditer(data, begin, head), (None,))
    before: Iterator[re.Match[bytes] | None] = chain((None,), entries)
    for entry, following in pairwise(before):
        name = entry[entry.lastindex].decode() if entry and entry.lastindex else ""
        yield from _value(data, name, entry.end() if entry else begin, following.start() if following else head)
    if blank and blank.end() < len(data):
        yield Inner(data[blank.end() :], "body", "", (), blank.end())


def _value(data: bytes, name: str, start: int, end: int) -> Iterator[Inner]:
    """What stands there, without its quotes and their escapes."""
    while end > start and data[end - 1] in _BLANK:
        end -= 1
    yaml = _YAML_HEAD.match(data, start, end)
    start = yaml.end() if yaml else start
    if start >= end:
        return
    quoted = _QUOTED.fullmatch(data, start, end)
    if quoted is None or quoted.lastindex is None:
        yield Inner(data[start:end], name, name, (), start)
        return
    raw = quoted[quoted.lastindex]
    value = without_backslashes(raw) if quoted.lastindex == 1 else raw.replace(b"''", b"'")
    yield Inner(value, name, name, (), quoted.start(quoted.lastindex) if value == raw else -1, start)
