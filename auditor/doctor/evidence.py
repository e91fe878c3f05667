"""What a recording's journal says about the set-up: it knows which clients came and which refused the proxy's CA."""

from pathlib import Path

from auditor.doctor.leg import Checked, failed, ok
from auditor.live.classes import Policy
from auditor.live.feed import JournalFeed
from auditor.live.rows import UNSEEN_INSIGHTS
from auditor.live.state import LiveState


def read_state(session: Path | None) -> LiveState:
    """The recording so far; an empty one where there is none."""
    state = LiveState(Policy(None))
    if session is not None:
        feed = JournalFeed(session)
        while events := feed.look():
            state.take(events)
    return state


def trust_seen(state: LiveState) -> Checked | None:
    """What connections say of the CA: nothing else is as sure. None where none came."""
    insights = state.tally.insights
    if insights["inspected"]:
        return ok("trust_seen", count=insights["inspected"])
    refused = insights["refused"]
    return failed("trust_refused", count=refused) if refused else None


def clients_seen(state: LiveState) -> Checked | None:
    """Whether anybody came through the proxy; None where nobody did, which proves nothing."""
    count = state.tally.insights["inspected"] + sum(state.tally.insights[insight] for insight in UNSEEN_INSIGHTS)
    return ok("clients_seen", count=count) if count else None
