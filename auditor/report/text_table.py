"""A table for a terminal: a frame in, aligned text out, the same whether or not it is piped.

Only the columns that a person looks at first are shown; the last line says how many rows there are and where the other
columns are. Captured text is made safe before its width is measured.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from auditor.model.arrow import array_of
from auditor.model.tables import Table, Type
from auditor.report.display import shortened

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_SHOWN = {
    "flows": "started surface host server_ip server_port application visibility recipient relation bytes_up confidence",
    "observed": "started host server_ip server_port transport application visibility bytes_up bytes_down",
    "sightings": "at surface recipient host kind identifier match part path encodings masked",
    "recipients": "surface recipient entity country relation flows bytes_up kinds",
    "findings": "id severity status surface phase recipient kind class flows message",
    "attributions": "name recipient entity country service relation step confidence reason",
    "parties": "party name_en name_zh purposes surfaces lines",
    "lint": "line column severity rule language message",
}
"""The columns that matter, by table."""

_WIDEST = {"message": 100, "reason": 72, "host": 48, "path": 36}
_WIDTH = 32
"""Cells are cut in their middle beyond this many characters; the other formats have everything."""


def render(table: Table, data: "pd.DataFrame | pa.Table") -> str:
    """A header, a rule, one line a row, and the count."""
    found = table.arrow(data)
    columns = [column for name in _shown(table) for column in table.columns if column.name == name]
    cells = [_cells(array_of(found, column.name), column.name, column.type) for column in columns]
    right = [column.type is Type.INT for column in columns]
    widths = [max(_width(cell) for cell in (column.name, *texts)) for column, texts in zip(columns, cells, strict=True)]
    lines = [_line([column.name for column in columns], widths, right), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths, right) for row in zip(*cells, strict=True)]
    left_out = len(table.columns) - len(columns)
    rows = f"{len(found)} row" + ("" if len(found) == 1 else "s")
    lines.append(rows + (f"; {left_out} more columns with --format ndjson, csv or parquet" if left_out else ""))
    return "\n".join(lines) + "\n"


def _shown(table: Table) -> Sequence[str]:
    return _SHOWN[table.name].split() if table.name in _SHOWN else table.names


def _cells(values: "pa.Array", name: str, kind: Type) -> list[str]:
    """A column's values as short safe text, `-` where there is none."""
    if kind is Type.TIME:
        return [text or "-" for text in _times(values)]
    limit = _WIDEST.get(name, _WIDTH)
    plain = values.to_pylist()
    if kind is Type.LIST:
        return [_cell(value, limit) for value in plain]
    shown = {value: _cell(value, limit) for value in set(plain)}
    return [shown[value] for value in plain]


def _times(values: "pa.Array") -> list[str | None]:
    """Times to the millisecond, which is what a person compares."""
    import pyarrow as pa
    import pyarrow.compute as pc

    milliseconds = values.cast(pa.timestamp("ms", tz="UTC"), safe=False)
    texts: list[str | None] = pc.strftime(milliseconds, format="%Y-%m-%d %H:%M:%SZ").to_pylist()
    return texts


def _cell(value: Any, limit: int) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return shortened(" ".join(value), limit) if value else "-"
    return shortened(str(value), limit)


def _line(cells: Sequence[str], widths: list[int], right: list[bool]) -> str:
    padded = []
    for cell, width, to_the_right in zip(cells, widths, right, strict=True):
        space = " " * (width - _width(cell))
        padded.append(space + cell if to_the_right else cell + space)
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal: Chinese characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
