"""All fields of a message as one run of bytes, so that each search goes over the message once and not over each field."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from auditor.model.content import Field

_BETWEEN = b"\0\0"
"""Two bytes, for an expression may take one of them as the edge of each value."""


class Placed(NamedTuple):
    """Bytes of the joined run, found again in the value that holds them."""

    field: Field
    start: int
    """In the field's value."""
    number: int
    """Of the field of the message, or of the document that the value is a plain leaf of."""
    inside: int
    """Where the value begins in that document; -1 where it is a field of the message."""


class Batch:
    """Fields, their values joined, and the way back from a place in the joined bytes to a field."""

    def __init__(self, fields: Sequence[Field]) -> None:
        values = [field.value for field in fields]
        self.fields = fields
        self.data = values[0] if len(values) == 1 else _BETWEEN.join(values)
        self._starts = [0, *accumulate([len(value) + len(_BETWEEN) for value in values])]

    def locate(self, start: int, end: int) -> tuple[int, int] | None:
        """Number of the field that holds the bytes from `start` to `end`, and their offset in it; None where no field does."""
        index = bisect_right(self._starts, start) - 1
        begin = self._starts[index]
        if index >= len(self.fields) or end - begin > len(self.fields[index].value):
            return None
        return index, start - begin

    def value_at(self, start: int, end: int) -> Placed | None:
        """The innermost value that holds these bytes; None where none does, or where a field of its own will show them again."""
        placed = self.locate(start, end)
        if placed is None:
            return None
        number, begin = placed
        field = self.fields[number]
        if field.leaves is None:
            return Placed(field, begin, number, -1)
        length = end - start
        inside = field.leaves.at(begin, begin + length)
        if inside is None:
            # A needle may hold the quotes around a value: the value itself is found without them.
            bare = field.leaves.at(begin + 1, begin + length - 1) if length > 2 else None
            return None if bare else Placed(field, begin, number, -1)
        leaf, offset = inside
        return None if leaf.container else Placed(leaf, offset, number, begin - offset)
