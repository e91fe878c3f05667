"""A table for a terminal: a frame in, aligned text out, the same whether or not it is piped.

Only the columns that a person looks at first are shown; the last line says how many rows there are and where the other
columns are. Captured text is made safe before its width is measured.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from auditor.model.tables import Table, Type
from auditor.report.display import shortened

if TYPE_CHECKING:
    import pandas as pd

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


def render(table: Table, frame: "pd.DataFrame") -> str:
    """A header, a rule, one line a row, and the count."""
    columns = [column for name in _shown(table) for column in table.columns if column.name == name]
    cells = [_cells(frame, column.name, column.type) for column in columns]
    right = [column.type is Type.INT for column in columns]
    widths = [max(_width(cell) for cell in (column.name, *texts)) for column, texts in zip(columns, cells, strict=True)]
    lines = [_line([column.name for column in columns], widths, right), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths, right) for row in zip(*cells, strict=True)]
    left_out = len(table.columns) - len(columns)
    rows = f"{len(frame)} row" + ("" if len(frame) == 1 else "s")
    lines.append(rows + (f"; {left_out} more columns with --format ndjson, csv or parquet" if left_out else ""))
    return "\n".join(lines) + "\n"


def _shown(table: Table) -> Sequence[str]:
    return _SHOWN[table.name].split() if table.name in _SHOWN else table.names


def _cells(frame: "pd.DataFrame", name: str, kind: Type) -> list[str]:
    """A column's values as short safe text, `-` where there is none."""
    if name not in frame.columns:
        return ["-"] * len(frame)
    if kind is Type.TIME:
        return [text or "-" for text in _times(frame, name)]
    limit = _WIDEST.get(name, _WIDTH)
    plain = _plain(frame, name)
    if kind is Type.LIST:
        return [_cell(value, limit) for value in plain]
    shown = {value: _cell(value, limit) for value in set(plain)}
    return [shown[value] for value in plain]


def _times(frame: "pd.DataFrame", name: str) -> list[str | None]:
    """Times to the millisecond, which is what a person compares."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(frame[name], from_pandas=True)
    if len(array) == 0:
        return []
    texts: list[str | None] = pc.strftime(
        array.cast(pa.timestamp("ms", tz="UTC"), safe=False), format="%Y-%m-%d %H:%M:%SZ"
    ).to_pylist()
    return texts


def _plain(frame: "pd.DataFrame", name: str) -> list[Any]:
    """A column as Python values, absent ones None."""
    import pyarrow as pa

    values: list[Any] = pa.array(frame[name], from_pandas=True).to_pylist()
    return values


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
