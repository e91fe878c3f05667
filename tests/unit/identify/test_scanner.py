"""Both engines find the same literals: all of them, overlapping ones, ones with NUL bytes, in either case where asked."""

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.identify.scanner import AhoCorasick, Hyperscan, compile_scanner

LITERALS = ((b"5\x005\x00", False), (b"abc", True), (b"bcd", False), (b"\xff\x00", False), (b"ABCD", False))


def test_overlapping_literals() -> None:
    """Each literal is told with the offset behind it."""
    for engine in (Hyperscan, AhoCorasick):
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
    assert sorted(Hyperscan(given).scan(text)) == sorted(AhoCorasick(given).scan(text))
