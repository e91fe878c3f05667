"""How much work one message may cost: the limits, and the budget that a decoding spends from."""

from dataclasses import dataclass


class OverLimitError(Exception):
    """A limit was reached; the text says which. Becomes an entry in `unread`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one message. What lies beyond them is reported as not looked through."""

    depth: int = 8
    """Encodings within one another."""
    inflated: int = 64 * 2**20
    """Bytes that all decompressions of the message may yield together."""
    ratio: int = 200
    """Bytes that one decompression may yield for each byte of input, once it has yielded `floor`."""
    floor: int = 2**20
    """Bytes that any decompression may yield whatever its ratio."""
    parsed: int = 16 * 2**20
    """Bytes of a value that is taken apart; a longer one is only searched as it stands."""
    fields: int = 100_000
    """Fields of the message, besides the values that are taken apart."""
    opened: int = 12_000
    """Values of the message that are taken apart: each costs as much as looking through some kilobytes of text."""
    tried: int = 64 * 2**20
    """Bytes of the values that are taken apart, all together: what is nested is counted in each of its layers."""


USUAL = Limits()


class Budget:
    """What is left of the limits while one message is decoded."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.inflated = 0
        self.fields = 0
        self.opened = 0
        self.tried = 0

    def room(self, size: int) -> int:
        """Bytes that a decompression of `size` bytes of input may yield now."""
        by_ratio = max(self.limits.floor, size * self.limits.ratio)
        return max(0, min(by_ratio, self.limits.inflated - self.inflated))

    def spend(self, yielded: int) -> None:
        """Counts decompressed bytes."""
        self.inflated += yielded

    def room_for_fields(self) -> int:
        """Fields that may still come."""
        return max(0, self.limits.fields - self.fields)

    def take_fields(self, count: int) -> None:
        """Counts fields."""
        self.fields += count

    def room_for_openings(self) -> tuple[int, str]:
        """Values that may still be found and taken apart, and why there may not be more."""
        openings, fields = max(0, self.limits.opened - self.opened), self.room_for_fields()
        if fields < openings:
            return fields, f"more than {self.limits.fields} values"
        return openings, f"more than {self.limits.opened} nested values"

    def take_opening(self, size: int) -> str:
        """Counts a value of some bytes that is to be taken apart; the answer says why it cannot be, or nothing."""
        if self.opened >= self.limits.opened:
            return f"more than {self.limits.opened} nested values"
        if self.tried + size > self.limits.tried:
            return f"more than {self.limits.tried} bytes of nested values"
        self.opened += 1
        self.tried += size
        return ""
