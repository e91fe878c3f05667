"""One frame of a flow file: what is read of it, and what happens to frames that mitmproxy did not write."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.io import tnetstring

from auditor.capture.mitm_frame import read_state
from auditor.capture.mitm_state import STATES, HttpState
from tests.unit.capture.flow_files import all_types, http_state


def frame(state: dict[str, Any]) -> bytes:
    """The data of the state's dictionary."""
    return tnetstring.dumps(state).partition(b":")[2][:-1]


@pytest.mark.parametrize("state", all_types(), ids=lambda state: str(state["type"]))
def test_what_is_read_selectively_is_what_mitmproxys_own_parser_gives(state: dict[str, Any]) -> None:
    whole = tnetstring.loads(tnetstring.dumps(state))
    assert read_state(frame(state)) == msgspec.convert(whole, STATES[state["type"]], strict=False, builtin_types=(bytes,))


def test_flows_on_one_connection_share_it() -> None:
    first, second = http_state(), http_state()
    second["client_conn"] = first["client_conn"]
    assert read_state(frame(first)).client_conn is read_state(frame(second)).client_conn


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"version": 21, "type": "nosuch"}, "unknown type"),
        ({"version": 21}, "unknown type"),
        ({"version": 21, "type": "http", "id": "a"}, "no mitmproxy flow"),
        ({"version": 99, "type": "http"}, "cannot be migrated"),
        ({**http_state(), "client_conn": b"x"}, "no mitmproxy flow"),
    ],
)
def test_what_is_no_flow_is_refused_in_words(state: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_state(frame(state))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_flow_or_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        read_state(data)


WHOLE = frame(http_state())


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=6))
def test_any_change_of_a_flow_is_a_flow_or_a_value_error(at: int, change: bytes) -> None:
    try:
        read = read_state(WHOLE[:at] + change + WHOLE[at + len(change) :])
    except ValueError:
        return
    assert isinstance(read, HttpState)
