"""Readings that wait: where each came from is told when a search has hit."""

import base64
import json

import numpy as np
import pytest

from auditor.decode.content_format import Inner
from auditor.decode.json_readings import Readings
from auditor.decode.triage_letters import BASE64, UNESCAPED


def around(number: int, start: int, end: int) -> tuple[Inner, int]:
    return Inner(b"value", f"$.k{number}", f"k{number}", ("json",), 100, 100), start


@pytest.fixture
def readings() -> Readings:
    rows = np.array([[2, BASE64, 5, 13, 0, 6], [3, UNESCAPED, 0, 0, 8, 14]], np.int64)
    return Readings(b"abcdef\0\0uvwxyz\0\0", rows, around)


def test_a_hit_is_placed(readings: Readings) -> None:
    assert readings.at(1, 4) == (Inner(b"abcdef", "$.k2", "k2", ("json", "base64"), -1, 105), 1, False)
    assert readings.at(9, 11) == (Inner(b"value", "$.k3", "k3", ("json",), 100, 100), 1, False)
    assert readings.at(4, 9) is None


def test_only_readings_are_values_of_their_own(readings: Readings) -> None:
    assert [inner.value for inner in readings.each()] == [b"abcdef"]
    assert readings.value_of((1, 0, 0)).value == b"value"
    assert list(readings.named("k2", 0)) == []
    assert not readings.names


def test_in_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """A MAC as bytes within base64 within an escaped URL: found at its part of the URL."""
    from auditor import triage_code
    from auditor.decode import triage
    from auditor.decode.message import decode
    from tests.unit.decode.messages import body

    monkeypatch.setattr(triage, "_engine", triage._Engine())
    monkeypatch.setattr(triage_code, "MUCH", 0)
    monkeypatch.setattr(triage_code, "VERY_MUCH", 0)
    triage_code.prepare()
    raw = bytes.fromhex("9fa1c3d5e79b02f7e1d3c4")
    token = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    data = json.dumps({"a": 1, "link": f"https://h.example.com/p?token={token}&x=1"}).replace("/", "\\/").encode()
    fields = decode(body(data)).fields
    (held,) = [field for field in fields if raw in field.value]
    assert held.leaves is not None
    at = held.value.index(raw)
    placed = held.leaves.at(at + 2, at + 8)
    assert placed is not None
    leaf, offset = placed
    assert (leaf.path, leaf.key, leaf.encodings, leaf.value, offset) == ("$.link.token", "token", ("json", "base64"), raw, 2)
    assert not any(token.encode() in field.value and field.leaves is None for field in fields)
