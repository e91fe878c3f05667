"""Rows of a table in groups of equal key: what is first, and what is different, in each. Works on whole columns at once."""

from collections.abc import Sequence
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
        self.size = int(self.codes.max(initial=-1)) + 1
        columns = [self.first(name) for name in names]
        self.keys: tuple[tuple[str | None, ...], ...] = tuple(zip(*columns, strict=True)) if columns else ()

    def first(self, name: str) -> list[str | None]:
        """The first value of a column that is not null, for each group."""
        found: list[str | None] = [None] * self.size
        for code, value in self._pairs(name, ["code"]):
            found[code] = value
        return found

    def distinct(self, name: str) -> list[tuple[str, ...]]:
        """The different values of a column in order of appearance, for each group; nulls are left out."""
        found: list[list[str]] = [[] for _ in range(self.size)]
        for code, value in self._pairs(name, ["code", "value"]):
            found[code].append(value)
        return [tuple(values) for values in found]

    def _pairs(self, name: str, unique: list[str]) -> "list[tuple[int, str]]":
        import pandas as pd

        if name not in self._frame.columns:
            return []
        pairs = pd.DataFrame({"code": self.codes, "value": self._frame[name].array}).dropna().drop_duplicates(unique)
        return list(zip(pairs["code"].tolist(), (str(value) for value in pairs["value"].tolist()), strict=True))


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
