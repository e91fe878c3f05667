"""Rows for people and machines: a table's frame in, its bytes as `table`, `ndjson`, `csv` or `parquet` out.

Text is written a column at a time inside Arrow, not a row at a time in Python: 185,000 flows take about a second.
Times have nine decimals and Z. Absent values are null in JSON and Parquet and nothing at all in CSV.
"""

import io
import struct
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson

from auditor.errors import UsageError
from auditor.model.arrow import compression
from auditor.model.tables import Table, Type, concat
from auditor.report import text_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    type Rows = pd.DataFrame | pa.Table

FORMATS = ("table", "ndjson", "csv", "parquet")
"""What `--format` of the table commands knows; the first is the default."""

_SLICE = 20_000
"""Rows at a time: bounds the memory for joined lines, and keeps a slice's text below Arrow's 2 GiB for one array."""

_GROUP = 32_768
"""Rows that are written at once at least, where there are more."""

_SAMPLE = 1_000
"""Rows that tell whether the values of a column repeat."""

_ESCAPED = bytes((*range(0x20), 0x22, 0x5C))
"""What JSON strings may not hold as it is."""

_FORMULA = r"^[=+\-@\t\r]"


def render(table: Table, frame: "Rows", form: str) -> bytes:
    """The rows in one of `FORMATS`.

    Raises:
        UsageError: no such format.
    """
    return b"".join(written(table, (frame,), form))


def written(table: Table, parts: "Iterable[Rows]", form: str) -> Iterator[bytes]:
    """Rows below each other in one of `FORMATS`, in pieces, each written before the next part is asked for.

    Raises:
        UsageError: no such format.
    """
    write = _WRITERS.get(form)
    if write is None:
        raise UsageError(f"no row format is called {form!r}", fix=f"known: {', '.join(FORMATS)}")
    return write(table, _groups(table, parts))


def to_ndjson(table: Table, frame: "Rows") -> bytes:
    """One compact JSON object a line, all columns in the table's order."""
    return render(table, frame, "ndjson")


def to_csv(table: Table, frame: "Rows") -> bytes:
    """RFC 4180 with line feeds, a header line, lists as JSON; a text that a spreadsheet would run gets a leading apostrophe."""
    return render(table, frame, "csv")


def to_parquet(table: Table, frame: "Rows") -> bytes:
    """One Parquet file with exactly the table's schema and no word about the machine that wrote it."""
    return render(table, frame, "parquet")


def _groups(table: Table, parts: "Iterable[Rows]") -> "Iterator[pa.Table]":
    """The parts, with few rows together; one without rows where there are none."""
    waiting: list[pa.Table] = []
    is_first = True
    for part in parts:
        waiting.append(table.arrow(part))
        if sum(map(len, waiting)) >= _GROUP:
            yield concat(table, waiting)
            waiting, is_first = [], False
    if waiting or is_first:
        yield concat(table, waiting)


def _ndjson(table: Table, groups: "Iterable[pa.Table]") -> Iterator[bytes]:
    import pyarrow.compute as pc

    for batch in (batch for group in groups for batch in _batches(table, group)):
        pieces = [_json_member(batch.column(number), table, number) for number in range(len(table.columns))]
        yield _bytes_of(pc.binary_join_element_wise(*pieces, "}\n", ""))


def _csv(table: Table, groups: "Iterable[pa.Table]") -> Iterator[bytes]:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    yield (",".join(table.names) + "\n").encode()
    options = arrow_csv.WriteOptions(include_header=False, quoting_style="needed")
    for batch in (batch for group in groups for batch in _batches(table, group)):
        columns = [_csv_column(batch.column(number), column.type) for number, column in enumerate(table.columns)]
        buffer = io.BytesIO()
        arrow_csv.write_csv(pa.Table.from_arrays(columns, names=list(table.names)), buffer, options)
        yield buffer.getvalue()


def _parquet(table: Table, groups: "Iterable[pa.Table]") -> Iterator[bytes]:
    """A row group for each group."""
    import pyarrow.parquet as pq

    groups = iter(groups)
    first = next(groups)
    pieces = _Pieces()
    packed = compression(len(first))
    with pq.ParquetWriter(pieces, table.arrow_schema(), compression=packed, use_dictionary=_with_dictionary(first)) as writer:
        for group in chain((first,), groups):
            writer.write_table(group)
            yield pieces.taken()
    yield pieces.taken()


def _with_dictionary(group: "pa.Table") -> list[str] | bool:
    """The columns of a large table whose values repeat: a dictionary of the others takes a fifth of the time and room in vain."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(group) < _GROUP:
        return True
    sample = group.slice(0, _SAMPLE)
    lists = {name for name in group.column_names if pa.types.is_list(group.schema.field(name).type)}
    repeated = [
        name
        for name in group.column_names
        if name not in lists and pc.count_distinct(sample[name], mode="all").as_py() <= len(sample) // 2
    ]
    return [*repeated, *(f"{name}.list.element" for name in sorted(lists))]


class _Pieces(io.RawIOBase):
    """A file that is only written to, and given away as it grows."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any, /) -> int:
        self._pieces.append(bytes(data))
        self._size += len(data)
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _text(table: Table, groups: "Iterable[pa.Table]") -> Iterator[bytes]:
    """Aligned text with the columns that matter most, for a terminal or a pipe: how wide they are, the last row may say."""
    yield text_table.render(table, concat(table, tuple(groups))).encode()


_WRITERS: "dict[str, Callable[[Table, Iterable[pa.Table]], Iterator[bytes]]]" = {
    "table": _text,
    "ndjson": _ndjson,
    "csv": _csv,
    "parquet": _parquet,
}


def _batches(table: Table, frame: "pa.Table") -> "Iterator[pa.RecordBatch]":
    """The frame's rows in slices that have exactly the table's columns and types."""
    import pyarrow as pa

    schema = table.arrow_schema()
    for start in range(0, len(frame), _SLICE):
        part = table.arrow(frame if len(frame) <= _SLICE else frame[start : start + _SLICE])
        yield pa.RecordBatch.from_arrays([column.chunk(0) for column in part.columns], schema=schema)


def _json_member(array: "pa.Array", table: Table, number: int) -> "pa.Array":
    """One column as the members of the lines' objects: `,"name":value`."""
    import pyarrow.compute as pc

    column = table.columns[number]
    key = ("," if number else "{") + orjson.dumps(column.name).decode() + ":"

    def member(values: "pa.Array") -> "pa.Array":
        return pc.binary_join_element_wise(key, pc.fill_null(_JSON[column.type](values), "null"), "")

    return member(array) if column.type is Type.LIST else _by_distinct(array, member)


def _by_distinct(array: "pa.Array", change: "Callable[[pa.Array], pa.Array]") -> "pa.Array":
    """The changed array, worked out once for each distinct value where there are few of them."""
    coded = array.dictionary_encode(null_encoding="encode")
    if 4 * len(coded.dictionary) > len(array):
        return change(array)
    return change(coded.dictionary).take(coded.indices)


def _quoted(array: "pa.Array") -> "pa.Array":
    """Text as JSON strings; only arrays that hold a character that JSON escapes are taken through Python."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if _holds(array, _ESCAPED):
        return pa.array([None if value is None else orjson.dumps(value).decode() for value in array.to_pylist()], pa.string())
    return pc.binary_join_element_wise('"', array, '"', "")


def _quoted_times(array: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    return pc.binary_join_element_wise('"', _times(array), '"', "")


def _numbers(array: "pa.Array") -> "pa.Array":
    return array.cast("string")


def _json_lists(array: "pa.Array") -> "pa.Array":
    """Lists of text as JSON arrays."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = pa.ListArray.from_arrays(_offsets(array), _quoted(array.flatten()))
    joined = pc.binary_join_element_wise("[", pc.binary_join(lists, ","), "]", "")
    return pc.if_else(array.is_valid(), joined, pa.scalar(None, pa.string()))


_JSON: "dict[Type, Callable[[pa.Array], pa.Array]]" = {
    Type.TEXT: _quoted,
    Type.TIME: _quoted_times,
    Type.LIST: _json_lists,
    Type.INT: _numbers,
    Type.BOOL: _numbers,
}


def _times(array: "pa.Array") -> "pa.Array":
    """ISO 8601 with nine decimals and Z. The date is worked out once for each distinct second."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def dates(seconds: "pa.Array") -> "pa.Array":
        return pc.strftime(seconds.cast(pa.timestamp("s", tz="UTC")), format="%Y-%m-%dT%H:%M:%S.")

    whole = pc.floor_temporal(array, unit="second")
    fraction = pc.utf8_lpad(pc.subtract(array.cast("int64"), whole.cast("int64")).cast("string"), 9, padding="0")
    return pc.binary_join_element_wise(_by_distinct(whole, dates), fraction, "Z", "")


def _offsets(array: "pa.Array") -> "pa.Array":
    """Where each list begins among the flattened values (null lists hold none)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lengths = pc.fill_null(pc.list_value_length(array), 0)
    return pa.concat_arrays([pa.array([0], pa.int32()), pc.cumulative_sum(lengths).cast("int32")])


def _csv_column(array: "pa.Array", kind: Type) -> "pa.Array":
    """A column as a spreadsheet may safely open it."""
    if kind is Type.TIME:
        return _times(array)
    if kind is Type.LIST:
        return _json_lists(array)
    return _by_distinct(array, _without_formulas) if kind is Type.TEXT else array


def _without_formulas(array: "pa.Array") -> "pa.Array":
    import pyarrow.compute as pc

    guarded = pc.binary_join_element_wise("'", array, "")
    return pc.if_else(pc.match_substring_regex(array, _FORMULA), guarded, array)


def _holds(array: "pa.Array", characters: bytes) -> bool:
    """Whether any value of a text array holds one of these ASCII characters."""
    text = _bytes_of(array)
    return len(text.translate(None, characters)) != len(text)


def _bytes_of(lines: "pa.Array") -> bytes:
    """All text of an array in one piece: exactly its value buffer."""
    _, offsets, values = lines.buffers()
    if values is None:
        return b""
    start, end = (struct.unpack_from("<i", offsets, 4 * (lines.offset + place))[0] for place in (0, len(lines)))
    return bytes(values[start:end])
