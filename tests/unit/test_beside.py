"""Messages looked through by several processes: the same as by one, in the same order, whatever becomes of the others."""

import sys
import time
from collections.abc import Iterator

import pytest

from auditor import beside
from auditor.beside import Held, Lookers, look
from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.detector import Detector
from auditor.model.content import Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Direction, Part

KEY = b"a key of thirty-two bytes for it"


@pytest.fixture(scope="module")
def detector() -> Detector:
    planted = (PlantedValue(label="phone", kind="imei", value="352099001761481", owner="phone"),)
    return Detector.build(Subjects(identifiers=planted), KEY, load_identifier_knowledge())


def messages() -> list[Message]:
    """Some with the value, some with a coding that nobody knows."""
    return [
        Message(
            flow_id=str(number),
            number=0,
            direction=Direction.UP,
            at=None,
            host="api.example.com",
            protocol="http",
            pieces=(
                Piece(Part.HEADER, "Content-Encoding", b"rot13" if number % 7 == 0 else b"identity"),
                Piece(Part.BODY, "", b'{"number":%d,"imei":"%s"}' % (number, b"352099001761481" if number % 3 else b"none")),
            ),
        )
        for number in range(60)
    ]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others are started at once and get little at a time."""
    monkeypatch.setattr(beside, "MUCH", 1)
    monkeypatch.setattr(beside, "_BATCH", 200)
    monkeypatch.setattr(beside, "_cores", lambda: 2)


def heard(lookers: Lookers, told: list[Message], pause: float = 0.0) -> Iterator[Held]:
    for message in told:
        yield from lookers.give(message)
        time.sleep(pause)
    yield from lookers.end()


@pytest.mark.usefixtures("small")
def test_another_process_finds_the_same_in_the_same_order(detector: Detector) -> None:
    expected = [look(detector, message) for message in messages()]
    lookers = Lookers(detector)
    found = list(lookers.give(messages()[0]))
    (other,) = lookers._others
    for message in messages()[1:]:
        found += lookers.give(message)
    until = time.monotonic() + 60
    while not other.is_warm and time.monotonic() < until:
        time.sleep(0.05)
    found += lookers.end()
    assert other.is_warm
    assert found == expected
    assert other._process.poll() is not None


@pytest.mark.usefixtures("small")
def test_a_process_that_dies_costs_nothing(detector: Detector) -> None:
    lookers = Lookers(detector)
    found = list(lookers.give(messages()[0]))
    lookers._others[0]._process.kill()
    found += heard(lookers, messages()[1:], 0.001)
    assert found == [look(detector, message) for message in messages()]


@pytest.mark.usefixtures("small")
def test_without_another_process_nothing_changes(detector: Detector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    lookers = Lookers(detector)
    assert list(heard(lookers, messages())) == [look(detector, message) for message in messages()]
    assert not lookers._others


@pytest.mark.usefixtures("small")
def test_who_watches_sees_every_message_here(detector: Detector) -> None:
    seen: list[str] = []
    lookers = Lookers(detector, lambda message, _: seen.append(message.flow_id))
    list(heard(lookers, messages()))
    assert seen == [message.flow_id for message in messages()]
    assert not lookers._others
