"""Multipart bodies (RFC 2046 section 5.1, RFC 7578): each part with its name and file name, read strictly forward."""

import re
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget, OverLimitError

_START = re.compile(rb"(?:\A|\r?\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[A-Za-z-]{1,60}:)")
_NAME = re.compile(rb'[; ]name="?([^";\r\n]{0,200})', re.IGNORECASE)
_FILE = re.compile(rb'filename\*?=(?:"((?:[^"\\\r\n]|\\.){1,4000}+)"?|([^";\r\n]{1,4000}+))', re.IGNORECASE)
_MOST_PARTS = 10_000
_WORDS = ("multipart",)


class Multipart:
    """A body that starts with a boundary line and a part's header, after nothing but text (RFC 2046's preamble).

    The boundary is taken from there, not from a header.
    """

    signs = signs.LINES

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the parts apart."""
        start = _START.search(data, 0, 4096)
        if start is None or not signs.is_text(data[: start.start()]):
            return None
        return Opened(inners=_parts(data, b"--" + start[1]))


def _parts(data: bytes, boundary: bytes) -> Iterator[Inner]:
    at = data.find(boundary)
    for _ in range(_MOST_PARTS):
        start = at + len(boundary)
        if data.startswith(b"--", start):
            return
        end = data.find(b"\n" + boundary, start)
        last = end < 0
        end = len(data) if last else end
        yield from _part(data, start, end - (data[end - 1 : end] == b"\r" and not last))
        if last:
            return
        at = end + 1
    raise OverLimitError(f"multipart of more than {_MOST_PARTS} parts")


def _part(data: bytes, start: int, end: int) -> Iterator[Inner]:
    """A part's content, its file name and its other headers."""
    blank = data.find(b"\r\n\r\n", start, end)
    body = blank + 4
    if blank < 0:
        blank = data.find(b"\n\n", start, end)
        body = blank + 2
    if blank < 0:
        blank, body = start, start
    head = data[start:blank]
    name = _NAME.search(head)
    key = name[1].decode(errors="backslashreplace") if name else ""
    file = _FILE.search(head)
    if file:
        group = 1 if file[1] else 2
        yield Inner(file[group], f"{key}.filename", "filename", _WORDS, start + file.start(group))
    if body < end:
        yield Inner(data[body:end], key, key, _WORDS, body)
