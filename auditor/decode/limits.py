"""How much work one message may cost: the limits, and the budget that a decoding spends from."""

from dataclasses import dataclass


class OverLimitError(Exception):
    """A limit was reached; the text says which. Becomes an entry in `unread`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one message. What lies beyond them is reported as not looked through."""

    depth: int = 6
    """Encodings within one another."""
    inflated: int = 64 * 2**20
    """Bytes that all decompressions of the message may yield together."""
    ratio: int = 200
    """Bytes that one decompression may yield for each byte of input, once it has yielded `floor`."""
    floor: int = 2**20
    """Bytes that any decompression may yield whatever its ratio."""
    parsed: int = 16 * 2**20
    """Bytes of a value that is taken apart; a longer one is only searched as it stands."""
    fields: int = 200_000
    """Fields of the message."""
    opened: int = 100_000
    """Values of the message that are taken apart."""


class Budget:
    """What is left of the limits while one message is decoded."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.inflated = 0
        self.fields = 0
        self.opened = 0

    def room(self, size: int) -> int:
        """Bytes that a decompression of `size` bytes of input may yield now."""
        by_ratio = max(self.limits.floor, size * self.limits.ratio)
        return max(0, min(by_ratio, self.limits.inflated - self.inflated))

    def spend(self, yielded: int) -> None:
        """Counts decompressed bytes."""
        self.inflated += yielded

    def room_for_fields(self) -> int:
        """Fields that may still come."""
        return self.limits.fields - self.fields

    def take_fields(self, count: int) -> None:
        """Counts fields.

        Raises:
            OverLimitError: there are too many.
        """
        self.fields += count
        if self.fields > self.limits.fields:
            raise OverLimitError(f"more than {self.limits.fields} values")

    def take_opening(self) -> None:
        """Counts a value that is taken apart.

        Raises:
            OverLimitError: there are too many.
        """
        self.opened += 1
        if self.opened > self.limits.opened:
            raise OverLimitError(f"more than {self.limits.opened} nested values")
