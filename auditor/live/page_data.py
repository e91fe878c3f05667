"""A live state in, what the page's script gets out: rows as short lists, the rest as one object. Pure."""

from typing import Any

from auditor.catalog.scenario_list import LISTS, steps
from auditor.live.classes import Why
from auditor.live.following import Following
from auditor.live.rows import Row

ROW_FIELDS = (
    "number",
    "at",
    "kind",
    "row_class",
    "surface",
    "host",
    "port",
    "recipient",
    "relation",
    "service",
    "phase",
    "method",
    "path",
    "status",
    "bytes_up",
    "bytes_down",
    "is_open",
    "flow_id",
    "identifier",
    "ident_kind",
    "masked",
    "part",
    "confidence",
    "text",
    "is_early",
    "is_first",
)
TOP_RECIPIENTS = 12


class Whys:
    """Why-lines with numbers that last as long as the page."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._told: list[dict[str, str]] = []

    def number(self, why: Why) -> int:
        """The why-line's number."""
        if why.name not in self._numbers:
            self._numbers[why.name] = len(self._told)
            self._told.append({name: getattr(why, name) for name in ("key", "clause", "party", "purposes", "rule")})
        return self._numbers[why.name]

    def after(self, count: int) -> list[dict[str, str]]:
        """All but the first `count`, which a reader has."""
        return self._told[count:]


def row_data(row: Row, whys: Whys) -> list[Any]:
    """A row as a list: `ROW_FIELDS`, then the number of its why-line."""
    return [*(getattr(row, name) for name in ROW_FIELDS), whys.number(row.why)]


def summary(following: Following, whys: Whys) -> dict[str, Any]:
    """Everything but the rows."""
    state, tally = following.state, following.state.tally
    phase, since = following.phase()
    recipients = sorted(tally.recipients.items(), key=lambda item: (-item[1].flows, item[0]))
    return {
        "title": following.title,
        "trouble": following.trouble,
        "recording": following.is_recording(),
        "started": state.started,
        "now": following.now,
        "phase": phase,
        "since": since,
        "quiet": following.quiet(),
        "decrypted": None if state.decrypted is None else round(state.decrypted, 3),
        "blind": state.blind_hosts,
        "pinned": row_data(state.pinned, whys) if state.pinned else None,
        "counts": {
            name: getattr(tally, name)
            for name in ("flows", "sightings", "noise", "unlisted", "forgotten", "lost", "skipped", "hook_errors", "alarms")
        },
        "unreadable": following.feed.unreadable,
        "recipients": [[name, one.flows, one.row_class, one.is_early] for name, one in recipients[:TOP_RECIPIENTS]],
        "recipient_count": len(recipients),
        "identifiers": tally.identifiers.most_common(TOP_RECIPIENTS),
        "printer": [tally.printer_packets, tally.printer_bytes],
    }


def scenarios() -> dict[str, list[dict[str, Any]]]:
    """The lists of phases with what to do in each."""
    return {
        name: [{"phase": step.phase, "title": step.title, "todo": step.todo, "seconds": step.seconds} for step in steps(name)]
        for name in LISTS
    }
