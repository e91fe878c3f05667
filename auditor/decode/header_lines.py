"""Lines of `Name: value`, as in HTTP, SSDP and MIME heads that stand in a raw payload (RFC 9112 section 5)."""

import re
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_LINE = re.compile(rb"^([A-Za-z][\w.\- ]{0,60}):[ \t]*+([^\r\n]*+)", re.MULTILINE)
_LOOKS = re.compile(
    rb"(?:[^\r\n]{0,2000}\r?\n)?[A-Za-z][\w.\- ]{0,60}:[^\r\n]*\r?\n[A-Za-z][\w.\- ]{0,60}:"
    rb"|[^\r\n]{0,2000}\r\n[A-Za-z][\w.-]{0,60}: "
)
_START = re.compile(rb"[A-Z-]{3,12} ([^ \r\n]+) HTTP/1\.[01]\r?\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""In the first line they say that the lines stand within something else, which may be of a binary format."""


class HeaderLines:
    """A block of header lines, with a request line before it or without, and a body behind it."""

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
    for line in _LINE.finditer(data, 0, head):
        name = line[1].decode()
        if line[2]:
            yield Inner(line[2], name, name, (), line.start(2))
    if blank and blank.end() < len(data):
        yield Inner(data[blank.end() :], "body", "", (), blank.end())
