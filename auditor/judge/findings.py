"""Rows that break a rule become findings: grouped, worded, cited, waived and compared with the last release."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from auditor.judge.chinese import PHASES, SURFACES, in_chinese
from auditor.judge.facts import Facts
from auditor.judge.grouping import Groups
from auditor.judge.rule import Rule
from auditor.judge.rules import RULES
from auditor.model.device import EndRow
from auditor.model.finding import Finding
from auditor.model.kind_names import kind_name
from auditor.model.rule import Cited, RuleText
from auditor.model.said import Said
from auditor.model.session import Waiver
from auditor.model.vocabulary import Confidence, FindingClass, Relation, Severity, Status

MAX_EVIDENCE = 20
"""Flows that a finding names; the rest is in the tables."""
MAX_DETAILS = 5
"""Different details that a message names."""

NOBODY = "*"
"""What a waiver writes as its party for a finding that has no recipient, like a contradicted claim."""

_KEY = ("surface", "phase", "recipient", "host", "kind")
_FIRST = ("party", "entity", "service", "class", "clause", "relation")
_DIFFERENT = {
    "flow": MAX_EVIDENCE,
    "identifier": None,
    "severity": None,
    "confidence": None,
    "detail": MAX_DETAILS + 1,
    "detail_zh": MAX_DETAILS + 1,
}
"""Columns of which a finding takes several values, and how many at the most."""
_SURENESS = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
_NOTHING = {
    "kind": "content",
    "host": "no name known",
    "recipient": "nobody known",
    "entity": "nobody known",
    "service": "a service",
    "surface": "product",
    "clause": "the policy",
}
_CHINESE = {"surface": SURFACES, "phase": PHASES}
"""Fields of a message whose words have Chinese names."""
_NOTHING_ZH = {
    "kind": "内容",
    "host": "无域名",
    "recipient": "未知方",
    "entity": "未知方",
    "service": "服务",
    "surface": "产品",
    "clause": "政策",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding with the flows that show it."""

    finding: Finding
    evidence: tuple[str, ...]
    """`CAPTURE#FLOW_ID`, the first twenty in order of time."""
    both_ends: tuple[EndRow, ...] = ()
    """Where a value of the printer is seen, and where it left; empty for most findings."""


def find(facts: Facts, texts: Mapping[str, Cited], rules: tuple[Rule, ...] = RULES) -> tuple[Judged, ...]:
    """Every finding of every rule, sorted: the worst first, then by rule and key."""
    judged = [row for rule in rules for row in _rule(rule, facts, texts[rule.id])]
    return tuple(sorted(judged, key=lambda row: _order(row.finding)))


def _order(finding: Finding) -> tuple[Any, ...]:
    key = (finding.rule, finding.surface, finding.recipient, finding.host, finding.phase, finding.kind)
    return (-finding.severity.rank, *(part or "" for part in key))


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one finding, summed up."""

    key: dict[str, str | None]
    first: dict[str, str | None]
    """The first known value of each of these columns."""
    different: dict[str, tuple[str, ...]]
    """The different values of each of these columns, in order of appearance; of flows the first."""
    flows: int


def _rule(rule: Rule, facts: Facts, cited: Cited) -> Iterable[Judged]:
    hits = rule.hits(facts)
    if not len(hits):
        return
    left_out = {"phase": not rule.by_phase, "host": not rule.by_host}
    groups = Groups(hits, [name for name in _KEY if not left_out.get(name)])
    first = {name: groups.first(name) for name in (*_KEY, *_FIRST)}
    different = {name: groups.distinct(name, most) for name, most in _DIFFERENT.items()}
    flows = groups.count("flow")
    for number in range(groups.size):
        rows = _Rows(
            key={name: None if left_out.get(name) else first[name][number] for name in _KEY},
            first={name: first[name][number] for name in _FIRST},
            different={name: different[name][number] for name in _DIFFERENT},
            flows=flows[number],
        )
        yield _judged(rule, rows, facts, cited)


_UNCLEAR = {
    Relation.UNDECLARED: FindingClass.OMITTED,
    Relation.UNKNOWN: FindingClass.OMITTED,
    Relation.OTHER_SURFACE: FindingClass.INCORRECT,
    Relation.OTHER_PURPOSE: FindingClass.INCORRECT,
    Relation.SAME_GROUP: FindingClass.AMBIGUOUS,
}
"""What a rule about identifiers, clear by itself, is at a recipient that the policy does not declare for this."""


def _class(own: str | None, usual: FindingClass, relation: str | None) -> FindingClass:
    if own:
        return FindingClass(own)
    return _UNCLEAR.get(Relation(relation), usual) if relation and usual is FindingClass.CLEAR else usual


def _judged(rule: Rule, rows: _Rows, facts: Facts, cited: Cited) -> Judged:
    key, first, text = rows.key, rows.first, cited.text
    flows = rows.different["flow"]
    finding = Finding(
        rule=rule.id,
        severity=max((Severity(word) for word in rows.different["severity"]), key=lambda word: word.rank, default=text.severity),
        finding_class=_class(first["class"], text.finding_class, first["relation"]),
        confidence=_surest(rows.different["confidence"]),
        surface=key["surface"],
        phase=key["phase"],
        recipient=key["recipient"],
        party=first["party"],
        entity=first["entity"],
        service=first["service"],
        host=key["host"],
        kind=key["kind"],
        identifier=", ".join(sorted(rows.different["identifier"])) or None,
        flows=rows.flows,
        first_flow=flows[0] if flows else None,
        clause=first["clause"] or _clause(facts, first["party"] or key["recipient"]),
        references=cited.citations,
        message="",
        message_zh="",
    )
    return Judged(finding=_with_messages(finding, rows, text), evidence=flows)


def _surest(words: Iterable[str]) -> Confidence:
    """The best of the rows; a finding is never without any confidence."""
    return min((Confidence(word) for word in words if word != Confidence.NONE), key=_SURENESS.index, default=Confidence.LOW)


def _with_messages(finding: Finding, rows: _Rows, text: RuleText) -> Finding:
    words = {**rows.first, **rows.key, "flows": str(finding.flows), "clause": finding.clause}
    kind = kind_name(words["kind"]) if words["kind"] else Said("", "")
    english = {**words, "kind": kind.en, "detail": _some(rows.different["detail"], "; ")}
    named = {name: in_chinese(table, words.get(name)) for name, table in _CHINESE.items()}
    chinese = {**words, **named, "kind": kind.zh, "detail": _some(rows.different["detail_zh"], "；")}
    return replace(
        finding,
        message=_worded(text.message, english, _NOTHING),
        message_zh=_worded(text.message_zh, chinese, _NOTHING_ZH),
    )


def _some(details: tuple[str, ...], mark: str) -> str | None:
    shown = details[:MAX_DETAILS]
    return mark.join((*shown, "...") if len(details) > len(shown) else shown) or None


def _clause(facts: Facts, party: str | None) -> str | None:
    entry = facts.register.party(party)
    return entry.clause or None if entry else None


def _worded(template: str, words: Mapping[str, str | None], nothing: Mapping[str, str]) -> str:
    """The template with its fields filled in; what is not known has a word of its own."""
    return template.format(**{name: words.get(name) or nothing.get(name, "-") for name in _fields(template)})


@cache
def _fields(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name)


def waived(judged: Iterable[Judged], waivers: tuple[Waiver, ...], as_of: str) -> tuple[Judged, ...]:
    """The findings with those waived that a waiver in force covers."""
    valid = [waiver for waiver in waivers if waiver.expires >= as_of]
    return tuple(
        replace(row, finding=replace(row.finding, status=Status.WAIVED))
        if any(covers(waiver, row.finding) for waiver in valid)
        else row
        for row in judged
    )


def covers(waiver: Waiver, finding: Finding) -> bool:
    """Whether a waiver, expired or not, speaks of a finding."""
    return (
        waiver.rule == finding.rule
        and waiver.party == (finding.recipient or NOBODY)
        and waiver.surface == finding.surface
        and waiver.identifier in ("*", finding.kind)
    )


def compared(judged: Iterable[Judged], known: frozenset[str] | None) -> tuple[Judged, ...]:
    """The findings with `baseline` new or known; null without a baseline."""
    if known is None:
        return tuple(judged)
    return tuple(
        replace(row, finding=replace(row.finding, baseline="known" if row.finding.id in known else "new")) for row in judged
    )
