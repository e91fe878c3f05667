"""The recorder's side of the dissector: what it takes, and what ends it."""

import gc
import os
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson
import pytest

from auditor.errors import UsageError
from auditor.record.addon_equipment import Equipment
from auditor.record.journal import Fact, Kind
from auditor.record.live_facts import MAX_LINE, MOST_A_LOOK, LiveFacts, no_phase
from tests.unit.record.forking import interrupt_forks
from tests.unit.record.test_dissector import EQUIPMENT, story

CONTACT = {"kind": "contact", "client_ip": "192.168.50.40", "host": "a.example", "server_ip": "198.51.100.1", "server_port": 443}


def printing(at: int) -> str:
    return "print" if at > 1_700_000_000_000_000_000 else "before"


def load() -> Equipment:
    return EQUIPMENT


@contextmanager
def spoken() -> Iterator[tuple[LiveFacts, socket.socket]]:
    """Live facts whose dissector is the test."""
    live = LiveFacts(load, "printer", None)
    near, far = socket.socketpair()
    near.setblocking(False)
    assert live._channel is not None
    live._channel.close()
    live._channel = near
    yield live, far
    far.close()
    live.end(no_phase)


def say(far: socket.socket, *lines: Mapping[str, object] | bytes) -> None:
    for line in lines:
        far.sendall(line if isinstance(line, bytes) else orjson.dumps(line) + b"\n")


def test_a_file_that_is_shown_becomes_records(tmp_path: Path) -> None:
    path = tmp_path / "printer.pcapng"
    path.write_bytes(story())
    live = LiveFacts(load, "printer", None)
    live.show(os.open(path, os.O_RDONLY))
    found: list[tuple[Kind, dict[str, Fact]]] = []
    deadline = time.monotonic() + 20
    while len(found) < 3 and time.monotonic() < deadline:
        found += live.poll(printing)
        time.sleep(0.05)
    found += live.end(printing)
    assert live.why_ended == ""
    contacts = [facts for kind, facts in found if kind is Kind.CONTACT]
    assert {facts["phase"] for facts in contacts} == {"print"}
    assert {facts["surface"] for facts in contacts} == {"printer"}
    assert all(str(facts["began"]).startswith("2026-09-21T") for facts in contacts)
    assert any(kind is Kind.DEVICE for kind, _ in found)


def test_a_dissector_that_is_killed_is_noticed_and_costs_nothing(tmp_path: Path) -> None:
    live = LiveFacts(load, "printer", None)
    os.kill(live._process, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not live.why_ended and time.monotonic() < deadline:
        assert live.poll(no_phase) == []
        time.sleep(0.02)
    assert live.why_ended
    (tmp_path / "x").write_bytes(b"")
    live.show(os.open(tmp_path / "x", os.O_RDONLY))
    assert live.end(no_phase) == []


def test_what_it_cannot_load_is_told_as_a_note() -> None:
    def refuse() -> Equipment:
        raise UsageError("subjects.toml: broken")

    live = LiveFacts(refuse, "printer", None)
    found: list[tuple[Kind, dict[str, Fact]]] = []
    deadline = time.monotonic() + 10
    while not found and time.monotonic() < deadline:
        found = live.poll(no_phase)
        time.sleep(0.02)
    assert found == [(Kind.NOTE, {"text": "no live facts: subjects.toml: broken"})]
    live.end(no_phase)


def test_a_fault_in_the_dissector_is_told_by_type_and_place_only() -> None:
    def broken() -> Equipment:
        raise RuntimeError("secret")

    live = LiveFacts(broken, "printer", None)
    found: list[tuple[Kind, dict[str, Fact]]] = []
    deadline = time.monotonic() + 10
    while not found and time.monotonic() < deadline:
        found = live.poll(no_phase)
        time.sleep(0.02)
    ((kind, facts),) = found
    assert kind is Kind.NOTE
    assert str(facts["text"]).startswith("the dissector did not start: RuntimeError in test_live_facts.py, line ")
    live.end(no_phase)


def test_each_contact_is_told_once_in_each_phase() -> None:
    with spoken() as (live, far):
        say(far, CONTACT, CONTACT, {**CONTACT, "server_port": 80})
        assert [facts["server_port"] for _, facts in live.poll(lambda at: "pay")] == [443, 80]
        say(far, CONTACT)
        assert live.poll(lambda at: "pay") == []
        say(far, CONTACT)
        assert len(live.poll(printing)) == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe\n",
        b'{"kind":"ended","reason":"user"}\n',
        b'{"kind":"contact","host":5}\n',
        b'{"kind":"contact","more":"x"}\n',
        b'{"kind":"flow"}\n',
        b'["contact"]\n',
        b'{"kind":"note","text":"' + b"x" * MAX_LINE + b'"}\n',
        b"x" * (MAX_LINE + 70_000),
    ],
    ids=["no JSON", "an end", "a wrong type", "a field of its own", "another kind", "no object", "a long line", "no line at all"],
)
def test_a_line_that_cannot_be_ends_it(line: bytes) -> None:
    with spoken() as (live, far):
        far.setblocking(False)
        sent = 0
        while sent < len(line):
            with suppress(BlockingIOError, BrokenPipeError):
                sent += far.send(line[sent:])
            assert live.poll(no_phase) == []
            if live.why_ended:
                break
        assert live.why_ended in ("it said what cannot be", "it said too much at once")


def test_a_flood_is_taken_in_small_parts() -> None:
    with spoken() as (live, far):
        say(far, *({"kind": "note", "text": str(number)} for number in range(MOST_A_LOOK + 20)))
        assert len(live.poll(no_phase)) == MOST_A_LOOK
        assert len(live.poll(no_phase)) == 20


def test_contacts_beyond_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.record.live_facts.MAX_CONTACTS", 2)
    with spoken() as (live, far):
        say(far, *({**CONTACT, "server_port": port} for port in (1, 2, 3, 4)))
        assert len(live.poll(no_phase)) == 2
        assert live.untold == 2


def test_it_ends_with_its_recorder() -> None:
    live = LiveFacts(load, "printer", None)
    process = live._process
    live.end(no_phase)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_ctrl_c_while_it_begins_is_the_recorders(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child ends in order, for its channel is closed; taken for its own, the signal would make it a second recorder."""
    children = interrupt_forks(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        LiveFacts(load, "printer", None)
    gc.collect()  # the channel
    assert os.waitstatus_to_exitcode(os.waitpid(children[0], 0)[1]) in (0, 1)
