"""How old the persona of a session is: planted values go in, years come out, and the date of birth goes no further."""

import datetime
import re

from auditor.model.session import Session, Subjects

_DATE = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")
_KIND = "birth_date"
_OWNER = "persona"


def persona_age(subjects: Subjects, session: Session, as_of: str) -> int | None:
    """Full years at the session's start, at `as_of` where no phase tells it; the youngest persona's where there are several.

    None where no date of birth is planted, or none that reads as year, month, day.
    """
    planted = (entry for entry in subjects.identifiers if entry.kind == _KIND and entry.owner == _OWNER)
    births = [birth for entry in planted if (birth := _date(entry.value)) is not None]
    return _years(max(births), _day(session, as_of)) if births else None


def _date(text: str) -> datetime.date | None:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _day(session: Session, as_of: str) -> datetime.date:
    starts = [phase.start for phase in session.phases]
    if not starts:
        return datetime.date.fromisoformat(as_of)
    return datetime.datetime.fromtimestamp(min(starts) // 1_000_000_000, datetime.UTC).date()


def _years(birth: datetime.date, day: datetime.date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
