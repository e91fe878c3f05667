"""What changed between two audits: recipients, kinds of data, countries, findings and the policy's text, added and removed.

Two result documents go in, the earlier one first; rows come out, sorted, added before removed. Nothing else is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from auditor.judge.facts import RECIPIENTS
from auditor.model.audit import Audit, FindingRow, RecipientRow
from auditor.model.vocabulary import Severity, Status


class Subject(StrEnum):
    """What a change is about, in the order in which changes are shown."""

    FINDING = "finding"
    RECIPIENT = "recipient"
    DATA = "data"
    COUNTRY = "country"
    PARTY = "party"
    POLICY = "policy"
    COVERAGE = "coverage"
    VERDICT = "verdict"


class Change(StrEnum):
    """Which way. `changed`: there before and after, but otherwise."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One change."""

    subject: Subject
    change: Change
    name: str
    """The finding's id, `surface recipient`, `surface kind`, the country, the party, what of the policy or the coverage."""
    severity: Severity | None = None
    """Of a finding: of the later report, of the earlier one where it is gone."""
    before: str | None = None
    after: str | None = None
    message: str = ""
    message_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All changes, and what they ask of people."""

    differences: tuple[Difference, ...]
    consent_question: bool
    """Whether recipients, kinds of data, countries or the policy's text changed: the law may ask for consent anew. A question
    for a person."""

    def count(self, subject: Subject, change: Change) -> int:
        """How many changes there are of one sort."""
        return sum(1 for entry in self.differences if (entry.subject, entry.change) == (subject, change))

    def worst(self) -> Severity | None:
        """The severity of the worst new open finding; None where there is none."""
        new = (row.severity for row in self.differences if row.severity is not None and _is_worse(row))
        return max(new, key=lambda word: word.rank, default=None)


_ASKING = (Subject.RECIPIENT, Subject.DATA, Subject.COUNTRY, Subject.POLICY)
_SUBJECTS = tuple(Subject)
_CHANGES = tuple(Change)


def compare(before: Audit, after: Audit) -> Comparison:
    """The changes from one audit to another."""
    found = (
        *_findings(before.findings, after.findings),
        *_sets(Subject.RECIPIENT, _recipients(before), _recipients(after)),
        *_sets(Subject.DATA, _data(before), _data(after)),
        *_sets(Subject.COUNTRY, _countries(before), _countries(after)),
        *_sets(Subject.PARTY, {row.party for row in before.parties}, {row.party for row in after.parties}),
        *_values(Subject.POLICY, _policy(before), _policy(after)),
        *_values(Subject.COVERAGE, _coverage(before), _coverage(after)),
        *_values(Subject.VERDICT, {"result": before.verdict.result}, {"result": after.verdict.result}),
    )
    asks = any(row.subject in _ASKING and (row.change is not Change.REMOVED or row.subject is Subject.POLICY) for row in found)
    return Comparison(differences=tuple(sorted(found, key=_order)), consent_question=asks)


def _order(row: Difference) -> tuple[int, int, int, str]:
    rank = row.severity.rank if row.severity is not None else 0
    return _SUBJECTS.index(row.subject), _CHANGES.index(row.change), -rank, row.name


def _is_worse(row: Difference) -> bool:
    """Whether a finding came, grew, or is no longer waived, and counts."""
    if row.subject is not Subject.FINDING or row.change is Change.REMOVED:
        return False
    return row.after is not None and row.after.startswith(Status.OPEN)


def _findings(before: Iterable[FindingRow], after: Iterable[FindingRow]) -> Iterable[Difference]:
    """By id, which is stable over re-runs; a finding that stays may be waived now, or weigh otherwise."""
    old, new = {row.id: row for row in before}, {row.id: row for row in after}
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        words = [f"{row.status}, {row.severity}" if row else None for row in (was, now)]
        shown = now or was
        if words[0] == words[1] or shown is None:
            continue
        yield Difference(
            subject=Subject.FINDING,
            change=Change.ADDED if was is None else Change.REMOVED if now is None else Change.CHANGED,
            name=name,
            severity=shown.severity,
            before=words[0],
            after=words[1],
            message=shown.message,
            message_zh=shown.message_zh,
        )


def _sets(subject: Subject, before: set[str], after: set[str]) -> Iterable[Difference]:
    yield from (Difference(subject=subject, change=Change.ADDED, name=name) for name in sorted(after - before))
    yield from (Difference(subject=subject, change=Change.REMOVED, name=name) for name in sorted(before - after))


def _values(subject: Subject, before: dict[str, str], after: dict[str, str]) -> Iterable[Difference]:
    for name in sorted(before.keys() | after.keys()):
        was, now = before.get(name), after.get(name)
        if was != now:
            change = Change.ADDED if was is None else Change.REMOVED if now is None else Change.CHANGED
            yield Difference(subject=subject, change=change, name=name, before=was, after=now)


def _receivers(audit: Audit) -> tuple[RecipientRow, ...]:
    """Those who receive data: not the phone's own system, nor the network."""
    return tuple(row for row in audit.recipients if row.relation in RECIPIENTS)


def _recipients(audit: Audit) -> set[str]:
    return {f"{row.surface} {row.recipient}" for row in _receivers(audit)}


def _data(audit: Audit) -> set[str]:
    """Kinds of data that leave each surface, whoever gets them."""
    return {f"{row.surface} {kind}" for row in _receivers(audit) for kind in row.kinds}


def _countries(audit: Audit) -> set[str]:
    """Where the companies have their seats that are contacted."""
    return {country for row in _receivers(audit) for country in (*row.countries, row.country) if country}


def _policy(audit: Audit) -> dict[str, str]:
    register = audit.register
    return {"text": register.source_sha256, "version": register.version, "effective": register.effective, "register": register.id}


def _coverage(audit: Audit) -> dict[str, str]:
    return {gate.name: "passed" if gate.passed else "missed" for gate in audit.coverage.gates}
