"""Why nothing arrives: the state of a view and the time in, the likeliest reason out. Pure; the clock belongs to the caller."""

import datetime

from auditor.live.rows import UNSEEN_INSIGHTS
from auditor.live.state import LiveState

QUIET_SECONDS = 30


def seconds_between(earlier: str, later: str) -> float:
    """Seconds between two times as the journal writes them; 0 where one of them is none."""
    try:
        first, second = (datetime.datetime.fromisoformat(each[:26] + "+00:00") for each in (earlier, later))
    except ValueError:
        return 0.0
    return (second - first).total_seconds()


def quiet_reason(state: LiveState, now: str) -> str | None:
    """The name of the reason (a text of the table `quiet`); None while traffic comes, or too little time has passed."""
    if not state.started:
        return "no_journal"
    if not state.is_recording:
        return "no_recorder"
    waited = seconds_between(state.last_traffic or state.started, now)
    blind = sum(state.tally.insights[insight] for insight in UNSEEN_INSIGHTS)
    content = state.tally.flows - state.tally.noise
    if blind and not content:
        return "all_refused"
    if waited < QUIET_SECONDS and not (state.tally.flows and not content):
        return None
    if state.tally.flows and not content:
        return "only_system" if seconds_between(state.started, now) >= QUIET_SECONDS else None
    return "no_client" if not state.last_traffic else "no_new"
