"""Rows that break a rule become findings: grouped, worded, cited, waived and compared with the last release."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from auditor.judge.facts import Facts
from auditor.judge.rule import Rule
from auditor.judge.rules import RULES
from auditor.model.finding import Finding
from auditor.model.rule import RuleText
from auditor.model.session import Waiver
from auditor.model.vocabulary import Confidence, FindingClass, Severity, Status

if TYPE_CHECKING:
    import pandas as pd

MAX_EVIDENCE = 20
"""Flows that a finding names; the rest is in the tables."""

_KEY = ("surface", "phase", "recipient", "host", "kind")
_FIRST = (
    *("party", "entity", "service", "identifier", "confidence"),
    *("severity", "class", "clause", "detail", "detail_zh"),
)
_NOTHING = {
    "kind": "content",
    "host": "no name known",
    "recipient": "nobody known",
    "entity": "nobody known",
    "service": "a service",
}
_NOTHING_ZH = {"kind": "内容", "host": "无域名", "recipient": "未知方", "entity": "未知方", "service": "服务"}
_SURFACES_ZH = {"app": "应用", "printer": "打印机", "site": "网站"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A rule's texts with its citations as printed."""

    text: RuleText
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A finding with the flows that show it."""

    finding: Finding
    evidence: tuple[str, ...]
    """`CAPTURE#FLOW_ID`, the first twenty in order of time."""


def find(facts: Facts, texts: Mapping[str, Cited], rules: tuple[Rule, ...] = RULES) -> tuple[Judged, ...]:
    """Every finding of every rule, sorted: the worst first, then by rule and key."""
    judged = [row for rule in rules for row in _rule(rule, facts, texts[rule.id])]
    return tuple(sorted(judged, key=lambda row: _order(row.finding)))


def _order(finding: Finding) -> tuple[Any, ...]:
    key = (finding.rule, finding.surface, finding.recipient, finding.host, finding.phase, finding.kind)
    return (-finding.severity.rank, *(part or "" for part in key))


def _rule(rule: Rule, facts: Facts, cited: Cited) -> Iterable[Judged]:
    hits = rule.hits(facts)
    if not len(hits):
        return
    for key, group in _groups(rule, hits):
        yield _judged(rule, dict(zip(_KEY, key, strict=True)), group, facts, cited)


def _groups(rule: Rule, hits: "pd.DataFrame") -> Iterable[tuple[tuple[Any, ...], "pd.DataFrame"]]:
    """The rows of each finding, with its key."""
    missing = [name for name in (*_KEY, *_FIRST, "flow") if name not in hits.columns]
    hits = hits.assign(**dict.fromkeys(missing, None))
    if not rule.by_phase:
        hits = hits.assign(phase=None)
    if not rule.by_host:
        hits = hits.assign(host=None)
    hits = hits.reset_index(drop=True)
    keys = hits[list(_KEY)].astype("object").where(hits[list(_KEY)].notna(), None)
    rows: dict[tuple[str | None, ...], list[int]] = {}
    for index, key in enumerate(keys.itertuples(index=False, name=None)):
        rows.setdefault(tuple(None if part is None else str(part) for part in key), []).append(index)
    for found in sorted(rows, key=lambda key: tuple(part or "" for part in key)):
        yield found, hits.iloc[rows[found]]


def _judged(rule: Rule, key: dict[str, str | None], group: "pd.DataFrame", facts: Facts, cited: Cited) -> Judged:
    flows = tuple(dict.fromkeys(str(flow) for flow in group["flow"].dropna()))
    first = {name: _first(group[name]) for name in _FIRST}
    text = cited.text
    clause = first["clause"] or _clause(facts, first["party"] or key["recipient"])
    identifiers = sorted({str(label) for label in group["identifier"].dropna()})
    finding = Finding(
        rule=rule.id,
        severity=Severity(first["severity"] or text.severity),
        finding_class=FindingClass(first["class"] or text.finding_class),
        confidence=Confidence(first["confidence"] or Confidence.HIGH),
        surface=key["surface"],
        phase=key["phase"],
        recipient=key["recipient"],
        party=first["party"],
        entity=first["entity"],
        service=first["service"],
        host=key["host"],
        kind=key["kind"],
        identifier=", ".join(identifiers) or None,
        flows=len(flows),
        first_flow=flows[0] if flows else None,
        clause=clause,
        references=cited.citations,
        message="",
        message_zh="",
    )
    words = {**key, **first, "flows": str(len(flows)), "clause": clause}
    message = _worded(text.message, words, _NOTHING)
    words_zh = {**words, "detail": first["detail_zh"], "surface": _SURFACES_ZH.get(key["surface"] or "", key["surface"])}
    message_zh = _worded(text.message_zh, words_zh, _NOTHING_ZH)
    return Judged(finding=replace(finding, message=message, message_zh=message_zh), evidence=flows[:MAX_EVIDENCE])


def _first(column: "pd.Series[Any]") -> str | None:
    known = column.dropna()
    return str(known.iloc[0]) if len(known) else None


def _clause(facts: Facts, party: str | None) -> str | None:
    entry = facts.register.party(party)
    return entry.clause or None if entry else None


def _worded(template: str, words: Mapping[str, str | None], nothing: Mapping[str, str]) -> str:
    """The template with its fields filled in; what is not known has a word of its own."""
    fields = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    return template.format(**{name: words.get(name) or nothing.get(name, "-") for name in fields})


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
        and waiver.party == finding.recipient
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
