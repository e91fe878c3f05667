"""`lists/*.csv`: an audit in, drafts of the lists that a controller publishes or keeps out.

Four drafts: personal data collected and data shared with third parties (the two lists that Chinese apps publish), a record of
processing (GDPR Art. 30(1)) and the recipients. Each says in its last columns how it differs from the register. They are
drafts: what traffic cannot show is marked to be filled in by the controller, never guessed.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from auditor.model.audit import Audit, FindingRow, PartyRow, RecipientRow
from auditor.model.vocabulary import FindingClass, Relation, Status
from auditor.report import companies
from auditor.report.amounts import size
from auditor.report.decision import ranked, title
from auditor.report.display import safe
from auditor.report.words import label, labels, word

NAME = "lists"
FILES = ("lists/collected.csv", "lists/shared.csv", "lists/processing.csv", "lists/recipients.csv")

_NO_RECIPIENT = (Relation.SYSTEM, Relation.NETWORK, Relation.LOCAL)
_NO_THIRD_PARTY = (Relation.FIRST_PARTY, *_NO_RECIPIENT)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
type _Row = Sequence[str]


def render(audit: Audit, lang: str) -> dict[str, bytes]:
    """The four drafts, UTF-8 with a byte order mark, because spreadsheets read Chinese wrongly without it."""
    made = (_collected(audit, lang), _shared(audit, lang), _processing(audit, lang), _recipients(audit, lang))
    return {name: _csv(rows) for name, rows in zip(FILES, made, strict=True)}


def _csv(rows: Iterable[_Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _guarded(cell: str) -> str:
    """A cell that no spreadsheet runs. A dash alone is what stands for nothing."""
    shown = safe(cell)
    return f"'{shown}" if shown.startswith(_FORMULA) and shown != "-" else shown


def _head(*keys: str) -> _Row:
    return tuple(f"{word(key, 'en')} {word(key, 'zh')}" for key in keys)


def _collected(audit: Audit, lang: str) -> list[_Row]:
    """One row for each kind of data that left a device."""
    recipients: dict[str, list[RecipientRow]] = defaultdict(list)
    for row in audit.recipients:
        for kind in row.kinds:
            recipients[kind].append(row)
    scenes = _scenes(audit)
    rows = [
        _head(
            "finding.data",
            "lists.purpose",
            "lists.scenario",
            "lists.method",
            "finding.recipient",
            "lists.difference",
            "finding.clause",
        )
    ]
    for kind in sorted(recipients):
        there = recipients[kind]
        about = [row for row in audit.findings if row.kind == kind and row.status is Status.OPEN]
        rows.append(
            (
                label("kind", kind, lang),
                _purposes(there, lang),
                labels("phase", scenes.get(kind, ()), lang) or word("lists.fill_in", lang),
                labels("surface", tuple(sorted({row.surface for row in there})), lang),
                ", ".join(sorted({row.recipient for row in there})),
                _difference(about, lang) or word("lists.as_declared", lang),
                _clauses(about),
            )
        )
    return rows


def _shared(audit: Audit, lang: str) -> list[_Row]:
    """One row for each third party that was met, then each that is declared and was not met."""
    rows = [
        _head(
            *("finding.recipient", "finding.entity", "recipients.country", "recipients.services", "finding.data"),
            *("lists.purpose", "lists.scenario", "lists.method", "lists.declared_purpose", "finding.clause", "lists.difference"),
        )
    ]
    parties = {party.party: party for party in audit.parties}
    met: dict[str, list[RecipientRow]] = defaultdict(list)
    for row in audit.recipients:
        if row.relation not in _NO_THIRD_PARTY:
            met[row.recipient].append(row)
    rows += [_shared_row(audit, name, met[name], parties.get(name), lang) for name in sorted(met)]
    rows += [_unmet_row(party, lang) for party in audit.parties if party.party not in met]
    return rows


def _shared_row(audit: Audit, name: str, there: list[RecipientRow], party: PartyRow | None, lang: str) -> _Row:
    about = [row for row in audit.findings if row.recipient == name and row.status is Status.OPEN]
    phases = tuple(phase.id for phase in audit.session.phases if name in phase.recipients)
    relations = tuple(dict.fromkeys(row.relation for row in there if row.relation is not Relation.DECLARED))
    said = [labels("relation", relations, lang), _difference(about, lang)]
    return (
        name,
        companies.named(there, lang) or "-",
        _countries(there, lang),
        ", ".join(sorted({service for row in there for service in row.services})),
        labels("kind", _kinds(there), lang) or word("page.none", lang),
        _purposes(there, lang),
        labels("phase", phases, lang) or "-",
        labels("surface", tuple(sorted({row.surface for row in there})), lang),
        labels("purpose", party.purposes, lang) if party else "-",
        party.clause if party else "-",
        "; ".join(part for part in said if part) or word("lists.as_declared", lang),
    )


def _unmet_row(party: PartyRow, lang: str) -> _Row:
    name = (party.name_zh or party.name_en) if lang == "zh" else (party.name_en or party.name_zh)
    unmet = word("matrix.server_side" if party.observability == "server" else "parties.not_met", lang)
    purposes = labels("purpose", party.purposes, lang)
    return (party.party, name or "-", "-", "-", "-", "-", "-", "-", purposes, party.clause or "-", unmet)


def _processing(audit: Audit, lang: str) -> list[_Row]:
    """GDPR Art. 30(1)(a) to (g), one row for each purpose that services serve."""
    rows = [
        _head(
            *("lists.controller", "lists.purpose", "lists.subjects", "lists.categories", "finding.recipient"),
            *("lists.transfers", "lists.retention", "lists.security", "lists.difference"),
        )
    ]
    by_purpose: dict[str, list[RecipientRow]] = defaultdict(list)
    for row in audit.recipients:
        for purpose in row.purposes if row.relation not in _NO_RECIPIENT else ():
            by_purpose[purpose].append(row)
    fill_in = word("lists.fill_in", lang)
    declared = {purpose for party in audit.parties for purpose in party.purposes}
    for purpose in sorted(by_purpose):
        there = by_purpose[purpose]
        rows.append(
            (
                audit.register.controller or fill_in,
                label("purpose", purpose, lang),
                fill_in,
                labels("kind", _kinds(there), lang) or word("page.none", lang),
                ", ".join(sorted({row.recipient for row in there})),
                _countries(there, lang),
                fill_in,
                _security(audit, {row.recipient for row in there}, lang),
                word("lists.as_declared" if purpose in declared else "relation.undeclared", lang),
            )
        )
    return rows


def _recipients(audit: Audit, lang: str) -> list[_Row]:
    """Every recipient on every surface."""
    rows = [
        _head(
            *(
                "finding.recipient",
                "finding.surface",
                "finding.entity",
                "recipients.country",
                "recipients.relation",
                "recipients.hosts",
            ),
            *("finding.data", "finding.flows", "recipients.up", "recipients.down", "lists.difference"),
        )
    ]
    for row in audit.recipients:
        about = [entry for entry in audit.findings if entry.recipient == row.recipient and entry.surface in (None, row.surface)]
        rows.append(
            (
                row.recipient,
                label("surface", row.surface, lang),
                companies.named([row], lang) or "-",
                companies.seats(row, lang),
                label("relation", row.relation, lang),
                " ".join(row.hosts),
                labels("kind", row.kinds, lang) or word("page.none", lang),
                str(row.flows),
                size(row.bytes_up),
                size(row.bytes_down),
                _difference([entry for entry in about if entry.status is Status.OPEN], lang) or "-",
            )
        )
    return rows


def _difference(findings: Sequence[FindingRow], lang: str) -> str:
    """What the findings say against the register: each title once, the worst first."""
    against = [row for row in ranked(findings) if row.finding_class not in (FindingClass.CLEAR, FindingClass.NOT_ASSESSABLE)]
    return "; ".join(dict.fromkeys(f"{title(row, lang)} ({label('class', row.finding_class, lang)})" for row in against))


def _clauses(findings: Sequence[FindingRow]) -> str:
    return ", ".join(sorted({row.clause for row in findings if row.clause})) or "-"


def _scenes(audit: Audit) -> Mapping[str, tuple[str, ...]]:
    """The phases in which each kind was sighted, as far as findings rest on it, in the order of the recording."""
    order = [phase.id for phase in audit.session.phases]
    seen = {(row.kind, row.phase) for row in audit.sightings if row.phase}
    return {kind: tuple(phase for phase in order if (kind, phase) in seen) for kind in {kind for kind, _ in seen}}


def _kinds(rows: Sequence[RecipientRow]) -> tuple[str, ...]:
    return tuple(sorted({kind for row in rows for kind in row.kinds}))


def _purposes(rows: Sequence[RecipientRow], lang: str) -> str:
    return labels("purpose", tuple(sorted({purpose for row in rows for purpose in row.purposes})), lang) or word(
        "lists.fill_in", lang
    )


def _countries(rows: Sequence[RecipientRow], lang: str) -> str:
    """The countries of the legal entities; one that is not known is said to be so."""
    known = {label("country", country, lang) for row in rows for country in companies.countries(row)}
    unknown = {word("page.unknown", lang) for row in rows if not companies.countries(row)}
    return ", ".join(sorted(known | unknown))


def _security(audit: Audit, recipients: set[str], lang: str) -> str:
    """What traffic shows of security measures: whether all of it was encrypted on the way."""
    clear = sum(row.cleartext for row in audit.coverage.hosts if row.recipient in recipients)
    return word("lists.cleartext", lang, n=clear) if clear else word("lists.encrypted", lang)
