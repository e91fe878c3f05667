"""Columns as numbered words: Arrow arrays, texts and numbers go in, each row's number and the different words come out.

Equal words have one number, so that a question about words is asked once for each different word. Where there are few values,
lists and dictionaries do the work: every call of an array library has a price, and a small session makes thousands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    type Numbers = npt.NDArray[np.integer[Any]]
    type Mask = npt.NDArray[np.bool_]

FEW = 256
"""Up to so many values lists and dictionaries are quicker than arrays, each of whose calls has a price of its own."""


class Words:
    """Different words, as a list or as an Arrow array; one is made of the other when it is asked for."""

    __slots__ = ("_array", "_list", "type")

    def __init__(self, words: "pa.Array | list[Any]", kind: "pa.DataType") -> None:
        """`kind`: strings, or integers of some width."""
        self.type = kind
        self._list: list[Any] | None = words if isinstance(words, list) else None
        self._array: pa.Array | None = None if isinstance(words, list) else words

    def __len__(self) -> int:
        return len(self.array) if self._list is None else len(self._list)

    @property
    def is_few(self) -> bool:
        """Whether the list is the quicker form."""
        return len(self) <= FEW

    @property
    def array(self) -> "pa.Array":
        """The words as an array."""
        import pyarrow as pa

        if self._array is None:
            self._array = pa.array(self._list, self.type)
        return self._array

    @property
    def listed(self) -> list[Any]:
        """The words as a list."""
        if self._list is None:
            self._list = self.array.to_pylist()
        return self._list


@dataclass(frozen=True, slots=True)
class Column:
    """A column's values by number."""

    codes: "Numbers"
    """The number of each row's word; -1 for null."""
    words: Words
    """The different words; more than the rows use, where rows were chosen."""

    def take(self, places: "Numbers") -> "Column":
        """The column at these rows."""
        return Column(self.codes[places], self.words)

    def texts(self, codes: "Numbers | None" = None) -> list[Any]:
        """The values, null as None: of all rows, or of these numbers."""
        import pyarrow as pa

        codes = self.codes if codes is None else codes
        if self.words.is_few:
            listed = self.words.listed
            return [None if code < 0 else listed[code] for code in codes.tolist()]
        values: list[Any] = self.words.array.take(pa.array(codes, mask=codes < 0)).to_pylist()
        return values


def numbered(array: "pa.Array") -> Column:
    """An Arrow column of any plain type, by number."""
    import pyarrow as pa

    if not (pa.types.is_integer(array.type) or pa.types.is_string(array.type)):
        array = array.cast(pa.string())
    if len(array) <= FEW:
        return _numbered_few(array.to_pylist(), array.type)
    encoded = array.dictionary_encode()
    return Column(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), Words(encoded.dictionary, array.type))


def numbered_texts(texts: Iterable[str | None]) -> Column:
    """A column of these texts."""
    import pyarrow as pa

    values = list(texts)
    return _numbered_few(values, pa.string()) if len(values) <= FEW else numbered(pa.array(values, pa.string()))


def _numbered_few(values: Sequence[Any], kind: "pa.DataType") -> Column:
    import numpy as np

    numbers: dict[Any, int] = {}
    codes = [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return Column(np.array(codes, np.int32), Words(list(numbers), kind))


def different(values: "Numbers") -> "Numbers":
    """The different numbers in order of appearance."""
    import numpy as np
    import pyarrow as pa

    if len(values) <= FEW:
        return np.array(list(dict.fromkeys(values.tolist())), values.dtype)
    found: Numbers = pa.array(values).unique().to_numpy()
    return found


def factorized(values: "Numbers") -> "tuple[Numbers, int]":
    """Each number's place among the different ones in order of appearance, and how many there are."""
    import numpy as np
    import pyarrow as pa

    if len(values) > FEW:
        encoded = pa.array(values).dictionary_encode()
        return encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)
    places: dict[int, int] = {}
    few: Numbers = np.array([places.setdefault(value, len(places)) for value in values.tolist()], np.int64)
    return few, len(places)


def constant(word: str | None, size: int) -> Column:
    """A column that says the same of every row."""
    import numpy as np
    import pyarrow as pa

    words = [] if word is None else [str(word)]
    return Column(np.full(size, -1 if word is None else 0, np.int32), Words(words, pa.string()))


def together(columns: Sequence[Column]) -> Column:
    """The columns below each other."""
    import numpy as np
    import pyarrow as pa

    if all(column.words is columns[0].words for column in columns):
        return Column(np.concatenate([column.codes for column in columns]), columns[0].words)
    if all(column.words.is_few and column.words.type == pa.string() for column in columns):
        words = Words(list(dict.fromkeys(word for column in columns for word in column.words.listed)), pa.string())
    else:
        words = Words(pa.concat_arrays([column.words.array.cast(pa.string()) for column in columns]).unique(), pa.string())
    return Column(np.concatenate([translated(column, words) for column in columns]), words)


def translated(column: Column, words: Words) -> "Numbers":
    """The numbers of a column's values among other words: -1 for null, their count for a word that is none of them."""
    import numpy as np
    import pyarrow.compute as pc

    found = np.full(len(column.words) + 1, -1, np.int64)
    if column.words.is_few and words.is_few and column.words.type == words.type:
        places = {word: place for place, word in enumerate(words.listed)}
        found[:-1] = [places.get(word, len(words)) for word in column.words.listed]
    else:
        found[:-1] = pc.index_in(column.words.array.cast(words.type), value_set=words.array).fill_null(len(words))
    translated: Numbers = found[column.codes]
    return translated
