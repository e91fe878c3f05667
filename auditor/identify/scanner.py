"""Finds many byte strings in one pass. Literals go in once; then each buffer yields which literal ends where.

A table of beginnings (`prefixes`) is ready in a fiftieth of the time, Hyperscan scans several times as fast: a scanner begins
with the one and changes to the other when there is much to scan, or stays where Hyperscan's wheel is missing. Both find the same.
Compiled literals hold clear values: neither engine writes anything to disk.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

from auditor.identify.prefixes import Prefixes

MUCH = 128 * 2**20
"""Bytes after which compiling for speed has paid."""
_COMPARISON = 256
"""Bytes that the comparison of a literal counts as: text made of beginnings is what the table is slow at."""


class Scanner(Protocol):
    """A compiled set of literals."""

    def scan(self, data: bytes, most: int | None = None) -> list[tuple[int, int]]:
        """Number of the literal and the offset behind it, for every place where one stands, overlapping ones too.

        Of a literal that stands in more than `most` places, the first of them and one more, which says so.
        """


def compile_scanner(literals: Sequence[tuple[bytes, bool]]) -> Scanner:
    """Compiles literals, each with whether case is ignored (ASCII letters only)."""
    return Growing(literals) if literals else Nothing()


class Growing:
    """Starts quickly, and compiles for speed once that pays."""

    def __init__(self, literals: Sequence[tuple[bytes, bool]]) -> None:
        self._literals = literals
        self._engine: Prefixes | Hyperscan = Prefixes(literals)
        self._may_change = True
        self._scanned = 0

    def scan(self, data: bytes, most: int | None = None) -> list[tuple[int, int]]:
        """Every literal in the data, in an order that does not depend on the engine."""
        if self._may_change and isinstance(self._engine, Prefixes):
            self._scanned += len(data)
            if self._scanned + _COMPARISON * self._engine.compared >= MUCH:
                self._may_change = False
                self._engine = self._fastest()
        return sorted(self._engine.scan(data, most))

    def _fastest(self) -> "Prefixes | Hyperscan":
        try:
            return Hyperscan(self._literals)
        except ImportError:
            return self._engine


class Nothing:
    """No literals."""

    def scan(self, data: bytes, most: int | None = None) -> list[tuple[int, int]]:  # noqa: ARG002 - the Protocol's signature
        """Finds nothing."""
        return []


class Hyperscan:
    """Hyperscan in block mode."""

    def __init__(self, literals: Sequence[tuple[bytes, bool]]) -> None:
        import hyperscan

        # Hyperscan's own literal mode ends a literal at its first NUL, so each byte is written as an escape.
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[b"".join(b"\\x%02x" % byte for byte in literal) for literal, _ in literals],
            ids=list(range(len(literals))),
            elements=len(literals),
            flags=[hyperscan.HS_FLAG_CASELESS if caseless else 0 for _, caseless in literals],
        )

    def scan(self, data: bytes, most: int | None = None) -> list[tuple[int, int]]:
        """Every literal in the data."""
        found: list[tuple[int, int]] = []
        seen: Counter[int] = Counter()

        def note(number: int, _start: int, end: int, _flags: int, _context: Any) -> None:
            if most is None or seen[number] <= most:
                seen[number] += 1
                found.append((number, end))

        self._database.scan(data, match_event_handler=note)
        return found
