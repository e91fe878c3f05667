"""What mitmproxy records beside HTTP: WebSocket messages, raw TCP and UDP, DNS."""

from pathlib import Path
from typing import Any

import pytest
from mitmproxy.test import tflow

from auditor.capture.mitm_streams import nanoseconds
from auditor.model.vocabulary import Direction, HostSource, Part, Visibility
from tests.unit.capture.flow_files import AT, changed, flow_file, read, read_one

SECOND = 1_000_000_000


def _websocket(messages: list[tuple[Any, ...]], **changes: Any) -> dict[str, Any]:
    changes = {"websocket__messages": messages, "server_conn__address": ("example.com", 80)} | changes
    return changed(tflow.twebsocketflow().get_state(), **changes)


def _raw(kind: str, messages: list[tuple[Any, ...]], **changes: Any) -> dict[str, Any]:
    made = tflow.ttcpflow() if kind == "tcp" else tflow.tudpflow()
    plain = {
        "client_conn__sni": None,
        "client_conn__timestamp_tls_setup": None,
        "client_conn__proxy_mode": "transparent",
        "client_conn__alpn": None,
    }
    return changed(made.get_state(), messages=messages, **(plain | changes))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (None, None),
        (0.0, 0),
        (1_795_346_111.592603, 1_795_346_111_592_603_000),
        (float("nan"), None),
        (float("inf"), None),
        (1e300, None),
        (-9.3e9, None),
    ],
)
def test_times_are_whole_microseconds_or_not_known(seconds: float | None, expected: int | None) -> None:
    assert nanoseconds(seconds) == expected


def test_websocket_messages_count_on_from_request_and_response(tmp_path: Path) -> None:
    state = _websocket([(1, True, b"hello", AT + 4, False, False), (2, False, b"\0\1", AT + 5, False, False)])
    result = read(flow_file([state]), tmp_path)
    found = [(message.number, message.direction, message.protocol, message.at) for message in result.messages[2:]]
    assert found == [(2, Direction.UP, "websocket", (AT + 4) * SECOND), (3, Direction.DOWN, "websocket", (AT + 5) * SECOND)]
    assert [message.pieces[0].data for message in result.messages[2:]] == [b"hello", b"\0\1"]
    assert {message.host for message in result.messages} == {"example.com"}


def test_a_websocket_flow_keeps_its_url_and_ends_with_its_last_message(tmp_path: Path) -> None:
    state = _websocket([(1, True, b"hello", AT + 60, False, False)], websocket__timestamp_end=None)
    row = read_one(state, tmp_path)
    assert (row["application"], row["url"]) == ("websocket", "http://example.com/ws")
    assert row["ended"].value == (AT + 60) * SECOND
    row = read_one(changed(state, websocket__timestamp_end=AT + 90.0), tmp_path)
    assert row["ended"].value == (AT + 90) * SECOND


def test_websocket_messages_count_as_bytes(tmp_path: Path) -> None:
    quiet = read_one(_websocket([]), tmp_path)
    messages = [(1, True, b"x" * 100, AT + 4, False, False), (1, False, b"y" * 30, AT + 5, False, False)]
    busy = read_one(_websocket(messages), tmp_path)
    assert (busy["bytes_up"] - quiet["bytes_up"], busy["bytes_down"] - quiet["bytes_down"]) == (100, 30)


def test_a_message_that_the_proxy_dropped_is_said(tmp_path: Path) -> None:
    row = read_one(_websocket([(1, True, b"x", AT + 4, True, False)]), tmp_path)
    assert row["unread"] == ("websocket: a message was dropped by the proxy",)


@pytest.mark.parametrize("kind", ["tcp", "udp"])
def test_a_raw_flow_has_its_payload_with_places_in_recorded_messages(kind: str, tmp_path: Path) -> None:
    state = _raw(kind, [(True, b"first part ", AT + 1.0), (True, b"second", AT + 2.0), (False, b"answer", AT + 3.0)])
    result = read(flow_file([state]), tmp_path)
    (row,) = result.flows
    assert (row["transport"], row["bytes_up"], row["bytes_down"], row["visibility"]) == (kind, 17, 6, Visibility.CLEARTEXT)
    assert (row["host"], row["host_source"], row["names"]) == (None, HostSource.NONE, ())
    assert row["ended"].value == (AT + 3) * SECOND
    payload = [piece for message in result.messages for piece in message.pieces]
    assert {piece.part for piece in payload} == {Part.PAYLOAD}
    assert b"".join(piece.data for piece in payload) == b"first part secondanswer"
    second = next(piece for piece in payload if b"second" in piece.data)
    assert second.locate(0, second.data.index(b"second")) == "message 1 +0"


def test_a_raw_flow_in_tls_is_decrypted_and_has_the_name_that_was_asked_for(tmp_path: Path) -> None:
    state = _raw("tcp", [(True, b"hello", AT + 1.0)], client_conn__sni="push.example", client_conn__timestamp_tls_setup=AT + 1.0)
    row = read_one(state, tmp_path)
    assert (row["host"], row["host_source"], row["visibility"]) == ("push.example", HostSource.TLS_SNI, Visibility.DECRYPTED)
    state = changed(state, client_conn__proxy_mode="socks5", server_conn__address=("asked.example", 5223))
    row = read_one(state, tmp_path)
    assert (row["host"], row["names"]) == ("asked.example", ("asked.example", "push.example"))
    assert row["server_port"] == 5223


def test_protocols_inside_a_raw_flow_are_recognised(tmp_path: Path) -> None:
    request = b"POST /up HTTP/1.1\r\nHost: inner.example\r\nContent-Length: 4\r\n\r\nbody"
    result = read(flow_file([_raw("tcp", [(True, request[:30], AT + 1.0), (True, request[30:], AT + 2.0)])]), tmp_path)
    (row,) = result.flows
    assert (row["application"], row["host"], row["url"]) == ("http", "inner.example", "http://inner.example/up")
    assert result.pieces(Part.BODY) == [("", b"body")]


def test_payload_that_looks_like_ciphertext_is_opaque(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 16
    row = read_one(_raw("tcp", [(True, noise, AT + 1.0)]), tmp_path)
    assert row["visibility"] == Visibility.OPAQUE
    assert row["unread"] == ("payload: looks encrypted or compressed",)


def test_a_raw_flow_without_messages_is_a_flow(tmp_path: Path) -> None:
    row = read_one(_raw("tcp", []), tmp_path)
    assert (row["bytes_up"], row["bytes_down"], row["visibility"]) == (0, 0, None)


def test_absurd_times_of_messages_do_not_cost_the_flow(tmp_path: Path) -> None:
    row = read_one(_raw("udp", [(True, b"x", float("nan")), (False, b"y", AT + 1.0), (True, b"z", float("inf"))]), tmp_path)
    assert row["ended"].value == (AT + 1) * SECOND


def test_the_question_of_a_dns_flow_is_a_name_and_never_its_host(tmp_path: Path) -> None:
    result = read(flow_file([tflow.tdnsflow(resp=True).get_state()]), tmp_path)
    (row,) = result.flows
    assert (row["host"], row["host_source"], row["names"]) == (None, HostSource.NONE, ("dns.google",))
    assert (row["application"], row["transport"], row["url"]) == ("dns", "udp", None)
    assert (row["bytes_up"], row["bytes_down"]) == (None, None)
    assert result.pieces(Part.DNS)[0] == ("question", b"dns.google")
    assert [message.direction for message in result.messages] == [Direction.UP, Direction.DOWN]
