"""The main job over the recorded demonstration: the verdict, everything that the scenario planted, and the same bytes twice."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from auditor.cli.app import main
from auditor.model.audit import Audit
from auditor.report import audit_json

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "captures" / "demo"
TRUTH = json.loads((DEMO / "truth.json").read_text())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report folder of one run of `auditor demo`."""
    out = tmp_path_factory.mktemp("reports")
    assert main(["demo", "--out", str(out), "--quiet"]) == 1
    return out / "demo"


@pytest.fixture(scope="module")
def audit(report: Path) -> Audit:
    """The result document."""
    return audit_json.decode((report / "audit.json").read_bytes())


@pytest.fixture(scope="module")
def sightings(report: Path) -> list[dict[str, Any]]:
    """The sightings table."""
    rows: list[dict[str, Any]] = pd.read_parquet(report / "tables" / "sightings.parquet").to_dict("records")  # type: ignore[assignment]
    return rows


def _rules(audit: Audit, **wanted: str | None) -> set[str]:
    """Ids of the rules whose findings have these values."""
    return {row.rule for row in audit.findings if all(getattr(row, name) == value for name, value in wanted.items())}


def test_the_demo_fails_and_says_why(audit: Audit) -> None:
    """The demonstration is meant to fail, because of findings and not for lack of evidence alone."""
    assert (audit.verdict.result, audit.verdict.exit) == ("fail", 1)
    assert "open findings" in audit.verdict.reasons[0]


def test_the_report_says_that_it_is_a_demonstration(report: Path, audit: Audit) -> None:
    """Nobody may take scripted traffic for a recording of a product."""
    assert "not a recording of any released product" in audit.session.scripted
    assert audit.session.scripted in (report / "report.html").read_text()


@pytest.mark.parametrize(
    "row", [row for row in TRUTH["planted"] if row["visible"]], ids=lambda row: f"{row['host']}-{row['label']}"
)
def test_every_planted_value_is_found(row: dict[str, Any], sightings: list[dict[str, Any]]) -> None:
    """What the scripted clients sent is found where they sent it, under its label, in its phase and direction."""
    keys = ("surface", "phase", "direction")
    found = [
        seen
        for seen in sightings
        if seen["identifier"] == row["label"]
        and all(seen[key] == row[key] for key in keys)
        and (seen["host"] == row["host"] or seen["host"] is None or pd.isna(seen["host"]))
    ]
    assert found, row


def test_nothing_is_found_that_was_not_planted(sightings: list[dict[str, Any]]) -> None:
    """No planted value is seen at a host that the script did not send it to."""
    sent = {(row["surface"], row["host"], row["label"]) for row in TRUTH["planted"]}
    addresses = {row["host"] for row in TRUTH["planted"] if row["host"].replace(".", "").isdigit()}
    for seen in sightings:
        if seen["match"] != "planted" or seen["identifier"].startswith("learned-"):
            continue
        hosts = [seen["host"]] if isinstance(seen["host"], str) else sorted(addresses)
        assert any((seen["surface"], host, seen["identifier"]) in sent for host in hosts), seen


def test_every_contact_is_in_the_flows(report: Path) -> None:
    """Every host that the scripted clients asked, and that leaves a trace in a capture, is a flow of that surface."""
    flows = pd.read_parquet(report / "tables" / "flows.parquet")
    seen = set(zip(flows["surface"], flows["host"].fillna(flows["server_ip"]), strict=True))
    missing = [row for row in TRUTH["contacts"] if row["recorded"] and (row["surface"], row["host"]) not in seen]
    assert missing == []


@pytest.mark.parametrize(
    "party", ["alibaba_cloud", "tencent_cloud", "nexmo", "ant_financial", "apple", "net263", "paypal", "baidu", "google"]
)
def test_every_declared_party_is_met(party: str, audit: Audit) -> None:
    """All nine declared parties are observed in the scenario, each with its line in the policy."""
    row = next(entry for entry in audit.parties if entry.party == party)
    assert row.flows > 0
    assert row.clause.startswith("L")


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("FLOW-PARTY-OMITTED", {"surface": "app", "recipient": "jiguang"}),
        ("FLOW-PARTY-OMITTED", {"surface": "app", "host": "stats.salon-metrics.example"}),
        ("FLOW-PARTY-OMITTED", {"surface": "printer", "recipient": "203.0.113.250"}),
        ("FLOW-BEFORE-CONSENT", {"surface": "app", "recipient": "jiguang", "kind": "imei", "phase": "before_consent"}),
        ("ID-HASHED", {"surface": "app", "recipient": "jiguang", "kind": "imei"}),
        ("FLOW-PARTY-WRONG-SURFACE", {"surface": "app", "party": "google"}),
        ("FLOW-PARTY-WRONG-SURFACE", {"surface": "app", "party": "baidu"}),
        ("FLOW-SERVER-API", {"surface": "app", "party": "nexmo"}),
        ("FLOW-ENTITY-DIFFERS", {"surface": "app", "recipient": "alibaba"}),
        ("FLOW-PURPOSE-MISMATCH", {"surface": "app", "party": "tencent_cloud", "kind": "email"}),
        ("SEC-CLEARTEXT", {"surface": "printer", "host": "fw.o2nails.com"}),
        ("SEC-CLEARTEXT", {"surface": "app", "host": "api.o2nails.com"}),
        ("COV-UNDECRYPTED", {"surface": "app", "host": "mcgw.alipay.com"}),
        ("IDLE-BEACON", {"surface": "app", "recipient": "jiguang", "phase": "background"}),
    ],
)
def test_the_scenario_is_told(rule: str, wanted: dict[str, str], audit: Audit) -> None:
    """Each kind of thing that the tool must say is said of the flow that shows it."""
    assert rule in _rules(audit, **wanted)


def test_the_printers_mac_leaves_through_the_app(audit: Audit) -> None:
    """The printer's MAC is named in findings of the app's surface, at the first party and at a third one."""
    hosts = {row.host for row in audit.findings if row.surface == "app" and row.identifier == "printer-mac"}
    assert {"api.o2nails.com", "stats.salon-metrics.example"} <= hosts


def test_the_site_may_use_google_and_baidu(audit: Audit) -> None:
    """What is declared for the website is no wrong surface there."""
    rules = _rules(audit, surface="site", party="google") | _rules(audit, surface="site", party="baidu")
    assert "FLOW-PARTY-WRONG-SURFACE" not in rules
    assert "FLOW-PARTY-OMITTED" not in rules


def test_waivers_are_used_and_expired(audit: Audit) -> None:
    """The valid waiver is used; the expired one hides nothing."""
    states = {row.rule: row.state for row in audit.waivers}
    assert states == {"SEC-CLEARTEXT": "used", "FLOW-PARTY-WRONG-SURFACE": "expired"}
    waived = {row.rule for row in audit.findings if row.status == "waived"}
    assert waived == {"SEC-CLEARTEXT"}


def test_no_clear_value_in_the_report(report: Path) -> None:
    """No planted value, in any spelling that the script used, stands in any file of the report."""
    import tomllib

    planted = tomllib.loads((DEMO / "subjects.toml").read_text())["identifier"]
    values = [entry["value"] for entry in planted if entry["kind"] != "location"]
    for path in report.rglob("*.*"):
        data = path.read_bytes() if path.suffix != ".parquet" else pd.read_parquet(path).to_json(force_ascii=False).encode()
        for value in values:
            for spelling in {value, value.lower(), value.upper(), value.replace(":", ""), value.replace("+86", "")}:
                assert spelling.encode() not in data, (path.name, value)


def test_a_second_audit_gives_the_same_bytes(report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`auditor audit` of the same session from another folder writes the same audit.json."""
    monkeypatch.chdir(tmp_path)
    assert main(["audit", str(DEMO), "--out", str(tmp_path / "again"), "--as-of", "2026-11-22", "--quiet"]) == 1
    assert (tmp_path / "again" / "demo" / "audit.json").read_bytes() == (report / "audit.json").read_bytes()
