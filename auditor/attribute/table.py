"""The attribution of a whole table: observed flows go in, the same flows with their recipients come out.

Each distinct endpoint is worked out once: as columns where the catalog is silent on it, by the ladder where it speaks. The
answers are then spread over all flows by position, so that the time depends on the number of endpoints that the catalog knows,
and little on the number of flows.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.attribute.answers import COLUMNS, ENDPOINTS, answers_table, endpoints_of
from auditor.attribute.distinct import KEYS, distinct, on_both_cores
from auditor.attribute.ladder import Ladder
from auditor.attribute.silent import Silent
from auditor.model.arrow import array_of

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

__all__ = ["COLUMNS", "ENDPOINTS", "AttributedFlows", "attribute_flows"]

_CHUNK = 500_000
"""Rows whose texts are spread at once: the texts of a chunk must stay below the 2 GiB of an Arrow string array."""


@dataclass(frozen=True, slots=True)
class AttributedFlows:
    """Both tables."""

    flows: "pa.Table"
    """The columns that came in, the attribution columns, and `endpoint` (position in `endpoints`)."""
    endpoints: "pa.Table"
    """The table `ENDPOINTS`."""


def attribute_flows(observed: "pa.Table", ladder: Ladder) -> AttributedFlows:
    """Attributes every flow of a table with the columns of OBSERVED and a column `surface`.

    Raises:
        KeyError: the column `surface` is missing.
    """
    import numpy as np
    import pyarrow as pa

    names = observed.column_names
    if "surface" not in names:
        raise KeyError("surface")
    numbers, firsts = distinct(observed, with_day=ladder.uses_day)
    wanted = (*KEYS, "started") if ladder.uses_day else KEYS
    rows = pa.table({name: array_of(observed, name).take(firsts) for name in wanted if name in names})
    answers, places = _answers(rows, ladder)
    kept = {name: observed.column(name) for name in names if name not in COLUMNS and name != "endpoint"}
    endpoints = answers.add_column(0, "endpoint", pa.array(np.arange(len(firsts))))
    return AttributedFlows(pa.table(kept | _spread(answers, places[numbers])), endpoints)


def _answers(rows: "pa.Table", ladder: Ladder) -> "tuple[pa.Table, npt.NDArray[Any]]":
    """The columns of `ENDPOINTS` without the number, those that the catalog speaks of first; where each row's answer stands."""
    import numpy as np
    import pyarrow as pa

    silent = Silent(ladder, rows)
    spoken = endpoints_of(rows.take(np.flatnonzero(~silent.found)))
    answers = answers_table(spoken, [ladder.attribute(endpoint) for endpoint in spoken])
    if len(spoken) < len(rows):
        answers = pa.concat_tables((answers, silent.answers())).combine_chunks()
    places = np.empty(len(rows), np.int64)
    places[np.concatenate((np.flatnonzero(~silent.found), np.flatnonzero(silent.found)))] = np.arange(len(rows))
    return answers, places


def _spread(answers: "pa.Table", numbers: "npt.NDArray[Any]") -> "dict[str, pa.ChunkedArray]":
    """The answers' columns, one row for each number. Columns are independent, and Arrow works on them without Python's lock."""
    import pyarrow as pa

    places = pa.array(numbers, pa.int64())
    chunks = [places.slice(start, _CHUNK) for start in range(0, len(places), _CHUNK)]

    def column(name: str) -> "pa.ChunkedArray":
        texts = answers[name].combine_chunks()
        if texts.null_count == len(texts):
            return pa.chunked_array([pa.nulls(len(places), pa.string())])
        return pa.chunked_array([texts.take(chunk) for chunk in chunks], pa.string())

    with on_both_cores(len(places)) as each:
        return {**dict(zip(COLUMNS, each(column, COLUMNS), strict=True)), "endpoint": pa.chunked_array([places])}
