"""The addon's commands, called as mitmproxy calls them."""

import json
import time
from pathlib import Path

import pytest
from mitmproxy import ctx
from mitmproxy.exceptions import CommandError
from mitmproxy.test import tflow

from auditor.record.addon_commands import REMEMBERED, Findings
from tests.unit.record.test_addon import loaded


def call(name: str, *words: object) -> object:
    return ctx.master.commands.call(name, *words)


def test_a_phase_and_a_note_reach_the_session(tmp_path: Path) -> None:
    with loaded(audit_session=str(tmp_path)):
        (tmp_path / "session.toml").write_text("schema = 1\n")
        call("audit.phase", "pair_printer")
        time.sleep(0.15)
        call("audit.note", "the dialog came twice")
    kinds = {record["kind"]: record for record in map(json.loads, (tmp_path / "journal.ndjson").read_bytes().splitlines())}
    assert kinds["phase"]["phase"] == "pair_printer"
    assert kinds["note"]["text"] == "the dialog came twice"


@pytest.mark.parametrize(("name", "word"), [("audit.phase", "print"), ("audit.note", "a")])
def test_without_a_session_the_commands_say_so(name: str, word: str) -> None:
    with loaded(), pytest.raises(CommandError, match="set audit_session"):
        call(name, word)


def test_a_phase_that_is_no_id_is_refused(tmp_path: Path) -> None:
    with loaded(audit_session=str(tmp_path)), pytest.raises(CommandError, match="is no id"):
        call("audit.phase", "Not An Id")


def test_findings_of_flows_are_listed_masked() -> None:
    flow = tflow.tflow()
    with loaded() as addon:
        addon._scanned(
            {
                "record": "sighting",
                "flow_id": flow.id,
                "identifier": "phone-imei",
                "masked": "35•••81",
                "part": "body",
                "path": "$.imei",
                "recipient": "jiguang",
            }
        )
        assert call("audit.findings", [flow]) == [f"{flow.id[:8]} jiguang: phone-imei (35•••81) in body $.imei"]
        assert addon.book.counts.sightings == 1


def test_only_the_latest_flows_are_remembered() -> None:
    findings = Findings()
    for number in range(REMEMBERED + 10):
        findings.add({"flow_id": str(number)})
    findings.add({"reason": "no flow"})
    assert (findings.of("3"), len(findings.of("100"))) == ((), 1)
