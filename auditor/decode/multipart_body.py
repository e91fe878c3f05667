"""Multipart bodies (RFC 2046 section 5.1, RFC 7578): each part with its name and file name, read strictly forward."""

import re
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget, OverLimitError

_START = re.compile(rb"(?:\A|\r?\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[A-Za-z-]{1,60}:)")
_NAME = re.compile(rb'[; ]name="?([^";\r\n]{0,200})', re.IGNORECASE)
_LINE = re.compile(rb"^([^:\r\n]{1,200}):[ \t]*+([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*+)", re.MULTILINE)
"""A header, with the lines that it is folded into (RFC 5322 section 2.2.3)."""
_PARAMETER = re.compile(rb';\s*+([A-Za-z0-9_.-]{1,60}\*?+)=(?:"((?:[^"\\\r\n]|\\.){0,4000}+)"?|([^";\r\n]{1,4000}+))')
_FILE = re.compile(rb"filename\*?=", re.IGNORECASE)
_DISPOSITION = b"content-disposition"
_USUAL = re.compile(
    rb"[\w.+-]{1,40}/[\w.+-]{1,60}(?:; ?charset=[\w-]{1,20})?|binary|[78]bit|base64|quoted-printable|\d{1,10}", re.IGNORECASE
)
_SHORTEST, _SHORTEST_NAME = 3, 12
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
    if preamble := data[:at].strip():
        yield Inner(preamble, "preamble", "", (), data.find(preamble))
    if signs.signs_of(boundary):
        yield Inner(boundary[2:], "boundary", "", (), at + 2)
    for _ in range(_MOST_PARTS):
        start = at + len(boundary)
        if data.startswith(b"--", start):
            if epilogue := data[start + 2 :].strip():
                yield Inner(epilogue, "epilogue", "", (), data.find(epilogue, start + 2))
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
    name = _NAME.search(data, start, blank)
    key = name[1].decode(errors="backslashreplace") if name else ""
    for line in _LINE.finditer(data, start, blank):
        has_parameters = line[1].lower() == _DISPOSITION or _FILE.search(line[2])
        yield from _parameters(data, line, key) if has_parameters else _header(line, key)
    if body < end:
        yield Inner(data[body:end], key, key, _WORDS, body)


def _header(line: re.Match[bytes], key: str) -> Iterator[Inner]:
    """A header's value, unless it is as they all are."""
    if len(line[2]) >= _SHORTEST and not _USUAL.fullmatch(line[2]):
        name = line[1].decode(errors="backslashreplace")
        yield Inner(line[2], f"{key}.{name}", name, _WORDS, line.start(2))


def _parameters(data: bytes, line: re.Match[bytes], key: str) -> Iterator[Inner]:
    """The file name, and other parameters; the name itself where it may be a value in disguise."""
    for parameter in _PARAMETER.finditer(data, *line.span(2)):
        group = 2 if parameter[2] is not None else 3
        name, value = parameter[1].decode().lower().rstrip("*"), parameter[group]
        if not value or (name == "name" and (len(value) < _SHORTEST_NAME or not signs.signs_of(value))):
            continue
        yield Inner(value, f"{key}.{name}", name, _WORDS, parameter.start(group))
