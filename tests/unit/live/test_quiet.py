"""Why nothing arrives, told from what the journal says so far."""

import pytest

from auditor.live.classes import Policy
from auditor.live.events import Event
from auditor.live.quiet import quiet_reason, seconds_between
from auditor.live.state import LiveState
from auditor.live.words import page_words


def _at(second: int) -> str:
    return f"2026-11-22T10:{second // 60:02d}:{second % 60:02d}.000000000Z"


def _event(kind: str, second: int, **facts: object) -> Event:
    return Event(**{"recorder": "app-1", "kind": kind, "at": _at(second)} | facts)  # type: ignore[arg-type]


START = _event("started", 0, surface="app")
REFUSED = _event("connection", 5, hosts=("h:443",), insight="refused")
SYSTEM = _event("flow", 5, relation="system", host="s")
APP = _event("flow", 5, relation="first_party", host="a")
END = _event("ended", 9, reason="user")


@pytest.mark.parametrize(
    ("events", "second", "reason"),
    [
        ([], 0, "no_journal"),
        ([START], 10, None),
        ([START], 31, "no_client"),
        ([START, REFUSED], 6, "all_refused"),
        ([START, REFUSED, SYSTEM], 6, "all_refused"),
        ([START, SYSTEM], 10, None),
        ([START, SYSTEM], 31, "only_system"),
        ([START, APP], 10, None),
        ([START, APP], 40, "no_new"),
        ([START, REFUSED, APP], 10, None),
        ([START, APP, END], 12, "no_recorder"),
    ],
)
def test_the_likeliest_reason_is_named_once_enough_time_has_passed(events: list[Event], second: int, reason: str | None) -> None:
    state = LiveState(Policy(None))
    state.take(events)
    found = quiet_reason(state, _at(second))
    assert found == reason
    assert found is None or found in page_words()["quiet"]


@pytest.mark.parametrize("pair", [("", _at(1)), ("nonsense", "x"), (_at(1), "9999")])
def test_times_that_are_none_are_no_time_apart(pair: tuple[str, str]) -> None:
    assert seconds_between(*pair) == 0.0
