"""All fields of a message as one run of bytes, so that each search goes over the message once and not over each field."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from auditor.model.content import Field

_BETWEEN = b"\0\0"
"""Two bytes, for an expression may take one of them as the edge of each value."""


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
