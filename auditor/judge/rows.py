"""A table as the rules read it: rows chosen by their places, and columns as numbered words.

An Arrow table goes in. A column is numbered when the first rule asks for it, and choosing rows takes places only. So a rule costs
next to nothing where there are few rows, and a question about words is asked once for each different word where there are
millions.
"""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Self

from auditor.judge.columns import Column, Words, constant, different, factorized, numbered, numbered_texts, together, translated
from auditor.model.arrow import array_of

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.judge.columns import Mask, Numbers


class _Table:
    """A table, and what was asked of it."""

    def __init__(self, table: "pa.Table | None") -> None:
        self._table = table
        self._names: frozenset[str] = frozenset() if table is None else frozenset(table.column_names)
        self._columns: dict[str, Column] = {}
        self._numbers: dict[str, tuple[Numbers, Mask]] = {}

    def array(self, name: str) -> "pa.Array | None":
        """A column; None where there is none of that name."""
        return array_of(self._table, name) if name in self._names else None

    def column(self, name: str) -> Column | None:
        """A column of words."""
        if name not in self._columns and (array := self.array(name)) is not None:
            self._columns[name] = numbered(array)
        return self._columns.get(name)

    def numbers(self, name: str) -> "tuple[Numbers, Mask]":
        """A column of numbers or times: the values, 0 for null, and which are known."""
        import pyarrow as pa

        if name not in self._numbers:
            array = self.array(name)
            if array is None:
                raise KeyError(name)
            known = array.is_valid().to_numpy(zero_copy_only=False)
            self._numbers[name] = (array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False), known)
        return self._numbers[name]


class Rows:
    """Some rows of a table, in order, with columns of their own where a rule says something of them."""

    __slots__ = ("_own", "_places", "_table")

    def __init__(self, table: _Table, places: "Numbers", own: dict[str, Column]) -> None:
        self._table, self._places, self._own = table, places, own

    @classmethod
    def of(cls, table: "pa.Table") -> Self:
        """All rows of a table."""
        import numpy as np

        return cls(_Table(table), np.arange(len(table)), {})

    @classmethod
    def made(cls, size: int, **columns: Sequence[str | None]) -> Self:
        """Rows of these columns alone."""
        import numpy as np

        own = {name: numbered_texts(values) for name, values in columns.items()}
        return cls(_Table(None), np.arange(size), own)

    def __len__(self) -> int:
        return len(self._places)

    def column(self, name: str) -> Column:
        """A column; all null where there is none of that name."""
        if name in self._own:
            return self._own[name]
        column = self._table.column(name)
        return column.take(self._places) if column else constant(None, len(self))

    def texts(self, name: str) -> list[Any]:
        """The values of a column."""
        return self.column(name).texts()

    def present(self, name: str) -> set[Any]:
        """The different values of a column, without null."""
        column = self.column(name)
        return set(column.texts(different(column.codes))) - {None}

    def numbers(self, name: str) -> "tuple[Numbers, Mask]":
        """A column of numbers, or of times in nanoseconds: the values, 0 for null, and which are known."""
        values, known = self._table.numbers(name)
        return values[self._places], known[self._places]

    def lists(self, name: str) -> list[list[str] | None]:
        """A column of lists."""
        array = self._table.array(name)
        return [None] * len(self) if array is None else array.take(_indices(self._places)).to_pylist()

    def each_of(self, name: str, into: str) -> "Rows":
        """One row for each entry of a column of lists, with the entry in a column of its own."""
        import pyarrow.compute as pc

        array = self._table.array(name)
        if array is None:
            return self.take(self._places[:0])
        lists = array.take(_indices(self._places))
        entries = numbered(pc.list_flatten(lists))
        return self.take(pc.list_parent_indices(lists).to_numpy()).saying(**{into: entries})

    def take(self, places: "Numbers") -> "Rows":
        """The rows at these places, which may repeat."""
        return Rows(self._table, self._places[places], {name: column.take(places) for name, column in self._own.items()})

    def where(self, mask: "Mask") -> "Rows":
        """The rows that a mask chooses."""
        import numpy as np

        return self if mask.all() else self.take(np.flatnonzero(mask))

    def saying(self, **columns: "Column | str | None") -> "Rows":
        """The rows with further columns; a text says the same of all."""
        found = {name: value if isinstance(value, Column) else constant(value, len(self)) for name, value in columns.items()}
        return Rows(self._table, self._places, self._own | found)

    def without(self, *names: str) -> "Rows":
        """The rows with these columns null."""
        return self.saying(**dict.fromkeys(names))

    def is_known(self, name: str) -> "Mask":
        """Whether a value is not null."""
        return self.column(name).codes >= 0

    def is_in(self, name: str, words: Collection[str]) -> "Mask":
        """Whether a value is one of these; null is not."""
        import pyarrow as pa

        return self._among(self.column(name), Words([str(word) for word in words], pa.string()))

    def is_not(self, name: str, word: str) -> "Mask":
        """Whether a value is known to be another."""
        return self.is_known(name) & ~self.is_in(name, (word,))

    def is_among(self, name: str, others: "Rows") -> "Mask":
        """Whether a value is among those of other rows; null is not."""
        other = others.column(name)
        codes = different(other.codes)
        return self._among(self.column(name), Words(other.words.array.take(_indices(codes[codes >= 0])), other.words.type))

    def _among(self, column: Column, words: Words) -> "Mask":
        import numpy as np
        import pyarrow.compute as pc

        found = np.zeros(len(column.words) + 1, np.bool_)
        if column.words.is_few:
            wanted = frozenset(map(str, words.listed))
            found[:-1] = [str(word) in wanted for word in column.words.listed]
        else:
            found[:-1] = pc.is_in(column.words.array, value_set=words.array.cast(column.words.type))
        mask: Mask = found[column.codes]
        return mask

    def which(self, names: Sequence[str], asked: Callable[..., bool]) -> "Mask":
        """Whether `asked` says yes to the values of these columns, null as None. Each different combination is asked once."""
        import numpy as np

        codes, answers = self._asked(names, asked)
        mask: Mask = np.array(answers, np.bool_)[codes]
        return mask

    def worked_out(self, names: Sequence[str], work: Callable[..., str | None]) -> Column:
        """A column that follows from these columns. Each different combination is worked out once."""
        codes, answers = self._asked(names, work)
        return numbered_texts(answers).take(codes)

    def _asked[T](self, names: Sequence[str], ask: Callable[..., T]) -> "tuple[Numbers, list[T]]":
        codes, firsts = self.combined(names)
        values = [self.column(name).take(firsts).texts() for name in names]
        return codes, [ask(*row) for row in zip(*values, strict=True)]

    def distinct(self, names: Sequence[str]) -> "Rows":
        """The first row of each combination of values, in order."""
        return self.take(self.combined(names)[1])

    def combined(self, names: Sequence[str]) -> "tuple[Numbers, Numbers]":
        """The number of each row's combination of values, by first appearance, and the row in which each appears first."""
        import numpy as np

        combined: Numbers = np.zeros(len(self), np.int64)
        product = 1
        for name in names:
            column = self.column(name)
            size = len(column.words) + 1
            if product * size >= 1 << 62:  # dense again, so that the product never leaves 64 bits
                combined = factorized(combined)[0]
                product = int(combined.max(initial=0)) + 1
            combined, product = combined * size + (column.codes + 1), product * size
        codes, count = factorized(combined)
        firsts = np.empty(count, np.int64)
        firsts[codes[::-1]] = np.arange(len(self))[::-1]  # of several the last assignment stays
        return codes, firsts

    def joined(self, other: "Rows", names: Sequence[str], column: str, into: str, *, inner: bool) -> "Rows":
        """Each row once for each row of the other that has the same values there, with a column of it; not `inner`, rows without
        such a row once with null. Null equals null."""
        import numpy as np

        mine, theirs, product = np.zeros(len(self), np.int64), np.zeros(len(other), np.int64), 1
        for name in names:
            here, there = self.column(name), other.column(name)
            mine = mine + (here.codes + 1) * product
            theirs = theirs + (translated(there, here.words) + 1) * product
            product *= len(here.words) + 2
        order = np.argsort(theirs, kind="stable")
        starts, ends = (np.searchsorted(theirs[order], mine, side) for side in ("left", "right"))
        found = ends - starts
        times = found if inner else np.maximum(found, 1)
        places = np.repeat(np.arange(len(self)), times)
        nth = np.arange(len(places)) - np.repeat(np.cumsum(times) - times, times)
        taken = other.column(column)
        codes = np.append(taken.codes[order], -1)
        at = np.where(found[places] > 0, starts[places] + nth, len(order))
        return self.take(places).saying(**{into: Column(codes[at], taken.words)})


def below(parts: Sequence[Rows], names: Sequence[str]) -> Rows:
    """Rows of several tables below each other, with these columns alone."""
    import numpy as np

    parts = [part for part in parts if len(part)]
    size = sum(map(len, parts))
    own = {name: together([part.column(name) for part in parts]) for name in names} if parts else {}
    return Rows(_Table(None), np.arange(size), own)


def _indices(places: "Numbers") -> "pa.Array":
    import pyarrow as pa

    return pa.array(places)
