"""The attribution of a whole table: observed flows go in, the same flows with their recipients come out.

Each distinct endpoint is worked out once: as columns where the catalog is silent on it, by the ladder where it speaks. The
answers are then spread over all flows by position, so that the time depends on the number of endpoints that the catalog knows,
and little on the number of flows.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.attribute.answers import COLUMNS, ENDPOINTS, answers_table, endpoints_of
from auditor.attribute.distinct import KEYS, arrow, distinct
from auditor.attribute.ladder import Ladder
from auditor.attribute.silent import Silent
from auditor.model.tables import from_arrow

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    import pyarrow as pa

__all__ = ["COLUMNS", "ENDPOINTS", "AttributedFlows", "attribute_flows"]

_CHUNK = 500_000
"""Rows whose texts are spread at once: the texts of a chunk must stay below the 2 GiB of an Arrow string array."""


@dataclass(frozen=True, slots=True)
class AttributedFlows:
    """Both tables."""

    flows: "pd.DataFrame"
    """The columns that came in, the attribution columns, and `endpoint` (position in `endpoints`)."""
    endpoints: "pd.DataFrame"
    """The table `ENDPOINTS`."""


def attribute_flows(observed: "pd.DataFrame", ladder: Ladder) -> AttributedFlows:
    """Attributes every flow of a table with the columns of OBSERVED and a column `surface`.

    Raises:
        KeyError: the column `surface` is missing.
    """
    import pandas as pd
    import pyarrow as pa

    if "surface" not in observed.columns:
        raise KeyError("surface")
    numbers, firsts = distinct(observed, with_day=ladder.uses_day)
    wanted = (*KEYS, "started") if ladder.uses_day else KEYS
    rows = pa.table({name: arrow(observed[name]).take(firsts) for name in wanted if name in observed.columns})
    answers, places = _answers(rows, ladder)
    numbers = places[numbers]
    flows = observed.drop(columns=[name for name in (*COLUMNS, "endpoint") if name in observed.columns])
    spread = from_arrow(_spread(answers, numbers))
    spread.index = flows.index
    endpoints = from_arrow(answers.add_column(0, "endpoint", pa.array(range(len(firsts)), pa.int64())))
    return AttributedFlows(pd.concat([flows, spread], axis="columns"), endpoints)


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


def _spread(answers: "pa.Table", numbers: "npt.NDArray[Any]") -> "pa.Table":
    """The answers' columns, one row for each number. Columns are independent, and Arrow works on them without Python's lock."""
    import pyarrow as pa

    places = pa.array(numbers, pa.int64())
    chunks = [places.slice(start, _CHUNK) for start in range(0, len(places), _CHUNK)]

    def column(name: str) -> "pa.ChunkedArray":
        texts = answers[name].combine_chunks()
        if texts.null_count == len(texts):
            return pa.chunked_array([pa.nulls(len(places), pa.string())])
        return pa.chunked_array([texts.take(chunk) for chunk in chunks], pa.string())

    with ThreadPoolExecutor(max_workers=2) as pool:
        return pa.table({**dict(zip(COLUMNS, pool.map(column, COLUMNS), strict=True)), "endpoint": places})
