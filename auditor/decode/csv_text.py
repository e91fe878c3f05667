"""Delimited text (RFC 4180, and with semicolons, tabs or bars): each cell under the name that the first row gives its column."""

import csv
import io
import re
from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE = 5
_WORDS = ("csv",)
_LOOKED_AT = 65536
_FOLDED = re.compile(rb"[,;\t|] ?'?[A-Za-z0-9+/]{60,80}\r?\n[A-Za-z0-9+/]{1,80}={0,2}'?[,;\t|\r\n]")
"""Base64 in lines: what looks like two rows is one."""


class Csv:
    """Lines with the same number of cells each."""

    signs = signs.LINES

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the cells apart."""
        delimiter = _delimiter(data) if signs.is_text(data) else ""
        is_whole = not _FOLDED.search(data, 0, _LOOKED_AT)
        return Opened(inners=_cells(data, delimiter), whole=is_whole, sure=False) if delimiter else None


def _delimiter(data: bytes) -> str:
    """The delimiter that the first lines have in the same number; empty where none has."""
    lines = [line for line in data[:_LOOKED_AT].splitlines()[:_SAMPLE] if line.strip()]
    if len(lines) < 2 or lines[0][:1] in b"{[<":
        return ""
    for delimiter in _DELIMITERS:
        counts = {_count(line, delimiter) for line in lines}
        if len(counts) == 1 and counts != {0}:
            return delimiter
    return ""


def _count(line: bytes, delimiter: str) -> int:
    """Delimiters outside quotes."""
    return sum(part.count(delimiter.encode()) for part in line.split(b'"')[::2])


def _cells(data: bytes, delimiter: str) -> Iterator[Inner]:
    text = data.decode(errors="surrogateescape")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names: list[str] = []
    cursor = 0
    try:
        for number, row in enumerate(rows):
            if number == 0 and not any(character.isdigit() for cell in row for character in cell):
                names = [cell.strip() for cell in row]
                continue
            for column, cell in enumerate(row):
                value = cell.strip().encode(errors="surrogateescape")
                if not value:
                    continue
                at = data.find(value, cursor, cursor + len(value) + 4096)
                name = names[column] if column < len(names) else ""
                cursor = at + len(value) if at >= 0 else cursor
                yield Inner(value, f"[{number}].{name or column}", name, _WORDS, at, cursor)
    except csv.Error:  # a cell is too long for it: what is left is cut at every sign
        for raw in data[cursor:].replace(b"\n", delimiter.encode()).split(delimiter.encode()):
            if raw.strip():
                yield Inner(raw.strip(), words=_WORDS, near=cursor)
