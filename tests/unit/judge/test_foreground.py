"""What an idle phone and other apps do is left out, named, and never the product's own traffic."""

from typing import Any

import pytest

from auditor.judge.facts import JUDGED
from auditor.judge.foreground import MAX_NAMED, Foreground, LeftOut, foreground
from auditor.model.session import CaptureFile, Session
from tests.rules.case_facts import facts

IDLE = {"capture": "idle.mitm", "background": True}


def split(*rows: dict[str, Any], sightings: list[dict[str, Any]] | None = None, app: str | None = None) -> Foreground:
    capture = CaptureFile(path="app.mitm", name="app.mitm", surface=None, app=app)
    return foreground(facts(list(rows), sightings, session=Session(name="s", folder=None, captures=(capture,))))


def kept(given: Foreground) -> list[str]:
    return [str(flow) for flow in given.facts.pairs["flow"].to_pylist()]


def test_without_a_background_capture_everything_stays() -> None:
    """And nothing is said."""
    given = split({}, {"to": "first"})
    assert (kept(given), given.left_out) == (["app.mitm#f1", "app.mitm#f2"], ())


def test_where_something_is_left_out_only_what_is_judged_goes_on() -> None:
    """Large sessions are split once, not column by column."""
    assert tuple(split(IDLE, {"to": "first"}).facts.pairs.column_names) == JUDGED


def test_hosts_of_the_idle_phone_are_left_out_and_named() -> None:
    """Whatever their addresses; the background capture itself is no evidence either."""
    given = split({**IDLE, "host": "a.example"}, {"host": "a.example", "server_ip": "203.0.113.77"}, {"host": "b.example"})
    assert kept(given) == ["app.mitm#f3"]
    assert [row.said().en for row in given.left_out] == [
        "1 flow that the background capture shows too was left out of the judgement: a.example"
    ]
    assert given.left_out[0].capture == "app.mitm"


def test_addresses_stand_for_flows_without_a_name() -> None:
    """Another address without a name is somebody else."""
    idle = {**IDLE, "to": "nameless"}
    assert kept(split(idle, {"to": "nameless"}, {"to": "nameless", "server_ip": "203.0.113.10"})) == ["app.mitm#f3"]


def test_the_first_party_is_never_noise() -> None:
    """Even if the idle phone had the product on it."""
    assert kept(split({**IDLE, "to": "first"}, {"to": "first"})) == ["app.mitm#f2"]


def test_another_surface_is_another_device() -> None:
    """What the idle phone contacts says nothing about the printer."""
    assert kept(split({**IDLE, "host": "a.example"}, {"host": "a.example", "surface": "printer"})) == ["app.mitm#f2"]


def test_a_planted_value_that_the_idle_phone_does_not_send_keeps_its_flow() -> None:
    """The tracker of another app may be the tracker of this one too."""
    rows = {**IDLE, "host": "a.example"}, {"host": "a.example"}, {"host": "a.example"}
    sent = [{"kind": "phone", "flow_id": "f3"}]
    given = split(*rows, sightings=sent)
    assert kept(given) == ["app.mitm#f3"]
    assert len(given.facts.sightings) == 1


def test_a_value_that_the_idle_phone_sends_as_well_keeps_nothing() -> None:
    """The maker's service gets the IMEI anyway."""
    rows = {**IDLE, "host": "a.example"}, {"host": "a.example"}
    sent = [{"kind": "imei", "flow_id": "f1"}, {"kind": "imei", "flow_id": "f2"}]
    given = split(*rows, sightings=sent)
    assert (kept(given), len(given.facts.sightings)) == ([], 0)


def test_other_apps_are_left_out_where_both_sides_are_named() -> None:
    """An app's name in another case is the same; a flow without one stays."""
    apps = "com.acme.nails", "COM.ACME.NAILS", "com.other", "null"
    rows = [{"app": app} for app in apps]
    given = split(*rows, app="com.Acme.nails")
    assert kept(given) == ["app.mitm#f1", "app.mitm#f2", "app.mitm#f4"]
    assert given.left_out[0].said().en == "1 flow of other apps was left out of the judgement: com.other"
    assert len(kept(split(*rows))) == 4


@pytest.mark.parametrize(("count", "ending"), [(1, "h0"), (MAX_NAMED, f"h{MAX_NAMED - 1}"), (MAX_NAMED + 1, " and 1 more")])
def test_many_places_are_named_as_far_as_the_line_allows(count: int, ending: str) -> None:
    """The rest is counted, and one that is exactly full says nothing of more."""
    said = LeftOut(capture="a", flows=count, places=tuple(f"h{number}" for number in range(count)), other_apps=False).said()
    assert said.en.endswith(ending)
    assert ("more" in said.en, "另外" in said.zh) == (count > MAX_NAMED, count > MAX_NAMED)
    assert said.en.startswith("1 flow that" if count == 1 else f"{count} flows that")
