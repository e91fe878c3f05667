"""What the readers of other tools' tables share: rows of text go in, flows come out."""

import datetime
from collections.abc import Iterable

from auditor.model.flow import Flow
from auditor.model.reading import Damage, Reading
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import Outcome

MAX_DAMAGE = 20
"""Damaged lines that are named one by one."""
SECOND = 1_000_000_000
MILLISECONDS_FROM = 10**11
"""Larger Unix times count milliseconds."""
MAX_TIME = 1 << 62
"""Nanoseconds that a table can show."""


def reading_of(name: str, flows: Iterable[Flow], damage: list[Damage]) -> Reading:
    """The reading of a table; its rows in their published order."""
    rows = [flow.row() for flow in flows]
    outcome = Outcome.DAMAGED if damage else Outcome.READ if rows else Outcome.EMPTY
    more = [Damage("further lines", f"{len(damage) - MAX_DAMAGE} more damaged")] if len(damage) > MAX_DAMAGE else []
    return Reading(
        format=name, outcome=outcome, table=OBSERVED.published(OBSERVED.of_rows(rows)), damage=(*damage[:MAX_DAMAGE], *more)
    )


def whole(text: str | None) -> int | None:
    """A whole number that is not negative; None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isdecimal() and len(text) < 19 else None


def nanoseconds(text: str) -> int | None:
    """UTC nanoseconds of an ISO 8601 time with its offset, or of a Unix time in (milli)seconds; None for anything else."""
    try:
        at = _moment(text.strip())
    except (ValueError, OverflowError):
        return None
    return at if abs(at) < MAX_TIME else None


def _moment(text: str) -> int:
    """Raises ValueError or OverflowError for what is no time."""
    if text.replace(".", "", 1).isdecimal():
        seconds, _, fraction = text.partition(".")
        number = int(seconds)
        return number * 1_000_000 if number > MILLISECONDS_FROM else number * SECOND + int(fraction.ljust(9, "0")[:9])
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    since = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds * 1_000
