"""Rows of a table in groups of equal key: what is first, and what is different, in each; and rows whose value is among others.

Works on whole columns at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Groups:
    """A frame's rows by the values of some columns. A null is a value of its own; groups count in order of first appearance."""

    def __init__(self, frame: "pd.DataFrame", names: Sequence[str]) -> None:
        self._frame = frame
        self.codes = _codes(frame, names)
        """The number of each row's group."""
        self._known: dict[tuple[str, bool], _Pairs] = {}
        self.size = int(self.codes.max(initial=-1)) + 1
        columns = [self.first(name) for name in names]
        self.keys: tuple[tuple[str | None, ...], ...] = tuple(zip(*columns, strict=True)) if columns else ()

    def first(self, name: str) -> list[str | None]:
        """The first value of a column that is not null, for each group."""
        found: list[str | None] = [None] * self.size
        pairs = self._pairs(name, every=False)
        for code, value in zip(pairs.groups.tolist(), pairs.words(), strict=True):
            found[code] = value
        return found

    def distinct(self, name: str, most: int | None = None) -> list[tuple[str, ...]]:
        """The different values of a column in order of appearance, for each group, `most` of them at the most; no nulls."""
        found: list[list[str]] = [[] for _ in range(self.size)]
        pairs = self._pairs(name, every=True)
        if most is not None:
            pairs = pairs.at_most(most)
        for code, value in zip(pairs.groups.tolist(), pairs.words(), strict=True):
            found[code].append(value)
        return [tuple(values) for values in found]

    def count(self, name: str) -> list[int]:
        """How many different values a column has in each group; a null is none."""
        import numpy as np

        counts: list[int] = np.bincount(self._pairs(name, every=True).groups, minlength=self.size).tolist()
        return counts

    def _pairs(self, name: str, *, every: bool) -> "_Pairs":
        """Group and value of the rows that say something new: the first value of each group, or every different one."""
        import numpy as np
        import pandas as pd

        if name not in self._frame.columns:
            return _Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), pd.Index([], dtype="string"))
        if (name, every) not in self._known:
            codes, values = pd.factorize(self._frame[name])
            rows = np.flatnonzero(codes >= 0)
            key = self.codes[rows] * len(values) + codes[rows] if every else self.codes[rows]
            rows = rows[~pd.Series(key).duplicated().to_numpy()]
            self._known[name, every] = _Pairs(self.codes[rows], codes[rows], values)
        return self._known[name, every]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Groups and values by number: most values are never asked for as text."""

    groups: "np.ndarray[Any, Any]"
    codes: "np.ndarray[Any, Any]"
    values: Any

    def at_most(self, most: int) -> "_Pairs":
        """The first so many of each group."""
        import pandas as pd

        kept = (pd.Series(self.groups).groupby(self.groups).cumcount() < most).to_numpy()
        return _Pairs(self.groups[kept], self.codes[kept], self.values)

    def words(self) -> list[str]:
        """The values as text."""
        import pyarrow as pa

        return [str(value) for value in pa.array(self.values.take(self.codes), from_pandas=True).to_pylist()]


def is_among(column: "pd.Series[Any]", values: "pd.Series[Any]") -> "pd.Series[bool]":
    """Whether each value of a column is one of those of another, which pandas asks value by value. A null is among none."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(values, from_pandas=True).cast(pa.string()).drop_null().unique()
    found = pc.is_in(pa.array(column, from_pandas=True).cast(pa.string()), value_set=known)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=column.index, dtype="bool")


def has_word(column: "pd.Series[Any]", words: Collection[str]) -> "pd.Series[bool]":
    """Whether each value, words with blanks between, holds one of these words. Each distinct value is split once."""
    wanted = frozenset(words)
    holding = [value for value in column.dropna().unique() if not wanted.isdisjoint(value.split())]
    return column.isin(holding).astype(bool)


def _codes(frame: "pd.DataFrame", names: Sequence[str]) -> "np.ndarray[Any, Any]":
    """The number of each row's group."""
    import numpy as np
    import pandas as pd

    combined = np.zeros(len(frame), np.int64)
    for name in names:
        if name not in frame.columns:
            continue
        # Dense again after each column, so that the product never leaves 64 bits; a null has the code -1.
        codes, values = pd.factorize(frame[name])
        combined, _ = pd.factorize(combined * (len(values) + 1) + codes + 1)
    return combined
