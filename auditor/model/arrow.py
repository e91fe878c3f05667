"""Arrow tables and pandas frames, one from the other, and what the stages do with columns of either.

Nothing here knows a published table; those are in `tables.py`.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FEW_ROWS = 256


def in_order(table: "pa.Table", names: Sequence[str]) -> "pa.Table":
    """The rows sorted by these columns: null last, equal rows as they come."""
    import pyarrow as pa

    places = places_in_order(table.select(names), names)
    if places is None:
        return table
    schema, taken = table.schema, []
    while table.num_columns:  # one after the other, each in place of its old one: all of them twice would be twice the memory
        taken.append(table.column(0).take(places))
        table = table.remove_column(0)
    return pa.Table.from_arrays(taken, schema=schema)


def places_in_order(keys: "pa.Table", names: Sequence[str]) -> "pa.Array | None":
    """The rows' places when they are sorted; None where they are already."""
    import pyarrow.compute as pc

    found = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in names])
    places = found.to_numpy()
    return None if (places[1:] > places[:-1]).all() else found


def array_of(table: "pa.Table", name: str) -> "pa.Array":
    """A table's column as one Arrow array."""
    column = table.column(name)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def saying(table: "pa.Table", columns: "Mapping[str, pa.Array]") -> "pa.Table":
    """The table with these columns, in place of those of the same name or after all others."""
    import pyarrow as pa

    return pa.table({name: table.column(name) for name in table.column_names} | dict(columns))


def arrow_of(frame: "pd.DataFrame", names: Sequence[str] | None = None) -> "pa.Table":
    """A frame's columns, or those of these names that it has, as an Arrow table."""
    import pyarrow as pa

    wanted = frame.columns if names is None else [name for name in names if name in frame.columns]
    return pa.table({name: column_of(frame[name]) for name in wanted})


def column_of(column: "pd.Series[Any]") -> "pa.Array":
    """A frame's column as one Arrow array."""
    import pyarrow as pa

    array = pa.array(column.array, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        return array.chunk(0) if array.num_chunks == 1 else array.combine_chunks()
    return array


def without_pandas() -> None:
    """Spares this process the import of pandas, a quarter of a second, for as long as nobody wants a frame: pyarrow would import
    it at the first list that becomes a column, only to ask whether the list is one of pandas' own.

    Its Python part learns of pandas again with the first frame (`from_arrow`), its C++ part never does: for processes of our own
    only, where nobody hands it lists with `pandas.NA` or `pandas.Timestamp`.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa

    sys.meta_path.insert(0, _NoPandas)
    try:
        pa.array([], pa.string())  # the Python part and ...
        pa.scalar("")  # ... the C++ part ask once each
    finally:
        sys.meta_path.remove(_NoPandas)


class _NoPandas:
    """Finds no pandas."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """As Python asks.

        Raises:
            ModuleNotFoundError: it asks for pandas.
        """
        if name == "pandas":
            raise ModuleNotFoundError(name)


def from_arrow(table: "pa.Table") -> "pd.DataFrame":
    """An Arrow table as a frame with Arrow dtypes."""
    import pandas as pd
    import pyarrow as pa

    _ = pa.lib._pandas_api.pd  # takes back what `without_pandas` said
    columns = {name: pd.arrays.ArrowExtensionArray(table.column(name)) for name in table.column_names}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)), copy=False)


def compression(rows: int) -> str:
    """How a Parquet file of so many rows is compressed. Few rows are not: each column would cost more than all of its text."""
    return "zstd" if rows > FEW_ROWS else "none"
