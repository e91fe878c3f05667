"""The phases on a time axis: an audit in, one bar for each phase out, as shares of the recorded time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from auditor.model.audit import Audit, PhaseRow
from auditor.model.vocabulary import Status
from auditor.report.amounts import lasted

WIDTH = 240
_LEAST = 3.0
"""A phase is at least this wide, however short it was."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One phase."""

    phase: PhaseRow
    seconds: int | None
    """None: not recorded."""
    x: float
    width: float
    findings: int
    """Open findings of the phase."""


def timeline(audit: Audit) -> tuple[Bar, ...]:
    """The phases in the order of the recording, those that were not recorded last."""
    opened = Counter(row.phase for row in audit.findings if row.status is Status.OPEN)
    recorded = [phase for phase in audit.session.phases if _second(phase.started) is not None]
    missing = [phase for phase in audit.session.phases if _second(phase.started) is None]
    starts = [_second(phase.started) or 0.0 for phase in recorded]
    ends = [_second(phase.ended) or start for phase, start in zip(recorded, starts, strict=True)]
    first, whole = min(starts, default=0.0), max(ends, default=0.0) - min(starts, default=0.0)
    bars = []
    for phase, start, end in sorted(zip(recorded, starts, ends, strict=True), key=lambda item: item[1]):
        x = WIDTH * (start - first) / whole if whole > 0 else 0.0
        width = max(_LEAST, WIDTH * (end - start) / whole) if whole > 0 else float(WIDTH)
        bars.append(
            Bar(phase, lasted(phase.started, phase.ended), round(min(x, WIDTH - _LEAST), 1), round(width, 1), opened[phase.id])
        )
    return (*bars, *(Bar(phase, None, 0.0, 0.0, opened[phase.id]) for phase in missing))


def _second(time: str | None) -> float | None:
    """Seconds since 1970; None for no time."""
    try:
        return datetime.fromisoformat(time).timestamp() if time else None
    except ValueError:
        return None
