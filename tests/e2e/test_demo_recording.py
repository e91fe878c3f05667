"""The demonstration was recorded by the project itself: its journal, the ledger in it and the flow file agree, flow by flow."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from auditor.capture.mitm import READER
from auditor.capture.reader import ReadOptions
from auditor.record.ledger import Insight
from auditor.recorded import compare, sizes_of
from auditor.session.journal import read_journal

DEMO = Path(__file__).resolve().parents[2] / "captures" / "demo"
RECORDS: list[dict[str, Any]] = [json.loads(line) for line in (DEMO / "journal.ndjson").read_bytes().splitlines()]
TRUTH = json.loads((DEMO / "truth.json").read_text())


def of(kind: str, **wanted: object) -> list[dict[str, Any]]:
    return [record for record in RECORDS if record["kind"] == kind and all(record.get(name) == wanted[name] for name in wanted)]


def test_the_journal_is_whole_and_both_recorders_ended_in_order() -> None:
    facts = read_journal((DEMO / "journal.ndjson").read_bytes())
    assert (facts.damage, facts.unfinished, facts.hook_errors) == ((), (), ())
    assert [run.file for run in facts.recorders] == ["printer.pcapng", "app.mitm"]


def test_journal_and_flow_file_agree_flow_by_flow() -> None:
    facts = read_journal((DEMO / "journal.ndjson").read_bytes())
    flows = sizes_of(READER.read(str(DEMO / "app.mitm"), ReadOptions()).flows)
    agreement = compare("app.mitm", facts, flows)
    assert (agreement.damage, agreement.notes) == ((), ())
    begun, ended = of("flow", state="begun"), of("flow", state="ended")
    assert Counter(record["flow_id"] for record in begun) == Counter(flows.keys())
    assert Counter(record["flow_id"] for record in ended) == Counter(flows.keys())
    assert len(flows) == RECORDS[-1 if RECORDS[-1]["recorder"].startswith("app") else -2].get("flows", len(flows))


def test_the_ledger_counts_what_the_flow_file_holds() -> None:
    flows = of("flow", state="ended")
    requests = sum(record["type"] == "http" for record in flows)
    assert sum(record["requests"] for record in of("connection")) == requests
    spilled = {record["flow_id"]: record["messages"] for record in flows if record["stream"]}
    told = Counter(record["flow_id"] for record in of("message"))
    assert told == {flow: count for flow, count in spilled.items() if count}
    assert {path.stem for path in (DEMO / "streams").iterdir()} == set(spilled)


@pytest.mark.parametrize("insight", Insight)
def test_each_way_in_which_a_connection_can_be_blind_is_there_with_its_host(insight: Insight) -> None:
    found = of("connection", insight=insight)
    assert found
    assert all(record["hosts"] and record["bytes_up"] for record in found)


def test_what_was_planted_in_the_app_was_told_while_it_was_recorded() -> None:
    """Each value at each host that the phones sent it to; the ones that the scripts hid in what cannot be read are not."""
    wanted = {(row["host"], row["label"]) for row in TRUTH["planted"] if row["surface"] == "app" and row["visible"]}
    seen = {(record["host"], record["identifier"]) for record in of("sighting")}
    assert wanted - seen == set()


def test_the_journal_holds_no_planted_value() -> None:
    import tomllib

    text = (DEMO / "journal.ndjson").read_text()
    values = [entry["value"] for entry in tomllib.loads((DEMO / "subjects.toml").read_text())["identifier"]]
    assert [value for value in values if value in text] == []


def test_phases_stand_in_the_journal_of_both_recorders() -> None:
    phases: dict[str, list[str]] = {record["recorder"].split("-")[0]: [] for record in RECORDS}
    for record in of("phase"):
        if record["phase"]:
            phases[record["recorder"].split("-")[0]].append(record["phase"])
    assert phases["app"] == phases["printer"]
    assert len(phases["app"]) == 7
