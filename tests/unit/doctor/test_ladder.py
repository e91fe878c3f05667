"""All legs, one after the other: none is left out, each failure has one fix, in both languages."""

from pathlib import Path

import pytest

from auditor.doctor.ladder import LADDER, climb
from auditor.doctor.leg import Outcome, Setup
from auditor.doctor.words import lines, tables
from auditor.record.journal import Journal, Kind
from tests.unit.doctor.conftest import MakePhone


def _keys(setup: Setup) -> dict[str, str]:
    return {leg: checked.key for leg, checked in climb(setup)}


def test_every_leg_is_told_even_where_nothing_can_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = dict(climb(Setup(proxy_port=1, confdir=tmp_path, session=tmp_path)))
    assert list(found) == [name for name, _ in LADDER]
    failed = [leg for leg, checked in found.items() if checked.outcome is Outcome.FAILED]
    assert failed == ["proxy", "authority"]
    for leg, checked in found.items():
        for language in ("en", "zh"):
            assert len(lines(leg, checked, language)) == 1 + (checked.outcome is Outcome.FAILED)


def test_what_connections_said_counts_more_than_what_is_installed(tmp_path: Path, make_phone: MakePhone) -> None:
    setup = Setup(adb=make_phone(), proxy_port=1, confdir=tmp_path, session=tmp_path)
    assert _keys(setup)["trust"] == "needs_ca"
    with Journal(tmp_path / "journal.ndjson", recorder="app-1") as journal:
        journal.add(Kind.CONNECTION, hosts=["h:443"], insight="refused")
    assert _keys(setup)["trust"] == "trust_refused"
    assert _keys(setup)["reach"] == "clients_seen"


def test_every_leg_and_outcome_has_words() -> None:
    assert {name for name, _ in LADDER} == set(tables()["leg"])
    assert set(Outcome) == set(tables()["outcome"])
