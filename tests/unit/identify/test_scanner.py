"""Both engines find the same literals: all of them, overlapping ones, ones with NUL bytes, in either case where asked."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.identify import prefixes, scanner
from auditor.identify.prefixes import Prefixes
from auditor.identify.scanner import Hyperscan, compile_scanner

LITERALS = ((b"5\x005\x00", False), (b"abc", True), (b"bcd", False), (b"\xff\x00", False), (b"ABCD", False))


def test_overlapping_literals() -> None:
    """Each literal is told with the offset behind it."""
    for engine in (Hyperscan, Prefixes):
        assert sorted(engine(LITERALS).scan(b"xABCD abcd 5\x005\x00\xff\x00")) == [
            (0, 15),
            (1, 4),
            (1, 9),
            (2, 10),
            (3, 17),
            (4, 5),
        ]


def test_no_literals() -> None:
    """Without planted values nothing is compiled and nothing found."""
    assert compile_scanner(()).scan(b"anything") == []


@settings(max_examples=50, deadline=None)
@given(
    literals=st.lists(st.tuples(st.binary(min_size=1, max_size=6), st.booleans()), min_size=1, max_size=6, unique=True),
    data=st.binary(max_size=60),
)
def test_engines_agree(literals: list[tuple[bytes, bool]], data: bytes) -> None:
    """Whatever the literals and the data."""
    given = tuple((literal.lower() if caseless else literal, caseless) for literal, caseless in literals)
    text = data + b"".join(literal for literal, _ in given)
    assert sorted(Hyperscan(given).scan(text)) == sorted(Prefixes(given).scan(text))


def test_hits_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table goes block by block; a literal over an edge is found once."""
    monkeypatch.setattr(prefixes, "_BLOCK", 3)
    data = b"xABCD abcd bcd\xff\x00"
    assert sorted(Prefixes(LITERALS).scan(data)) == sorted(Hyperscan(LITERALS).scan(data))


@pytest.mark.parametrize("engine", [Hyperscan, Prefixes])
def test_the_first_places_of_each(engine: type[scanner.Scanner]) -> None:
    """Of what stands in more places than wanted, one more comes out; another literal behind them all does, too."""
    found = engine(LITERALS).scan(b"abc" * 1000 + b" abc \xff\x00", 4)  # type: ignore[call-arg]
    assert sorted(found) == [(1, 3), (1, 6), (1, 9), (1, 12), (1, 15), (3, 3007)]


def test_engine_changes_when_there_is_much_to_scan(monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick one first, the fast one after some bytes; what is found, and its order, stay the same."""
    monkeypatch.setattr(scanner, "MUCH", 100)
    growing = scanner.Growing(LITERALS)
    found = [growing.scan(b"xABCD abcd \xff\x00" + b" " * 40) for _ in range(4)]
    assert isinstance(growing._engine, Hyperscan)
    assert found == [[(1, 4), (1, 9), (2, 10), (3, 13), (4, 5)]] * 4


def test_without_the_wheel_the_table_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where hyperscan cannot be imported, everything works on."""
    monkeypatch.setattr(scanner, "MUCH", 1)
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert scanner.Growing(LITERALS).scan(b"xbcd") == [(2, 4)]
