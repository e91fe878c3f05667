"""The bracket around a place: machine code and columns say the same, and large documents go by columns."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import triage_code
from auditor.decode import triage
from auditor.decode.json_brackets import FEW, OUTSIDE, Columns, brackets_of
from auditor.decode.triage_brackets import DEEP
from auditor.object_code import functions


@pytest.fixture(autouse=True)
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine code from the first sign on."""
    engine = triage._Engine()
    doors, keeps = functions(triage_code.CODE)
    engine.doors = triage.Doors(doors["look"], doors["look_at"], doors["brackets"], keeps)
    monkeypatch.setattr(triage, "_engine", engine)
    monkeypatch.setattr(triage, "_SHORTEST", 0)


@given(st.text('[]{},":', max_size=80))
def test_both_say_the_same(text: str) -> None:
    signs = text.encode() + b'"'
    followed, columns = brackets_of(signs), Columns(signs)
    assert not isinstance(followed, Columns)
    for at in range(len(signs)):
        opening = columns.around(at)
        assert followed.around(at) == opening
        if opening != OUTSIDE:
            assert followed.number(opening, at) == columns.number(opening, at)
        assert at <= followed.last


def test_deep_ones_too() -> None:
    rng = random.Random(1)
    signs = bytes(rng.choices(b'[{]},"', weights=(5, 5, 3, 3, 4, 4), k=5000)) + b'"'
    followed, columns = brackets_of(signs), Columns(signs)
    places = [(at, columns.around(at)) for at in range(len(signs))]
    assert [followed.around(at) for at, _ in places] == [opening for _, opening in places]
    inside = [(opening, at) for at, opening in places if opening != OUTSIDE]
    assert [followed.number(*place) for place in inside] == [columns.number(*place) for place in inside]
    assert signs[:2500].count(b"[") + signs[:2500].count(b"{") > DEEP


def test_of_large_documents_nothing_is_kept_for_each_sign() -> None:
    assert isinstance(brackets_of(b"[" * (FEW + 1)), Columns)
    assert not isinstance(brackets_of(b"[" * FEW), Columns)


def test_without_machine_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "_engine", triage._Engine())
    found = brackets_of(b'{":["",","]}"')
    assert isinstance(found, Columns)
    assert (found.around(4), found.number(3, 7)) == (3, 1)
