"""Literals by how they begin: found at every place, whatever stands around them, by machine code and without, and what dense text
costs is counted."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import triage_code
from auditor.identify import prefixes
from auditor.identify.prefixes import Prefixes
from auditor.object_code import functions


@pytest.fixture(scope="module", params=["columns", "code"])
def engine(request: pytest.FixtureRequest) -> prefixes._Engine:
    """Without machine code, and with it."""
    made = prefixes._Engine()
    if request.param == "code":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prefixes, "_engine", made)
            doors, keeps = functions(triage_code.CODE)
            prefixes.use(doors["begun"], keeps)
    return made


@pytest.fixture(autouse=True)
def used(engine: prefixes._Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test runs with both."""
    monkeypatch.setattr(prefixes, "_engine", engine)


def slowly(literals: list[tuple[bytes, bool]], data: bytes) -> list[tuple[int, int]]:
    """The same by comparing everywhere."""
    return sorted(
        (number, start + len(literal))
        for number, (literal, caseless) in enumerate(literals)
        for start in range(len(data) - len(literal) + 1)
        if (data[start : start + len(literal)].lower() if caseless else data[start : start + len(literal)]) == literal
    )


LITERALS = st.lists(st.tuples(st.binary(min_size=1, max_size=12), st.booleans()), min_size=1, max_size=8, unique=True)


@settings(max_examples=200, deadline=None)
@given(literals=LITERALS, data=st.lists(st.binary(max_size=9), max_size=8), block=st.integers(1, 40))
def test_every_place_is_found(literals: list[tuple[bytes, bool]], data: list[bytes], block: int) -> None:
    """Literals of every length, over the edges of blocks, in any bytes around them."""
    given = [(literal.lower() if caseless else literal, caseless) for literal, caseless in literals]
    text = b"".join(part + literal for part, (literal, _) in zip(data, literals * 8, strict=False))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prefixes, "_BLOCK", block)
        assert sorted(Prefixes(given).scan(text)) == slowly(given, text)


def test_a_literal_at_the_very_end_and_one_cut_there() -> None:
    assert Prefixes(((b"abcdefgh", False), (b"fgh\0", False))).scan(b"xxabcdefgh") == [(0, 10)]


def test_plain_text_compares_next_to_nothing() -> None:
    """Twenty thousand literals and a hundred kilobytes of other text."""
    rng = random.Random(1)
    table = Prefixes([(rng.randbytes(8).hex().encode(), True) for _ in range(20_000)])
    assert table.scan(bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz ", k=100_000))) == []
    assert table.compared < 10


def test_text_made_of_beginnings_says_what_it_cost() -> None:
    table = Prefixes(((b"aaaaaab", False),))
    assert table.scan(b"a" * 1000) == []
    assert table.compared == 995


def test_more_places_than_there_is_room_for() -> None:
    data = b"abcabc" * 5000
    assert sorted(Prefixes(((b"abcabc", False),)).scan(data)) == slowly([(b"abcabc", False)], data)


def test_what_is_busy_is_not_waited_for(engine: prefixes._Engine) -> None:
    with engine.lock:
        assert Prefixes(((b"abcdefgh", False),)).scan(b"xxabcdefgh") == [(0, 10)]
