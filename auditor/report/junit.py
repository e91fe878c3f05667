"""`junit.xml`: an audit in, JUnit XML out, so that a build server shows rules and claims as tests.

One test case for each rule and recipient with a finding, one passed case for each applied rule without any, one for each
declared party, each claim, each measure of coverage and each input. Skipped means not tested. Only an open finding that fails
the audit is a failure.
"""

from collections import defaultdict
from collections.abc import Iterable
from xml.etree import ElementTree

from auditor.model.audit import Audit, FindingRow, GateRow, PartyRow
from auditor.model.declaration import ClaimRow
from auditor.model.vocabulary import Outcome, Severity, Status
from auditor.report.amounts import gate_number, reached
from auditor.report.decision import title
from auditor.report.display import safe, safe_lines
from auditor.report.words import in_language, label, word

NAME = "junit"
FILE = "junit.xml"


def render(audit: Audit, lang: str) -> bytes:
    """One `testsuites` element with the suites rules, parties, claims, coverage and inputs."""
    root = ElementTree.Element("testsuites", name=safe(f"{audit.tool.name}: {audit.session.name}"))
    _suite(root, "rules", _rules(audit, lang))
    _suite(root, "parties", [_party(row, lang) for row in audit.parties])
    _suite(root, "claims", [_claim(row, lang) for row in audit.claims])
    _suite(root, "coverage", [_gate(row, lang) for row in audit.coverage.gates])
    _suite(root, "inputs", _inputs(audit))
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("errors", "0")
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(root: ElementTree.Element, name: str, cases: Iterable[ElementTree.Element]) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=name)
    suite.extend(cases)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    suite.set("errors", "0")


def _case(suite: str, name: str) -> ElementTree.Element:
    return ElementTree.Element("testcase", classname=f"traffic-auditor.{suite}", name=safe(name), time="0")


def _rules(audit: Audit, lang: str) -> list[ElementTree.Element]:
    found: dict[tuple[str, str], list[FindingRow]] = defaultdict(list)
    for row in audit.findings:
        found[row.rule, row.recipient or "-"].append(row)
    silent = {row.id for row in audit.catalog.applied} - {rule for rule, _ in found}
    cases = [_rule_case(rule, recipient, rows, audit.verdict.fail_on, lang) for (rule, recipient), rows in found.items()]
    cases += [_silent(rule, audit.flow_count, lang) for rule in silent]
    return sorted(cases, key=lambda case: case.get("name", ""))


def _silent(rule: str, flows: int, lang: str) -> ElementTree.Element:
    """A rule without a finding: passed, unless there was nothing to look at."""
    case = _case("rules", rule)
    if not flows:
        ElementTree.SubElement(case, "skipped", message=word("matrix.no_flow", lang))
    return case


def _party(row: PartyRow, lang: str) -> ElementTree.Element:
    """Whether a declared party was met at all: its declaration is not tested otherwise."""
    case = _case("parties", row.party)
    if not row.observed:
        ElementTree.SubElement(case, "skipped", message=word("parties.not_met", lang))
    return case


def _rule_case(rule: str, recipient: str, rows: list[FindingRow], fail_on: Severity, lang: str) -> ElementTree.Element:
    case = _case("rules", f"{rule} {recipient}")
    failing = [row for row in rows if row.status is Status.OPEN and row.severity.rank >= fail_on.rank]
    described = "\n".join(_described(row, lang) for row in failing or rows)
    if failing:
        worst = max(failing, key=lambda row: row.severity.rank)
        failure = ElementTree.SubElement(case, "failure", type=worst.severity.value, message=title(worst, lang))
        failure.text = safe_lines(described)
    elif all(row.status is Status.WAIVED for row in rows):
        ElementTree.SubElement(case, "skipped", message=label("status", "waived", lang))
        ElementTree.SubElement(case, "system-out").text = safe_lines(described)
    else:
        ElementTree.SubElement(case, "system-out").text = safe_lines(described)
    return case


def _described(row: FindingRow, lang: str) -> str:
    message = row.message_zh if lang == "zh" else row.message
    severity = label("severity", row.severity, lang)
    return safe(f"{row.id} ({severity}, {label('status', row.status, lang)}): {message} {row.first_flow or ''}").rstrip()


def _claim(row: ClaimRow, lang: str) -> ElementTree.Element:
    case = _case("claims", f"{row.id} {row.clause}")
    reason = safe(row.reason_zh if lang == "zh" else row.reason)
    claim = safe(row.claim_zh if lang == "zh" else row.claim)
    if row.result == "contradicted":
        ElementTree.SubElement(
            case, "failure", type=row.result, message=claim
        ).text = f"{reason} {safe(row.first_flow or '')}".rstrip()
    elif row.result == "not_tested":
        ElementTree.SubElement(case, "skipped", message=reason)
    return case


def _gate(row: GateRow, lang: str) -> ElementTree.Element:
    case = _case("coverage", row.name)
    if row.value is None and row.passed:
        ElementTree.SubElement(case, "skipped", message=word("coverage.nothing", lang))
    elif not row.passed:
        values = {"gate": label("gate", row.name, lang), "value": reached(row, lang), "bound": gate_number(row, row.bound)}
        failure = ElementTree.SubElement(
            case, "failure", type="coverage", message=safe(word("coverage.spot_gate", lang, **values))
        )
        failure.text = safe_lines("\n".join(safe(text) for text in in_language(row.detail, row.detail_zh, lang)))
    return case


def _inputs(audit: Audit) -> list[ElementTree.Element]:
    cases = []
    for row in audit.inputs:
        case = _case("inputs", row.path)
        if row.outcome is not Outcome.READ:
            failure = ElementTree.SubElement(case, "failure", type=row.outcome.value, message=row.outcome.value)
            failure.text = safe_lines("\n".join(safe(text) for text in row.damage))
        cases.append(case)
    return cases
