"""The reader of recorders' journals."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.journal import FIRST_LINK, seal
from auditor.session.journal import ALIVE, SAME, JournalFacts, ToldFlow, left_phases, nanoseconds, read_journal, stale_since


def _journal(*records: dict[str, object]) -> bytes:
    """A journal of these records, each chained to the one before it of the same recorder."""
    links: dict[object, str] = {}
    lines = []
    for record in records:
        body = json.dumps(record, separators=(",", ":")).encode()
        line, links[record["recorder"]] = seal(body, links.get(record["recorder"], FIRST_LINK))
        lines.append(line + b"\n")
    return b"".join(lines)


STARTED: dict[str, object] = {"recorder": "app-1", "n": 0, "kind": "started"}
PHASE: dict[str, object] = {"recorder": "app-1", "n": 1, "kind": "phase"}
ENDED: dict[str, object] = {"recorder": "app-1", "n": 2, "kind": "ended", "hook_errors": 0}


def remarks(facts: JournalFacts) -> tuple[object, ...]:
    return facts.damage, facts.unfinished, facts.hook_errors


def test_a_whole_journal_says_nothing() -> None:
    """A recorder that started and ended without errors leaves no remark."""
    assert remarks(read_journal(_journal(STARTED, PHASE, ENDED))) == ((), (), ())


def test_two_recorders_interleave() -> None:
    """Each has a chain of its own."""
    other: dict[str, object] = {**STARTED, "recorder": "printer-1"}
    done: dict[str, object] = {**ENDED, "recorder": "printer-1"}
    assert remarks(read_journal(_journal(STARTED, other, PHASE, done, ENDED))) == ((), (), ())


def test_a_recorder_without_end_is_unfinished() -> None:
    """Killed before its end record."""
    assert read_journal(_journal(STARTED, PHASE)).unfinished == ("app-1 has no end record",)


def test_a_cut_last_line_is_unfinished_not_damaged() -> None:
    """What `kill -9` leaves can still be told from tampering."""
    facts = read_journal(_journal(STARTED, PHASE, ENDED)[:-9])
    assert (facts.unfinished, facts.damage) == (("app-1 has no end record",), ())


def test_an_end_by_something_else_than_the_user_is_unfinished() -> None:
    """A full disk ends the recording properly, and still something is missing."""
    facts = read_journal(_journal(STARTED, {**ENDED, "n": 1, "reason": "disk_full", "faults": ["the disk is full"]}))
    assert facts.unfinished == ("app-1 was ended by disk_full: the disk is full",)


def test_hook_errors_are_told() -> None:
    """The addon's own count of its errors."""
    facts = read_journal(_journal(STARTED, {**ENDED, "n": 1, "hook_errors": 3}))
    assert facts.hook_errors == ("app-1: 3 errors while recording",)


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[0], lines[1].replace(b"phase", b"phasE"), lines[2]],
        lambda lines: [lines[1], lines[0], lines[2]],
        lambda lines: [lines[0], b"{}", lines[1], lines[2]],
    ],
    ids=["taken away", "changed", "swapped", "added"],
)
def test_tampering_is_named_with_its_line(change: object) -> None:
    """A record that was changed, added, moved or taken away breaks the chain where it stands."""
    lines = _journal(STARTED, PHASE, ENDED).splitlines()
    facts = read_journal(b"\n".join(change(lines)) + b"\n")  # type: ignore[operator]
    assert len(facts.damage) == 1
    assert facts.damage[0].where.startswith("line ")


def test_a_line_that_a_killed_recorder_left_does_not_hide_the_rest() -> None:
    """The next recorder marks it; what follows is still read, and whoever was killed has no end record."""
    killed, torn = _journal({**STARTED, "recorder": "killed"}).splitlines()[0], b'{"recorder":"killed","n":1,"ki\x18'
    facts = read_journal(b"\n".join([killed, torn, *_journal(STARTED, PHASE, ENDED).splitlines()]) + b"\n")
    assert remarks(facts) == ((), ("killed has no end record",), ())


def test_a_torn_line_without_the_mark_is_damage() -> None:
    """Nobody who records leaves one."""
    facts = read_journal(b'{"recorder":"killed","n":1,"ki\n' + _journal(STARTED, PHASE, ENDED))
    assert facts.damage


@given(st.binary(max_size=400))
def test_any_bytes_are_answered(data: bytes) -> None:
    """Never an exception; no bytes but none at all are a whole journal."""
    facts = read_journal(data)
    assert not data or facts.damage or facts.unfinished


def test_the_demos_journal_is_whole() -> None:
    """Recorded by the addon."""
    demo = Path(__file__).resolve().parents[3] / "captures" / "demo" / "journal.ndjson"
    assert remarks(read_journal(demo.read_bytes())) == ((), (), ())


AT = "2026-11-22T11:20:11.810030111Z"
LATER = "2026-11-22T11:21:11.810030111Z"
FLOW: dict[str, object] = {"recorder": "app-1", "n": 1, "kind": "flow", "flow_id": "f", "host": "a.example", "bytes_up": None}


def test_each_flow_is_told_as_it_was_last() -> None:
    """Begun, then ended with its bytes."""
    started: dict[str, object] = {**STARTED, "file": "app.mitm", "engine": "mitmproxy", "options": {"save_stream_filter": "~d a"}}
    ended: dict[str, object] = {**FLOW, "state": "ended", "bytes_up": 10, "bytes_down": 20, "stream": "streams/f.stream"}
    (run,) = read_journal(_journal(started, {**FLOW, "state": "begun"}, ended)).recorders
    assert (run.file, run.engine, run.is_filtered, run.has_ended) == ("app.mitm", "mitmproxy", True, False)
    assert dict(run.flows) == {"f": ToldFlow("a.example", True, 10, 20, "streams/f.stream")}


def test_the_ledger_is_read() -> None:
    """One entry a connection."""
    said: dict[str, object] = {
        "client": "192.0.2.1:5",
        "hosts": ["a.example:443"],
        "insight": "refused",
        "reason": "no trust",
        "bytes_up": 517,
    }
    (run,) = read_journal(_journal(STARTED, {"recorder": "app-1", "kind": "connection", "at": AT, **said})).recorders
    (entry,) = run.connections
    assert (entry.client, entry.hosts, entry.insight, entry.bytes_up, entry.started) == (
        "192.0.2.1:5",
        ("a.example:443",),
        "refused",
        517,
        AT,
    )


PHASED: dict[str, object] = {"recorder": "app-1", "kind": "phase", "at": AT, "phase": "print", "since": AT}
NOTE: dict[str, object] = {"recorder": "app-1", "kind": "note", "at": LATER}


def test_the_phase_that_ran_when_a_recorder_was_killed_ends_with_its_last_record() -> None:
    """Nobody else can say when it ended."""
    (phase,) = left_phases(_journal(STARTED, PHASED, NOTE))
    assert (phase.id, phase.start, phase.end - phase.start) == ("print", nanoseconds(AT), 60_000_000_000)


@pytest.mark.parametrize(
    ("records", "known"),
    [
        ((STARTED, PHASED, ENDED), []),
        ((STARTED, PHASED, {**PHASED, "phase": None, "since": None}), []),
        ((STARTED, PHASED), [("print", 1795346411810000000)]),
        ((STARTED, {**PHASED, "since": "yesterday"}), []),
    ],
    ids=["it ended in order", "no phase ran", "session.toml has it", "no time"],
)
def test_other_phases_are_left_to_session_toml(records: tuple[dict[str, object], ...], known: list[tuple[str, int]]) -> None:
    """Somebody may have corrected them there."""
    assert left_phases(_journal(*records), known) == ()


NOW = nanoseconds(LATER) or 0
SINCE = nanoseconds(AT) or 0
OTHER: dict[str, object] = {"recorder": "app-2", "n": 0, "kind": "started", "at": AT}


@pytest.mark.parametrize(
    ("records", "phase", "since", "silent", "ends"),
    [
        ((STARTED, PHASED, NOTE), "print", SINCE, ALIVE + 1, True),
        ((STARTED, PHASED, NOTE), "print", SINCE, ALIVE, False),
        ((STARTED, PHASED, NOTE), "print", SINCE + SAME - 1, ALIVE + 1, True),
        ((STARTED, PHASED, NOTE), "print", SINCE + SAME, ALIVE + 1, False),
        ((STARTED, PHASED, NOTE), "pay", SINCE, ALIVE + 1, False),
        ((STARTED, PHASED, NOTE, ENDED), "print", SINCE, ALIVE + 1, False),
        ((STARTED, NOTE), "print", SINCE, ALIVE + 1, False),
        ((OTHER, STARTED, PHASED, NOTE), "print", SINCE, ALIVE + 1, True),
        ((), "print", SINCE, ALIVE + 1, False),
    ],
    ids=[
        "killed",
        "alive perhaps",
        "a time cut short",
        "another time",
        "another phase",
        "ended",
        "no phase",
        "beside another",
        "none",
    ],
)
def test_a_phase_that_stands_ended_when_its_recorder_was_killed(
    records: tuple[dict[str, object], ...], phase: str, since: int, silent: int, ends: bool
) -> None:
    """With its last record; nobody is taken for dead within seconds."""
    assert stale_since(_journal(*records), phase, since, NOW + silent) == (NOW if ends else None)


def test_a_flow_without_an_id_is_none() -> None:
    """It could be told of no flow of the file."""
    (run,) = read_journal(_journal(STARTED, {"recorder": "app-1", "n": 1, "kind": "flow", "host": "a.example"})).recorders
    assert run.flows == {}
