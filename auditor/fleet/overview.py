"""The fleet's report as plain tables: sessions and answers in, what page, workbook and terminal show out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.fleet.questions import VARIANT, Answers, new_since
from auditor.fleet.reports import Report, Unread, WaiverUse
from auditor.fleet.words import named, word

if TYPE_CHECKING:
    import pandas as pd

type Cell = str | int | None

TREND_DAYS = 30
TREND_ROWS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: its columns are keys of the words, its rows cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    variants: int = 0
    """How many of the last columns are no words, but what was tested, as the sessions call it."""

    @property
    def words(self) -> tuple[str, ...]:
        """The columns that are words."""
        return self.columns[: len(self.columns) - self.variants]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A recipient's sessions."""

    recipient: str
    counts: tuple[int, ...]
    """On each day."""
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that the report shows, in its order."""

    as_of: str
    """The latest date that a session was judged as of."""
    since: str | None
    counts: tuple[tuple[str, int], ...]
    """Sessions by verdict."""
    no_verdict: Grid
    not_read: Grid
    """Reports that cannot be read, or not to the end, and sessions that have none, and why."""
    new: Grid
    matrix: Grid
    contacts: Grid
    sent: Grid
    days: tuple[str, ...]
    """The last ones with any traffic."""
    trends: tuple[Trend, ...]
    by_day: Grid
    waivers: Grid
    sessions: Grid


def overview(reports: Sequence[Report], unread: Sequence[Unread], answers: Answers, since: str | None, lang: str) -> Overview:
    """The tables of a fleet."""
    days, trends = _trends(answers)
    return Overview(
        as_of=max((report.as_of for report in reports), default=""),
        since=since,
        counts=tuple((name, sum(report.verdict == name for report in reports)) for name in ("pass", "fail", "inconclusive")),
        no_verdict=_sessions([report for report in reports if report.verdict == "inconclusive"], lang),
        not_read=Grid(columns=("path", "reason"), rows=tuple((entry.path, entry.why) for entry in unread)),
        new=_new(answers, since),
        matrix=_matrix(reports, answers.matrix, lang),
        contacts=_grid(answers.contacts, (*VARIANT, "surface", "recipient", "relation", "sessions", "flows", "bytes_up"), lang),
        sent=_grid(answers.sent, (*VARIANT, "surface", "recipient", "kind", "sessions", "sightings"), lang),
        days=days,
        trends=trends,
        by_day=_by_day(answers.by_day),
        waivers=_waivers(reports, lang),
        sessions=_sessions(reports, lang),
    )


def _sessions(reports: Sequence[Report], lang: str) -> Grid:
    columns = ("session", *VARIANT, "topology", "verdict", "reason", "flows", "sightings", "open", "high", "started", "as_of")
    rows = (
        (
            report.session,
            report.product,
            report.app_version,
            report.firmware,
            report.region,
            report.topology,
            named(report.verdict, lang),
            report.reason,
            report.flows,
            report.sightings,
            report.open_findings,
            report.high_findings,
            (report.started or "")[:16].replace("T", " "),
            report.as_of,
        )
        for report in reports
    )
    return Grid(columns=columns, rows=tuple(rows))


def _grid(frame: "pd.DataFrame", columns: tuple[str, ...], lang: str) -> Grid:
    shown = frame[[*columns, "first", "last"]]
    worded = [name == "relation" for name in (*columns, "first", "last")]
    rows = (
        tuple(_cell(value, lang if is_word else None) for value, is_word in zip(row, worded, strict=True))
        for row in shown.itertuples(index=False)
    )
    return Grid(columns=(*columns, "first", "last"), rows=tuple(rows))


def _cell(value: Any, lang: str | None = None) -> Cell:
    """A value as it is shown; in words where a language is given."""
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M")
    if not isinstance(value, str):
        return int(value)
    return named(value, lang) if lang else value


def _new(answers: Answers, since: str | None) -> Grid:
    columns = ("recipient", "kind", "surface", "first")
    if since is None:
        return Grid(columns=columns, rows=())
    contacts = new_since(answers.contacts, ("recipient", "surface"), since)
    sent = new_since(answers.sent, ("recipient", "kind", "surface"), since)
    rows: list[tuple[Any, ...]] = [(row.recipient, None, row.surface, row.first) for row in contacts.itertuples()]
    rows += [(row.recipient, row.kind, row.surface, row.first) for row in sent.itertuples()]
    ordered = sorted(rows, key=lambda row: (row[3], str(row[0]), row[1] or ""))
    return Grid(columns=columns, rows=tuple(tuple(_cell(value) for value in row) for row in ordered))


def _matrix(reports: Sequence[Report], found: "pd.DataFrame", lang: str) -> Grid:
    """Recipients by what was tested: the sessions in which each was contacted."""
    parts = VARIANT if len({report.product for report in reports}) > 1 else VARIANT[1:]
    variants = sorted({_variant([getattr(report, name) for name in parts], lang) for report in reports})
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for row in found.to_dict("records"):
        cell = counts.setdefault((_text(row["recipient"]), _text(row["relation"])), {})
        variant = _variant([_text(row[name]) for name in parts], lang)
        cell[variant] = cell.get(variant, 0) + int(row["sessions"])
    rows = (
        (recipient or None, named(relation, lang), *(cells.get(variant) for variant in variants))
        for (recipient, relation), cells in sorted(counts.items(), key=lambda item: (_weight(item[0][1]), item[0]))
    )
    return Grid(columns=("recipient", "relation", *variants), rows=tuple(rows), variants=len(variants))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _variant(parts: Sequence[str], lang: str) -> str:
    return " / ".join(part for part in parts if part) or word("none", lang)


def _by_day(frame: "pd.DataFrame") -> Grid:
    columns = ("day", "recipient", "sessions", "flows")
    rows = (tuple(_cell(value) for value in row) for row in frame[[*columns]].itertuples(index=False))
    return Grid(columns=columns, rows=tuple(rows))


def _weight(relation: str) -> int:
    order = ("undeclared", "unknown", "other_surface", "other_purpose", "same_group", "declared", "first_party")
    return order.index(relation) if relation in order else len(order)


def _trends(answers: Answers) -> tuple[tuple[str, ...], tuple[Trend, ...]]:
    """The recipients of most sessions."""
    days = tuple(sorted({str(day) for day in answers.by_day["day"].dropna()}))[-TREND_DAYS:]
    counts: dict[str, dict[str, int]] = {}
    for row in answers.by_day.to_dict("records"):
        counts.setdefault(_text(row["recipient"]), {})[_text(row["day"])] = int(row["sessions"])
    sessions = {_text(row["recipient"]): int(row["sessions"]) for row in answers.by_recipient.to_dict("records")}
    most = sorted(sessions, key=lambda name: (-sessions[name], name))[:TREND_ROWS]
    return days, tuple(
        Trend(recipient=name or "–", counts=tuple(counts[name].get(day, 0) for day in days), sessions=sessions[name])
        for name in most
    )


def _waivers(reports: Sequence[Report], lang: str) -> Grid:
    uses: dict[tuple[str, ...], list[WaiverUse]] = {}
    for report in reports:
        for use in report.waivers:
            key = (use.rule, use.party, use.identifier, use.surface, use.owner, use.expires, use.state)
            uses.setdefault(key, []).append(use)
    columns = ("rule", "party", "identifier", "surface", "owner", "expires", "state", "sessions", "findings")
    rows: list[tuple[Cell, ...]] = [
        (*key[:6], named(key[6], lang), len(found), sum(use.findings for use in found))
        for key, found in sorted(uses.items(), key=lambda item: (item[0][6] != "expired", item[0]))
    ]
    return Grid(columns=columns, rows=tuple(rows))
