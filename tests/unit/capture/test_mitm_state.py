"""The state of a flow: what is no port is none, and headers are found in any case."""

import msgspec
import pytest

from auditor.capture.mitm_state import STATES, Connection, FlowError, HttpState, Request, Response, StreamState


@pytest.mark.parametrize(
    ("value", "port"), [(443, 443), (65_535, 65_535), (0, None), (65_536, None), (-1, None), ("443", None), (None, None)]
)
def test_a_port_is_a_port_or_not_known(value: object, port: int | None) -> None:
    side = Connection(peername=("a", value), address=("b", value))
    assert (side.peer_port, side.asked_port) == (port, port)


def test_a_request_has_the_port_that_it_asked_for_only_where_it_is_one() -> None:
    assert Request(host="a", port=80, method=b"GET").asked_port == 80
    assert Request(host="a", port=70_000, method=b"GET").asked_port is None


@pytest.mark.parametrize(
    ("value", "text"), [("a.example", "a.example"), (b"a\xff", "a\\xff"), (None, None), (5, None), ([], None)]
)
def test_the_name_of_a_side_is_text_or_not_known(value: object, text: str | None) -> None:
    assert Connection(peername=(value, 1), address=(value, 1)).peer_ip == text


def test_a_side_without_address_is_not_known() -> None:
    side = Connection()
    assert (side.peer_ip, side.peer_port, side.asked_host, side.asked_port) == (None, None, None, None)
    assert Connection(peername=("a",)).peer_port is None


def test_a_header_is_found_in_any_case_and_the_first_counts() -> None:
    request = Request(host="a", port=80, method=b"GET", headers=((b"HOST", b"1"), (b"host", b"2")))
    assert (request.header(b"host"), request.header(b"cookie")) == (b"1", None)


def test_start_lines_are_those_of_http_1() -> None:
    assert Request(host="a", port=80, method=b"GET", path=b"/x").start_line == b"GET /x HTTP/1.1"
    assert Response(status_code=404, reason=b"Not Found").start_line == b"HTTP/1.1 404 Not Found"


def test_trailers_are_none_or_some() -> None:
    raw = {"host": "a", "port": 80, "method": b"GET", "trailers": [[b"a", b"b"]]}
    assert msgspec.convert(raw, Request, builtin_types=(bytes,)).trailers == ((b"a", b"b"),)
    assert Response(status_code=200).trailers == ()


def test_an_error_has_a_time_where_there_is_one() -> None:
    side = Connection()
    state = StreamState(type="tcp", id="x", client_conn=side, server_conn=side)
    assert state.error_time is None
    assert msgspec.structs.replace(state, error=FlowError(msg="reset", timestamp=5.0)).error_time == 5.0


def test_every_type_of_flow_has_its_record() -> None:
    assert sorted(STATES) == ["dns", "http", "tcp", "udp"]
    assert STATES["http"] is HttpState
