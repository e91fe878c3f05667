"""mitmproxy's own test objects go through the hooks; the ledger's rules have tests of their own."""

import contextlib
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy.proxy import layers
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.test import tflow, tutils
from OpenSSL import SSL

from auditor.record.connection_addon import ConnectionAddon
from auditor.record.ledger import ConnectionFact, Insight

CLIENT: Any = tflow.tclient_conn()


@pytest.fixture
def facts() -> list[ConnectionFact]:
    return []


@pytest.fixture
def addon(facts: list[ConnectionFact]) -> ConnectionAddon:
    made = ConnectionAddon(lambda hook, what: pytest.fail(f"{hook}: {what}"), facts.append)
    made.client_connected(CLIENT)
    return made


def data(**said: object) -> Any:
    """What mitmproxy hands to a hook, with the client's connection."""
    return SimpleNamespace(client=CLIENT, context=SimpleNamespace(client=CLIENT), **said)


def tunnel() -> Any:
    flow = tflow.tflow(req=tutils.treq(method=b"CONNECT", host="api.example", port=443))
    flow.client_conn = CLIENT
    return flow


def test_a_refused_handshake_is_told_with_host_and_reason(addon: ConnectionAddon, facts: list[ConnectionFact]) -> None:
    addon.http_connect(tunnel())
    hello = SimpleNamespace(sni="api.example")
    addon.tls_clienthello(data(client_hello=hello, ignore_connection=False))
    addon.tls_failed_client(data(conn=SimpleNamespace(error="The client does not trust the proxy's certificate")))
    addon.client_disconnected(CLIENT)
    (fact,) = facts
    assert (fact.hosts, fact.sni, fact.insight) == (("api.example:443",), "api.example", Insight.REFUSED)


def test_a_handshake_that_another_addon_lets_through_is_passed_through(
    addon: ConnectionAddon, facts: list[ConnectionFact]
) -> None:
    addon.http_connect(tunnel())
    addon.tls_clienthello(data(client_hello=SimpleNamespace(sni="api.example"), ignore_connection=True))
    addon.client_disconnected(CLIENT)
    assert facts[0].insight is Insight.PASSED_THROUGH


@pytest.mark.parametrize("kind", [layers.TCPLayer, layers.UDPLayer])
@pytest.mark.parametrize("ends", [True, False], ids=["left", "open"])
def test_a_connection_that_is_left_alone_is_passed_through_with_its_name(
    addon: ConnectionAddon, facts: list[ConnectionFact], kind: Any, ends: bool
) -> None:
    """mitmproxy chooses a layer without a flow after our hook; the hook alone sees the name in the handshake."""
    hello = client_hello("api.example")
    asked = SimpleNamespace(layer=None, context=Context(CLIENT, None), data_client=lambda: hello)  # type: ignore[arg-type]
    addon.http_connect(tunnel())
    addon.next_layer(asked)  # type: ignore[arg-type]
    asked.layer = kind(asked.context, ignore=True)
    if ends:
        addon.client_disconnected(CLIENT)
    addon.close_all()
    assert [(fact.insight, fact.sni, fact.is_tls) for fact in facts] == [(Insight.PASSED_THROUGH, "api.example", True)]


def client_hello(name: str) -> bytes:
    connection = SSL.Connection(SSL.Context(SSL.TLS_CLIENT_METHOD))
    connection.set_tlsext_host_name(name.encode())
    connection.set_connect_state()
    with contextlib.suppress(SSL.WantReadError):
        connection.do_handshake()
    return connection.bio_read(65_536)


def test_a_request_that_came_to_nothing_names_its_host(addon: ConnectionAddon, facts: list[ConnectionFact]) -> None:
    flow = tflow.tflow(err=True)
    flow.client_conn = CLIENT
    addon.error(flow)
    addon.client_disconnected(CLIENT)
    assert (facts[0].hosts, facts[0].insight) == (("address:22",), Insight.UNFINISHED)


def test_a_server_that_is_not_reached_is_told(addon: ConnectionAddon, facts: list[ConnectionFact]) -> None:
    server = SimpleNamespace(address=("api.example", 443), error="[Errno 111] Connect call failed")
    addon.server_connect(data(server=server))
    addon.server_connect_error(data(server=server))
    addon.client_disconnected(CLIENT)
    assert (facts[0].insight, facts[0].hosts) == (Insight.UPSTREAM_FAILED, ("api.example:443",))


@pytest.mark.parametrize(
    ("hook", "make"),
    [
        ("request", tflow.tflow),
        ("dns_request", tflow.tdnsflow),
        ("tcp_message", tflow.ttcpflow),
        ("udp_message", tflow.tudpflow),
        ("websocket_message", tflow.twebsocketflow),
    ],
)
def test_whatever_can_be_read_makes_a_connection_inspected(
    addon: ConnectionAddon, facts: list[ConnectionFact], hook: str, make: Any
) -> None:
    flow = make()
    flow.client_conn = CLIENT
    getattr(addon, hook)(flow)
    addon.close_all()
    assert (facts[0].insight, facts[0].still_open) == (Insight.INSPECTED, True)


@pytest.mark.parametrize(
    ("first", "alpn", "is_raw"),
    [
        (b"abc foo bar 1234\r\n", None, True),
        (b"\x10\x2a\x00\x04MQTT\x04\xc2\x00\x3c", None, True),
        (b"GET / HTTP/1.1\r\n", None, False),
        (b"PRI * HTTP/2.0\r\n", None, False),
        (b"PROPFIND / HTTP/1.1\r\n", None, False),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", None, False),
        (b"abc", None, True),
        (b"GE", None, False),
        (b"POST /a-target-that-goes-on", None, False),
        (b"NOTIFY * HTTP/1.1\r\n", None, False),
        (b"", None, False),
        (b"abc foo bar 1234\r\n", b"http/1.1", True),
        (b"\x00\x01\x02", b"http/1.1", True),
        (b"PURGE /x HTTP/1.1\r\n", b"http/1.1", False),
    ],
)
def test_a_private_protocol_inside_tls_is_read_as_bytes(
    addon: ConnectionAddon, first: bytes, alpn: bytes | None, is_raw: bool
) -> None:
    client = tflow.tclient_conn()
    client.alpn, client.timestamp_tls_setup = alpn, 1.0
    context = Context(client, tflow.tserver_conn())  # type: ignore[arg-type]
    context.layers.append(None)  # type: ignore[arg-type]
    asked = SimpleNamespace(layer=None, context=context, data_client=lambda: first)
    addon.next_layer(asked)  # type: ignore[arg-type]
    assert isinstance(asked.layer, layers.TCPLayer) is is_raw
    assert hasattr(NextLayer, "data_client")
