"""Quotas, and what a detector does with messages made to hold too much."""

import json

import pytest

from auditor.decode.message import decode
from auditor.identify import detector as detector_module
from auditor.identify import planted as planted_module
from auditor.identify.quota import Boundless, Quota
from auditor.model.content import Piece
from auditor.model.vocabulary import Part
from tests.unit.identify.sessions import IMEI, MAC, detector, message, unplanted


def test_a_quota_ends() -> None:
    """So many are taken; only who asks for more learns that it is spent."""
    of_two = Quota(2)
    assert [of_two.take(), of_two.take(), of_two.is_spent] == [True, True, False]
    assert [of_two.take(), of_two.is_spent] == [False, True]


def test_no_limit() -> None:
    """A redaction must find every place."""
    without = Boundless()
    assert all(without.take() for _ in range(1000))
    assert not without.is_spent


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (json.dumps([{"n": n, "imei": IMEI} for n in range(90)]), "one planted value in more than"),
        (" ".join([IMEI] * 90), "one planted value in more than"),
        (json.dumps([f"a{n}@mail.example.com" for n in range(120)]), "more than 100 identifiers"),
        (json.dumps([{"email": f"a{n}@mail.example.com"} for n in range(220)]), "more than 200 values that may be identifiers"),
        (json.dumps([{"lat": 23.1 + n / 1e5, "lon": 113.123456} for n in range(220)]), "values that may be identifiers"),
    ],
    ids=["in a document", "in text", "free", "under names", "positions"],
)
def test_too_much_is_said_and_other_values_are_found(data: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted values come first: the one behind all the others is told, and that not all was told."""
    monkeypatch.setattr(planted_module, "HITS_OF_ONE", 80)
    monkeypatch.setattr(detector_module, "LOOKS", 200)
    monkeypatch.setattr(detector_module, "SIGHTINGS", 100)
    data = data[:-1] + (f', "{MAC}"]' if data.startswith("[") else f"1 {MAC}")
    told = message((Piece(Part.BODY, "", data.encode()),))
    sightings, unread = detector().look(told, decode(told).fields)
    assert len(sightings) <= 100
    assert "mac" in {sighting.identifier for sighting in sightings}
    assert any(reason in said for said in unread)


def test_nothing_is_said_of_a_message_with_much_in_it() -> None:
    """A log with a device's number in each of its lines is told to the end."""
    told = message((Piece(Part.BODY, "", "\n".join(f"line {n} device {IMEI} ok" for n in range(3000)).encode()),))
    sightings, unread = detector().look(told, decode(told).fields)
    assert (len(sightings), unread) == (3000, ())
    assert unplanted().look(told, ()) == ((), ())
