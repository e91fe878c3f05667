"""Which rows of a table are one endpoint: observed flows go in, a number for each row and the first row of each number come out.

Two rows are one endpoint when all that attribution looks at is equal in both. Columns become numbers one by one (Arrow, both
cores), and the numbers one number; texts are never compared in Python.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from auditor.model.arrow import FEW_ROWS, array_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    type Vector = npt.NDArray[np.int64]

KEYS = ("surface", "host", "host_source", "server_ip", "server_port", "transport", "application", "names", "cnames")
"""The columns that attribution looks at."""
_MOST_CODES = 2**62
"""Codes of several columns are multiplied into one number, which must stay within 64 bits."""
_DAY = 86_400_000_000_000


def distinct(observed: "pa.Table", *, with_day: bool) -> "tuple[Vector, Vector]":
    """For each row the number of its endpoint, in order of appearance, and for each endpoint the position of its first row."""
    import numpy as np

    combined, size = np.zeros(len(observed), np.int64), 1
    with on_both_cores(len(observed)) as each:
        for codes in each(lambda work: work(), _works(observed, with_day=with_day)):
            count = int(codes.max(initial=0)) + 1
            if size * count >= _MOST_CODES:
                combined = in_order_of_appearance(combined)
                size = int(combined.max(initial=0)) + 1
            if count > 1:
                combined, size = combined * count + codes, size * count
    combined = in_order_of_appearance(combined)
    firsts = np.empty(int(combined.max(initial=-1)) + 1, np.int64)
    firsts[combined[::-1]] = np.arange(len(observed) - 1, -1, -1)  # of several rows the first is written last
    return combined, firsts


def in_order_of_appearance(values: "Vector") -> "Vector":
    """A number for each distinct value, from 0 in the order in which they appear."""
    import pyarrow as pa

    return _codes(pa.array(values))


@contextmanager
def on_both_cores(rows: int) -> "Iterator[Callable[..., Iterator[Any]]]":
    """A `map` whose calls run in two threads, because Arrow works without Python's lock; with few rows it is the plain one."""
    if rows <= FEW_ROWS:
        yield map
        return
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield pool.map


def _works(observed: "pa.Table", *, with_day: bool) -> "list[Callable[[], Vector]]":
    """What gives the numbers of each column that counts."""
    arrays = {name: array_of(observed, name) for name in KEYS if name in observed.column_names}
    applications = arrays.get("application")

    def work(name: str, array: "pa.Array") -> "Vector":
        codes = _codes(array)
        if name == "names" and applications is not None:
            codes[_is_dns(applications)] = 0
        return codes

    works: list[Callable[[], Vector]] = [partial(work, name, array) for name, array in arrays.items()]
    if with_day:
        works.append(lambda: _days(observed))
    return works


def _is_dns(applications: "pa.Array") -> "npt.NDArray[np.bool_]":
    """Whose names are questions, which say nothing of the resolver."""
    import pyarrow.compute as pc

    found: npt.NDArray[np.bool_] = pc.fill_null(pc.equal(applications, "dns"), False).to_numpy(zero_copy_only=False)
    return found


def _codes(values: "pa.Array") -> "Vector":
    """A number for each distinct value; null is one of them."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_list(values.type) or pa.types.is_large_list(values.type):
        return _list_codes(values.cast(pa.list_(pa.string())))
    indices = values.dictionary_encode("encode").indices
    codes: Vector = indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _list_codes(lists: "pa.Array") -> "Vector":
    """As for values; null and empty are one. Only lists of several texts are joined for it."""
    import numpy as np
    import pyarrow.compute as pc

    sizes = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    single, several = np.flatnonzero(sizes == 1), np.flatnonzero(sizes > 1)
    codes: Vector = np.zeros(len(lists), np.int64)
    if len(single):
        codes[single] = 1 + _codes(lists.flatten() if len(single) == len(lists) else lists.take(single).flatten())
    if len(several):
        codes[several] = 1 + codes.max() + _codes(pc.binary_join(lists.take(several), "\0"))
    return codes


def _days(observed: "pa.Table") -> "Vector":
    """Days since 1970, from 1; 0 where the time is not known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    since = pc.fill_null(array_of(observed, "started").cast(pa.int64()), -1)
    days: Vector = since.to_numpy(zero_copy_only=False) // _DAY + 1
    days[days < 0] = 0
    return days
