"""A value of the printer that left through the app: one finding that names both ends."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from auditor.judge.both_ends import with_both_ends
from auditor.judge.findings import MAX_EVIDENCE, Judged
from auditor.model.device import LocalFacts, OwnValue
from auditor.model.finding import Finding
from auditor.model.vocabulary import Confidence, FindingClass, Severity

FINDING = Finding(
    rule="ID-IMMUTABLE",
    severity=Severity.HIGH,
    finding_class=FindingClass.OMITTED,
    confidence=Confidence.HIGH,
    surface="app",
    phase=None,
    recipient="jiguang",
    party=None,
    entity=None,
    service=None,
    host="stats.jpush.cn",
    kind="mac",
    identifier="printer-mac",
    flows=1,
    first_flow="app.mitm#1",
    clause=None,
    references=(),
    message="The app sends mac.",
    message_zh="App发送 mac。",
)
JUDGED = Judged(finding=FINDING, evidence=("app.mitm#1",))
BY_LINK = LocalFacts(own=(OwnValue(label="printer-mac", capture="printer.pcapng"),))
BY_MESSAGE = LocalFacts(own=(OwnValue(label="printer-mac", capture=None),))


def seen(**more: Any) -> pa.Table:
    usual = {"surface": "printer", "identifier": "printer-mac", "flow": "printer.pcapng#tcp-1", "part": "query", "path": "mac"}
    return pa.Table.from_pylist([{**usual, **more}])


NOTHING = seen().slice(0, 0)


def test_the_printers_own_message_is_the_other_end() -> None:
    (found,) = with_both_ends([JUDGED], seen(), BY_LINK)
    assert [(end.end, end.flow) for end in found.both_ends] == [("printer", "printer.pcapng#tcp-1"), ("app", "app.mitm#1")]
    assert found.evidence == ("app.mitm#1", "printer.pcapng#tcp-1")
    assert found.finding.message == (
        "The app sends mac. Both ends: the printer shows it itself (query mac), printer.pcapng#tcp-1; "
        "the app sends it to jiguang, app.mitm#1."
    )
    assert "两端：" in found.finding.message_zh
    assert found.finding.id == FINDING.id


def test_without_such_a_message_the_link_layer_is() -> None:
    (found,) = with_both_ends([JUDGED], NOTHING, BY_LINK)
    assert found.both_ends[0].flow == "printer.pcapng"
    assert "own address" in found.finding.message
    assert found.evidence == ("app.mitm#1",)


@pytest.mark.parametrize(
    ("judged", "sightings", "facts"),
    [
        (JUDGED, NOTHING, BY_MESSAGE),
        (JUDGED, seen(surface="site"), BY_MESSAGE),
        (JUDGED, seen(), LocalFacts()),
        (replace(JUDGED, finding=replace(FINDING, surface="printer")), seen(), BY_LINK),
        (replace(JUDGED, finding=replace(FINDING, identifier=None)), seen(), BY_LINK),
        (replace(JUDGED, finding=replace(FINDING, identifier="phone-mac")), seen(), BY_LINK),
        (replace(JUDGED, finding=replace(FINDING, recipient=None)), seen(), BY_LINK),
    ],
    ids=["never seen", "on another surface", "not the printer's", "the printer's own leak", "no value", "another's", "nobody"],
)
def test_a_finding_with_one_end_stays_as_it_is(judged: Judged, sightings: pa.Table, facts: LocalFacts) -> None:
    assert with_both_ends([judged], sightings, facts) == (judged,)


def test_one_of_several_values_is_enough() -> None:
    several = replace(JUDGED, finding=replace(FINDING, identifier="phone-mac, printer-mac"))
    assert with_both_ends([several], seen(path=None), BY_LINK)[0].both_ends[0].text == "the printer shows it itself (query)"


def test_evidence_stays_bounded() -> None:
    many = replace(JUDGED, evidence=tuple(f"app.mitm#{number}" for number in range(MAX_EVIDENCE)))
    (found,) = with_both_ends([many], seen(), BY_LINK)
    assert len(found.evidence) == MAX_EVIDENCE
    assert found.evidence[-1] == "printer.pcapng#tcp-1"
