"""Rows in groups of equal key: what is first, and what is different, in each."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from auditor.judge.columns import different
from auditor.judge.rows import Rows

if TYPE_CHECKING:
    from auditor.judge.columns import Mask, Numbers


class Groups:
    """Rows by the values of some columns. A null is a value of its own; groups count in order of first appearance."""

    def __init__(self, rows: Rows, names: Sequence[str]) -> None:
        self._rows = rows
        self.codes, self._firsts = rows.combined(names)
        """The number of each row's group."""
        self.size = len(self._firsts)
        columns = [rows.column(name).take(self._firsts).texts() for name in names]
        self.keys: tuple[tuple[str | None, ...], ...] = tuple(zip(*columns, strict=True)) if columns else ()

    def first(self, name: str) -> list[str | None]:
        """The first value of a column that is not null, for each group."""
        import numpy as np

        column = self._rows.column(name)
        known = np.flatnonzero(column.codes >= 0)[::-1]
        found = np.full(self.size, -1, np.int64)
        found[self.codes[known]] = column.codes[known]  # of several the last assignment stays, which is the first row's
        return [None if value is None else str(value) for value in column.texts(found)]

    def distinct(self, name: str, most: int | None = None) -> list[tuple[str, ...]]:
        """The different values of a column in order of appearance, for each group, `most` of them at the most; no nulls."""
        groups, codes = self._different(name)
        if most is not None and len(groups) > most:
            kept = _rank(groups) < most
            groups, codes = groups[kept], codes[kept]
        found: list[list[str]] = [[] for _ in range(self.size)]
        for group, value in zip(groups.tolist(), self._rows.column(name).texts(codes), strict=True):
            found[group].append(str(value))
        return [tuple(values) for values in found]

    def count(self, name: str) -> list[int]:
        """How many different values a column has in each group; a null is none."""
        import numpy as np

        counts: list[int] = np.bincount(self._different(name)[0], minlength=self.size).tolist()
        return counts

    def sizes(self) -> list[int]:
        """How many rows each group has."""
        import numpy as np

        sizes: list[int] = np.bincount(self.codes, minlength=self.size).tolist()
        return sizes

    def sums(self, values: "Numbers | Mask") -> list[int]:
        """The sum of one number for each row, in each group."""
        import numpy as np

        found = np.zeros(self.size, np.int64)
        np.add.at(found, self.codes, values)
        return [int(value) for value in found]

    def least(self, values: "Numbers", known: "Mask") -> list[int | None]:
        """The least known number in each group."""
        import numpy as np

        never = np.iinfo(np.int64).max
        found = np.full(self.size, never, np.int64)
        np.minimum.at(found, self.codes[known], values[known])
        return [None if value == never else int(value) for value in found]

    def _different(self, name: str) -> "tuple[Numbers, Numbers]":
        """Group and number of every different value."""
        import numpy as np

        column = self._rows.column(name)
        known = column.codes >= 0
        size = max(len(column.words), 1)
        pairs = different(self.codes[known].astype(np.int64) * size + column.codes[known])
        return pairs // size, pairs % size


def _rank(groups: "Numbers") -> "Numbers":
    """How many of the same group stand before each."""
    import numpy as np

    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    rank = np.empty(len(groups), np.int64)
    rank[order] = np.arange(len(groups)) - np.searchsorted(ordered, ordered, "left")
    return rank


def has_word(text: str | None, words: Collection[str]) -> bool:
    """Whether a text, words with blanks between, holds one of these words; null holds none."""
    return text is not None and any(word in words for word in text.split())
