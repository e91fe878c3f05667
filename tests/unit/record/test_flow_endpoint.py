"""Flows as mitmproxy's own test factory makes them, given the fields that matter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow, tutils

from auditor.model.vocabulary import HostSource, Surface
from auditor.record.flow_endpoint import endpoint_of, host_name


def http(
    mode: str = "regular",
    *,
    scheme: bytes = b"https",
    asked: str = "asked.example",
    sni: str | None = "sni.example",
    header: str = "header.example",
    request_host: str = "request.example",
) -> object:
    request = tutils.treq(host=request_host, port=443, scheme=scheme, headers=((b"host", header.encode()),), authority=b"")
    flow = tflow.tflow(req=request)
    flow.client_conn.proxy_mode = ProxyMode.parse(mode)
    flow.client_conn.sni = sni
    flow.client_conn.timestamp_tls_setup = 1.0 if scheme == b"https" else None
    flow.server_conn.address = (asked, 443)
    flow.server_conn.peername = ("203.0.113.7", 443)
    return flow


@pytest.mark.parametrize(
    ("flow", "host", "source"),
    [
        (http(), "asked.example", HostSource.CONNECT),
        (http("socks5"), "asked.example", HostSource.CONNECT),
        (http("wireguard"), "sni.example", HostSource.TLS_SNI),
        (http("transparent", sni=None), "header.example", HostSource.HTTP_HOST),
        (http(asked="203.0.113.7"), "sni.example", HostSource.TLS_SNI),
        (http(asked="203.0.113.7", sni=None), "header.example", HostSource.HTTP_HOST),
        (http(scheme=b"http", sni=None), "header.example", HostSource.HTTP_HOST),
        (http(scheme=b"http", sni=None, header="203.0.113.9"), "request.example", HostSource.HTTP_HOST),
        (
            http(scheme=b"http", sni=None, header="[2001:db8::1]:8080", request_host="2001:db8::1"),
            None,
            HostSource.NONE,
        ),
    ],
)
def test_the_host_is_what_was_asked_for_first(flow: object, host: str | None, source: HostSource) -> None:
    endpoint = endpoint_of(flow)  # type: ignore[arg-type]
    assert (endpoint.host, endpoint.host_source) == (host, source)


def test_a_host_header_that_names_another_server_stays_among_the_names() -> None:
    assert endpoint_of(http(header="front.example")).names == (  # type: ignore[arg-type]
        "asked.example",
        "sni.example",
        "front.example",
        "request.example",
    )


def test_address_port_transport_and_day_are_told() -> None:
    flow = tflow.tflow()
    flow.timestamp_created = 1_700_000_000.5
    flow.server_conn.address = ("asked.example", 8443)
    flow.server_conn.peername = ("::ffff:203.0.113.7", 8443)
    endpoint = endpoint_of(flow, Surface.SITE)
    assert (endpoint.server_ip, endpoint.server_port, endpoint.transport) == ("203.0.113.7", 8443, "tcp")
    assert (endpoint.application, endpoint.day, endpoint.surface) == ("http", "2023-11-14", Surface.SITE)


def test_an_address_that_was_asked_for_counts_before_the_connection_stands() -> None:
    flow = tflow.tflow(req=tutils.treq(host="198.51.100.4", port=8080, headers=(), authority=b""))
    flow.client_conn.sni = flow.server_conn.address = flow.server_conn.peername = None
    endpoint = endpoint_of(flow)
    assert (endpoint.host, endpoint.server_ip, endpoint.server_port) == (None, "198.51.100.4", 8080)


def test_the_host_of_a_dns_flow_is_never_the_question() -> None:
    endpoint = endpoint_of(tflow.tdnsflow())
    assert (endpoint.host, endpoint.application) == (None, "dns")


@pytest.mark.parametrize(("flow", "transport"), [(tflow.ttcpflow(), "tcp"), (tflow.tudpflow(), "udp")])
def test_a_stream_is_named_by_what_was_asked_for(flow: object, transport: str) -> None:
    flow.server_conn.address = ("Broker.Example.", 1883)  # type: ignore[attr-defined]
    endpoint = endpoint_of(flow)  # type: ignore[arg-type]
    assert (endpoint.host, endpoint.host_source, endpoint.transport) == ("broker.example", HostSource.CONNECT, transport)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Example.COM.", "example.com"),
        ("example.com:443", "example.com"),
        ("", None),
        (None, None),
        ("[::1]:443", None),
        ("2001:db8::1", None),
        ("127.0.0.1", None),
        ("127.0.0.1:80", None),
    ],
)
def test_a_name_is_lower_case_without_port_and_dot(text: str | None, name: str | None) -> None:
    assert host_name(text) == name


@given(st.text())
def test_any_text_is_a_name_or_none(text: str) -> None:
    name = host_name(text)
    assert name is None or name
