"""Finds many byte strings in one pass. Literals go in once; then each buffer yields which literal ends where.

An Aho-Corasick automaton is ready in a tenth of the time, Hyperscan scans many times as fast. So a scanner begins with the one
and changes to the other when there is much to scan; where Hyperscan's wheel is missing, it stays. Both find the same. Compiled
literals hold clear values: neither engine writes anything to disk.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

MUCH = 24 * 2**20
"""Bytes after which compiling for speed has paid."""
_BLOCK = 2**20
"""Bytes that the automaton looks at in one go: it hands over all its hits at once."""


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
        self._engine: Scanner = AhoCorasick(literals)
        self._left = MUCH

    def scan(self, data: bytes, most: int | None = None) -> list[tuple[int, int]]:
        """Every literal in the data, in an order that does not depend on the engine."""
        if self._left > 0:
            self._left -= len(data)
            if self._left <= 0:
                self._engine = self._fastest()
        return sorted(self._engine.scan(data, most))

    def _fastest(self) -> Scanner:
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


class AhoCorasick:
    """An automaton over the literals as they are; literals without case go over a lower-case copy."""

    def __init__(self, literals: Sequence[tuple[bytes, bool]]) -> None:
        from ahocorasick_rs import BytesAhoCorasick

        self._overlap = max((len(literal) for literal, _ in literals), default=1) - 1
        self._parts: list[tuple[bool, list[int], Any]] = []
        for ignore_case in (False, True):
            numbers = [number for number, (_, caseless) in enumerate(literals) if caseless is ignore_case]
            patterns = [literals[number][0].lower() if ignore_case else literals[number][0] for number in numbers]
            if patterns:
                self._parts.append((ignore_case, numbers, BytesAhoCorasick(patterns)))

    def scan(self, data: bytes, most: int | None = None) -> list[tuple[int, int]]:
        """Every literal in the data."""
        found: list[tuple[int, int]] = []
        seen: Counter[int] = Counter()
        for number, end in self._hits(data):
            if most is None or seen[number] <= most:
                seen[number] += 1
                found.append((number, end))
        return found

    def _hits(self, data: bytes) -> Iterable[tuple[int, int]]:
        for at in range(0, len(data), _BLOCK):
            begin = max(0, at - self._overlap)
            block = data[begin : at + _BLOCK] if len(data) > _BLOCK else data
            for ignore_case, numbers, automaton in self._parts:
                hits = automaton.find_matches_as_indexes(block.lower() if ignore_case else block, overlapping=True)
                # what ends before the block was found in the one before
                yield from ((numbers[index], begin + end) for index, _, end in hits if begin + end > at)
