"""Events in, rows and counts out: pinned items, alarms, noise, blind hosts, and the budget of a second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.catalog import register_file
from auditor.live import state as state_module
from auditor.live.classes import Policy, RowClass
from auditor.live.events import Event
from auditor.live.state import FLAGGED_A_SECOND, PLAIN_A_SECOND, LiveState

POLICY = Policy(register_file.load("o2nails-1.1"))


def _at(second: int) -> str:
    return f"2026-11-22T10:{second // 60 % 60:02d}:{second % 60:02d}.000000000Z"


def _event(kind: str, second: int = 0, **facts: object) -> Event:
    return Event(**{"recorder": "app-1", "kind": kind, "at": _at(second)} | facts)  # type: ignore[arg-type]


def _flow(relation: str, host: str, second: int = 0, **facts: object) -> Event:
    return _event("flow", second, **({"relation": relation, "host": host, "recipient": host, "method": "GET"} | facts))


def _state(*events: Event) -> LiveState:
    state = LiveState(POLICY)
    state.take(events)
    return state


def test_a_flow_is_one_row_that_its_end_completes() -> None:
    state = _state(_flow("declared", "a.example", flow_id="1", state="begun"))
    before = state.revision
    state.take([_event("flow", 3, flow_id="1", state="ended", status=200, bytes_up=5)])
    rows = list(state.rows())
    assert [(row.status, row.bytes_up, row.is_open) for row in rows] == [(200, 5, False)]
    assert state.tally.flows == 1
    assert state.news(before) == rows


def test_a_flow_that_is_told_only_at_its_end_is_one_row_too() -> None:
    assert len(list(_state(_flow("declared", "a.example", flow_id="1", state="ended")).rows())) == 1


def test_the_newest_unexplained_item_is_pinned() -> None:
    state = _state(_flow("undeclared", "x.example"), _flow("first_party", "api.o2nails.com", 1))
    assert state.pinned is not None
    assert state.pinned.host == "x.example"
    state.take([_flow("unknown", "y.example", 2)])
    assert state.pinned.host == "y.example"


@pytest.mark.parametrize(
    ("events", "alarms"),
    [
        ([_flow("undeclared", "x.example")], 1),
        ([_flow("undeclared", "x.example"), _flow("undeclared", "x.example", 1)], 1),
        ([_flow("declared", "a.example", phase="before_consent")], 1),
        ([_flow("undeclared", "x.example", phase="before_consent"), _flow("undeclared", "x.example", 1)], 2),
        ([_flow("unknown", "y.example"), _flow("other_surface", "z.example"), _flow("declared", "a.example")], 0),
        ([_flow("system", "s.example", phase="before_consent"), _flow("first_party", "api.o2nails.com", phase="declined")], 0),
    ],
)
def test_only_undeclared_recipients_and_contacts_before_consent_alarm_and_each_once(events: list[Event], alarms: int) -> None:
    assert _state(*events).tally.alarms == alarms


def test_noise_is_counted() -> None:
    state = _state(_flow("system", "s.example"), _flow("network", "n.example"), _flow("declared", "a.example"))
    assert state.tally.noise == 2
    assert [row.is_noise for row in state.rows()] == [False, True, True]


def test_a_host_is_blind_until_something_of_it_is_read() -> None:
    blind = _event("connection", hosts=("c.paypal.com:443",), insight="suspected_pinning")
    state = _state(blind, _flow("declared", "a.example"))
    assert (state.blind_hosts, state.decrypted) == (1, 0.5)
    state.take([_event("connection", hosts=("c.paypal.com:443",), insight="inspected", requests=3)])
    assert (state.blind_hosts, state.decrypted) == (0, 1.0)


@pytest.mark.parametrize(
    ("insight", "listed", "blind"),
    [
        ("refused", 1, 1),
        ("suspected_pinning", 1, 1),
        ("passed_through", 1, 1),
        ("opaque", 1, 1),
        ("upstream_failed", 1, 0),  # nobody was there: no content went by
        ("unfinished", 0, 0),
        ("inspected", 0, 0),
        ("a word of a later version", 0, 0),
        (None, 0, 0),
    ],
)
def test_what_becomes_of_a_connection(insight: str | None, listed: int, blind: int) -> None:
    """Listed where a person should know of it; blind only where content went by that nobody saw."""
    state = _state(_event("connection", hosts=("c.paypal.com:443",), insight=insight))
    assert (len(list(state.rows())), state.blind_hosts) == (listed, blind)


def test_phases_of_two_recorders_are_told_once() -> None:
    mark = {"phase": "print", "since": _at(0)}
    state = _state(_event("phase", 1, **mark), _event("phase", 1, recorder="printer-1", **mark))
    assert (state.phase, state.phase_since) == ("print", _at(0))
    assert [row.kind for row in state.rows()] == ["phase"]


def test_it_records_until_the_last_recorder_has_ended() -> None:
    state = _state(_event("started", surface="app"), _event("started", recorder="printer-1", surface="printer"))
    state.take([_event("ended", reason="user")])
    assert state.is_recording
    state.take([_event("ended", recorder="printer-1", reason="user")])
    assert not state.is_recording


def test_a_flow_has_the_surface_of_its_recorder_where_it_names_none() -> None:
    state = _state(_event("started", recorder="printer-1", surface="printer"), _flow("declared", "h", recorder="printer-1"))
    assert next(iter(state.rows())).surface == "printer"


def test_losses_faults_and_skipped_messages_are_counted() -> None:
    events = [
        _event("loss", lost=0),
        _event("loss", lost=4, received=9),
        _event("hook_error", hook="x", error="E"),
        _event("counters", skipped=6),
    ]
    tally = _state(*events).tally
    assert (tally.lost, tally.hook_errors, tally.skipped) == (4, 1, 6)


def test_the_printers_packets_are_those_of_its_recorder() -> None:
    state = _state(_event("counters", surface="printer", packets=9, bytes=700), _event("counters", packets=1, bytes=5))
    assert (state.tally.printer_packets, state.tally.printer_bytes) == (9, 700)


def test_identifiers_are_counted_by_kind() -> None:
    state = _state(
        *(_event("sighting", relation="undeclared", recipient="x", ident_kind=kind) for kind in ("imei", "mac", "mac"))
    )
    assert dict(state.tally.identifiers) == {"imei": 1, "mac": 2}
    assert state.pinned is not None


def test_a_flood_is_counted_whole_and_listed_up_to_the_budget_of_each_second() -> None:
    events = [_flow("declared", f"h{number}.example", number // 1000) for number in range(3000)]
    state = _state(*events)
    assert (state.tally.flows, len(list(state.rows())), state.tally.unlisted) == (
        3000,
        3 * PLAIN_A_SECOND,
        3000 - 3 * PLAIN_A_SECOND,
    )


def test_a_flood_does_not_hide_what_is_unexplained() -> None:
    state = _state(*(_flow("declared", "a.example") for _ in range(1000)), _flow("undeclared", "x.example"))
    assert next(iter(state.rows())).host == "x.example"
    state.take([_flow("undeclared", f"y{number}.example") for number in range(2 * FLAGGED_A_SECOND)])
    assert state.pinned is not None
    assert state.pinned.host == f"y{2 * FLAGGED_A_SECOND - 1}.example"
    assert len(state.tally.recipients) == 2 + 2 * FLAGGED_A_SECOND


def test_a_list_that_is_full_lets_the_oldest_go_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_module, "ROWS_KEPT", 3)
    state = _state(*(_flow("declared", f"{number}.example", number) for number in range(5)))
    assert [row.host for row in state.rows()] == ["4.example", "3.example", "2.example"]
    assert state.tally.forgotten == 2


def test_a_hundred_thousand_recipients_do_not_grow_the_memory_without_bound() -> None:
    state = _state(
        *(_flow("unknown", f"{number}.example", number // 50, flow_id=str(number), state="begun") for number in range(30_000))
    )
    assert len(state.tally.recipients) == state_module.DISTINCT_KEPT
    assert len(state._open) <= state_module.DISTINCT_KEPT
    assert state.tally.flows == 30_000


_KINDS = st.sampled_from([*state_module._TAKERS, "counters", "file", "whatever"])
_WORDS = st.none() | st.sampled_from(
    ["a", "undeclared", "system", "refused", "inspected", "begun", "ended", "before_consent", ""]
)
_EVENTS = st.builds(
    Event,
    recorder=st.sampled_from(["a", "b"]),
    kind=_KINDS,
    at=st.sampled_from(["", _at(0), _at(1), "nonsense"]),
    flow_id=_WORDS,
    relation=_WORDS,
    host=_WORDS,
    phase=_WORDS,
    state=_WORDS,
    insight=_WORDS,
    lost=st.none() | st.integers(-5, 5),
)


@given(st.lists(_EVENTS, max_size=40))
def test_any_events_in_any_order_are_counted_and_numbered_once(events: list[Event]) -> None:
    state = _state(*events)
    rows = list(state.rows())
    assert state.tally.records == len(events)
    assert len({row.number for row in rows}) == len(rows)
    assert [row.revision for row in rows] == sorted((row.revision for row in rows), reverse=True)
    assert all(isinstance(row.row_class, RowClass) for row in rows)
