"""Tables and frames, one from the other: nothing changes its type or its place on the way."""

import subprocess
import sys

import pandas as pd
import pyarrow as pa

from auditor.model.arrow import array_of, arrow_of, column_of, compression, from_arrow, in_order, saying

TABLE = pa.table({"name": ["b", None, "a", "b"], "kinds": [["x"], None, [], ["y", "z"]], "number": [2, 1, 3, 1]})


def test_a_table_comes_back_from_a_frame_as_it_was() -> None:
    """Texts stay texts, lists lists, and null stays null and is no empty list."""
    assert arrow_of(from_arrow(TABLE)).equals(TABLE)
    assert arrow_of(from_arrow(TABLE), ["number", "no such column"]).equals(TABLE.select(["number"]))


def test_rows_in_order_have_null_last_and_equal_rows_as_they_came() -> None:
    """A table in order already is given back itself."""
    ordered = in_order(TABLE, ["name"])
    assert ordered.column("number").to_pylist() == [3, 2, 1, 1]
    assert ordered.column("name").to_pylist() == ["a", "b", "b", None]
    assert in_order(ordered, ["name"]) is ordered


def test_a_column_in_pieces_is_one_array() -> None:
    """Of a table and of a frame."""
    pieces = pa.concat_tables([TABLE, TABLE])
    assert array_of(pieces, "number").to_pylist() == TABLE.column("number").to_pylist() * 2
    assert column_of(pd.Series(pd.arrays.ArrowExtensionArray(pieces.column("name")))).null_count == 2


def test_a_column_is_replaced_in_its_place_and_a_new_one_comes_last() -> None:
    """The others stay."""
    said = saying(TABLE, {"name": pa.array(["n"] * 4), "new": pa.array([True] * 4)})
    assert said.column_names == ["name", "kinds", "number", "new"]
    assert said.column("name").to_pylist() == ["n"] * 4


def test_few_rows_are_not_compressed() -> None:
    """Readers need not know."""
    assert (compression(10), compression(1_000)) == ("none", "zstd")


def test_pandas_is_spared_until_a_frame_is_wanted() -> None:
    """Neither lists nor scalars nor numpy arrays import it; a frame does, and its times have nanoseconds then."""
    code = """
import sys, numpy as np
from auditor.model.arrow import from_arrow, without_pandas
without_pandas()
import pyarrow as pa, pyarrow.compute as pc
pc.equal(pa.array(["a", None]), "a").to_numpy(zero_copy_only=False), pa.array(np.arange(2)), pa.repeat("a", 2).to_pylist()
print("pandas" in sys.modules)
frame = from_arrow(pa.table({"at": pa.array([1], pa.timestamp("ns", tz="UTC")), "name": [None]}))
print(frame["at"][0].nanosecond, frame["name"].isna().all(), pa.array(frame["name"]).null_count)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "1", "True", "1"]
