"""One session's files become facts: each file's outcome is one of them, and no file costs another."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from auditor.capture import plain_text
from auditor.errors import CaptureError, Source
from auditor.identify.detector import Detector
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.reading import Damage
from auditor.model.session import CaptureFile, Phase, PlantedValue, Session, Subjects
from auditor.model.vocabulary import Outcome, Surface
from auditor.observe import Input, Observations, observe
from tests.unit.capture.flow_files import AT, asked, flow_file
from tests.unit.capture.har_files import entry, har_file
from tests.unit.closed_files import closed, open_folder

IMEI = "490154203237518"
SECOND = 1_000_000_000
FLOWS = flow_file([asked("regular", "a.example", id="1", request__content=IMEI.encode()), asked("regular", "b.example", id="2")])
KNOWLEDGE = IdentifierKnowledge()


def _session(folder: Path, **files: bytes) -> Session:
    captures = []
    for name, data in files.items():
        (folder / name).write_bytes(data)
        captures.append(CaptureFile(path=str(folder / name), name=name, surface=None))
    return Session(name="s", folder=None, captures=tuple(captures))


def _detector() -> Detector:
    planted = PlantedValue(label="phone", kind="imei", value=IMEI, owner="phone")
    return Detector.build(Subjects(identifiers=(planted,)), bytes(32), KNOWLEDGE)


def _outcomes(observed: Observations) -> dict[str, tuple[str, int]]:
    return {found.capture.name: (found.outcome.value, found.flows) for found in observed.inputs}


def test_every_file_has_an_outcome_and_the_good_ones_their_flows(tmp_path: Path) -> None:
    session = _session(tmp_path, good=FLOWS, cut=FLOWS[:-9], text=b"text", empty=b"", nothing=har_file())
    missing = CaptureFile(path=str(tmp_path / "missing"), name="missing", surface=Surface.SITE)
    observed = observe(Session(name="s", folder=None, captures=(*session.captures, missing)), None)
    assert _outcomes(observed) == {
        "good": ("read", 2),
        "cut": ("damaged", 1),
        "text": ("unknown_format", 0),
        "empty": ("damaged", 0),
        "nothing": ("empty", 0),
        "missing": ("missing", 0),
    }
    assert observed.flows["capture"].to_pylist() == ["good", "good", "cut"]
    assert {found.capture.name: found.sha256 for found in observed.inputs} == {
        "good": hashlib.sha256(FLOWS).hexdigest(),
        "cut": hashlib.sha256(FLOWS[:-9]).hexdigest(),
        "text": hashlib.sha256(b"text").hexdigest(),
        "empty": hashlib.sha256(b"").hexdigest(),
        "nothing": hashlib.sha256(har_file()).hexdigest(),
        "missing": None,
    }


def test_a_file_that_may_not_be_opened_is_not_one_of_another_format() -> None:
    """Nobody saw what it holds; its digest is not known, either."""
    with open_folder() as folder:
        session = _session(folder, mine=har_file())
        with closed(folder / "mine"):
            observed = observe(session, None)
    assert _outcomes(observed) == {"mine": ("unreadable", 0)}
    assert observed.inputs[0].sha256 is None
    assert str(observed.inputs[0].errors[0]) == "mine: cannot be read: Permission denied"


def test_an_error_names_the_file_as_it_is_shown(tmp_path: Path) -> None:
    observed = observe(_session(tmp_path, text=b"text"), None)
    (error,) = observed.inputs[0].errors
    assert str(error).startswith("text: byte 0: has no known capture format")


def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    capture = CaptureFile(path=str(tmp_path / "pipe"), name="pipe", surface=None)
    (found,) = observe(Session(name="s", folder=None, captures=(capture,)), None).inputs
    assert (found.outcome, found.sha256) == (Outcome.UNKNOWN_FORMAT, None)


def test_no_captures_give_tables_without_rows(tmp_path: Path) -> None:
    observed = observe(Session(name="s", folder=None), _detector())
    assert (len(observed.flows), len(observed.sightings), observed.inputs) == (0, 0, ())
    assert {"capture", "surface", "phase", "background"} <= set(observed.flows.column_names)


def test_sightings_have_their_place_and_are_masked(tmp_path: Path) -> None:
    observed = observe(_session(tmp_path, good=FLOWS), _detector())
    (row,) = observed.sightings.to_pylist()
    expected = {
        "capture": "good",
        "flow_id": "1",
        "surface": "app",
        "kind": "imei",
        "identifier": "phone",
        "part": "body",
        "location": "message 0 +0",
        "host": "a.example",
        "masked": "49•••••••••••18",
    }
    assert {name: row[name] for name in expected} == expected
    assert IMEI not in str(row)


def test_without_a_detector_nothing_is_looked_for(tmp_path: Path) -> None:
    assert len(observe(_session(tmp_path, good=FLOWS), None).sightings) == 0


def test_the_session_s_words_go_before_the_format_s(tmp_path: Path) -> None:
    (tmp_path / "x.har").write_bytes(har_file(entry()))
    capture = CaptureFile(path=str(tmp_path / "x.har"), name="x", surface=Surface.SITE, app="com.example", background=True)
    (row,) = observe(Session(name="s", folder=None, captures=(capture,)), None).flows.to_pylist()
    assert (row["surface"], row["app"], row["background"]) == ("site", "com.example", True)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_phases_are_those_of_the_session_also_where_they_overlap(order: tuple[int, ...], tmp_path: Path) -> None:
    whole = Phase(id="whole", start=0, end=2 * AT * SECOND)
    twins = tuple(Phase(id=name, start=(AT - 1) * SECOND, end=(AT + 1) * SECOND) for name in ("one", "two"))
    phases = (whole, *(twins[number] for number in order))
    made = _session(tmp_path, good=FLOWS)
    session = Session(name="s", folder=None, captures=made.captures, phases=phases)
    observed = observe(session, _detector())
    assert (
        set(observed.flows["phase"].to_pylist())
        == set(observed.sightings["phase"].to_pylist())
        == {session.phase_at(AT * SECOND)}
    )


def test_unread_parts_of_reader_and_decoder_stand_together_once(tmp_path: Path) -> None:
    state = asked("regular", "a.example", request__headers=((b"content-encoding", b"rot13"),), response__content=None)
    observed = observe(_session(tmp_path, x=flow_file([state])), _detector())
    (row,) = observed.flows.to_pylist()
    assert list(row["unread"]) == ["response body: not recorded", "request body: content-encoding rot13"]


def test_progress_tells_every_byte(tmp_path: Path) -> None:
    told: dict[str, int] = {}
    observe(
        _session(tmp_path, a=FLOWS, b=har_file(entry())), None, lambda name, size: told.update({name: told.get(name, 0) + size})
    )
    assert told == {"a": len(FLOWS), "b": len(har_file(entry()))}


@pytest.mark.parametrize(("count", "lines"), [(0, 0), (1, 1), (4, 4), (5, 4), (50, 4)])
def test_a_file_says_four_lines_at_most(count: int, lines: int) -> None:
    damage = tuple(Damage(f"byte {number}", "broken") for number in range(count))
    found = _input(damage=damage).errors
    assert len(found) == lines
    if count > 4:
        assert str(found[-1]) == f"x: and {count - 3} more damaged places"


def test_an_error_is_said_alone() -> None:
    error = CaptureError("is bad", Source("x"))
    assert _input(error=error, damage=(Damage("byte 1", "broken"),)).errors == (error,)


def _input(**changes: Any) -> Input:
    capture = CaptureFile(path="/x", name="x", surface=None)
    return Input(capture=capture, sha256=None, outcome=Outcome.DAMAGED, format=None, surface=None, flows=0, **changes)


def test_digests_are_made_only_where_they_are_wanted(tmp_path: Path) -> None:
    """`auditor flows` publishes none, and hashing four gigabytes takes longer than reading them."""
    session = _session(tmp_path, text=b"text")
    assert all(entry.sha256 is None for entry in observe(session, None, hashed=False).inputs if entry.outcome is Outcome.READ)
    assert all(entry.sha256 for entry in observe(session, None).inputs)


def test_plain_text_beside_a_capture_is_an_input_of_its_own(tmp_path: Path) -> None:
    """It holds content, so whoever changes it is found out; a key log's digest is not published."""
    (tmp_path / "a.har").write_bytes(har_file(entry("https://a.example/")))
    (tmp_path / "a.plain.ndjson").write_bytes(plain_text.dumped([], []))
    (tmp_path / "keys.log").write_text("CLIENT_RANDOM 00 00\n", encoding="utf-8")
    for name, inputs in (("a.plain.ndjson", ["a.har", "a.plain.ndjson"]), ("keys.log", ["a.har"])):
        capture = CaptureFile(path=str(tmp_path / "a.har"), name="a.har", surface=None, keylog=str(tmp_path / name))
        seen = observe(Session(name="s", folder=str(tmp_path), captures=(capture,)), None)
        assert [row.capture.name for row in seen.inputs] == inputs
        assert all(row.sha256 for row in seen.inputs)
