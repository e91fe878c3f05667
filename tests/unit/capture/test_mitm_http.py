"""HTTP exchanges of a flow file: whose traffic one is, and what was recorded of it."""

from pathlib import Path
from typing import Any

import pytest
from mitmproxy.test import tflow

from auditor.model.vocabulary import Direction, HostSource, Part, Visibility
from tests.unit.capture.flow_files import AT, asked, changed, flow_file, http_state, read, read_one

SECOND = 1_000_000_000


def test_a_request_and_its_response_are_taken_apart(tmp_path: Path) -> None:
    state = asked("regular", "api.example.com", request__headers=((b"Host", b"api.example.com"), (b"Cookie", b"a=1")))
    result = read(flow_file([state]), tmp_path)
    request, response = result.messages
    assert (request.number, request.direction, request.protocol, request.host) == (0, Direction.UP, "http", "api.example.com")
    assert [(piece.part, piece.name, piece.data) for piece in request.pieces] == [
        (Part.URL_PATH, "path", b"/v1/x"),
        (Part.QUERY, "", b"imei=1#top"),
        (Part.HEADER, "Host", b"api.example.com"),
        (Part.COOKIE, "Cookie", b"a=1"),
        (Part.BODY, "", b"content"),
    ]
    assert (response.number, response.direction, response.at) == (1, Direction.DOWN, (AT + 2) * SECOND)
    assert response.pieces[-1].data == b"message"


HOSTS = (
    # What the client asked the proxy for wins, then the server name, then the Host header.
    pytest.param(
        asked("regular", "asked.example", sni="sni.example", request__headers=((b"host", b"header.example"),)),
        ("asked.example", HostSource.CONNECT, ("asked.example", "sni.example", "header.example")),
        id="CONNECT",
    ),
    pytest.param(
        asked("regular", "203.0.113.5", sni="sni.example", request__headers=((b"host", b"header.example"),)),
        ("sni.example", HostSource.TLS_SNI, ("sni.example", "header.example")),
        id="CONNECT to an address",
    ),
    pytest.param(
        changed(asked("regular", "asked.example", sni="asked.example"), server_conn__address=("template.example", 22)),
        ("asked.example", HostSource.CONNECT, ("asked.example",)),
        id="the request's own target, whatever its connection was made for",
    ),
    pytest.param(
        asked("regular", "uri.example", 80, scheme=b"http", request__headers=((b"host", b"other.example"),)),
        ("uri.example", HostSource.HTTP_HOST, ("uri.example", "other.example")),
        id="absolute URI: RFC 9112 section 3.2.2 lets it win over Host",
    ),
    pytest.param(
        asked("regular", "203.0.113.5", 80, scheme=b"http", request__headers=((b"host", b"other.example"),)),
        ("other.example", HostSource.HTTP_HOST, ("other.example",)),
        id="absolute URI with an address",
    ),
    pytest.param(
        asked("regular", "asked.example", 80, scheme=b"http", request__headers=((b"host", b"header.example"),)),
        ("asked.example", HostSource.HTTP_HOST, ("asked.example", "header.example")),
        id="HTTP in the clear inside CONNECT, which is recorded like an absolute URI",
    ),
    pytest.param(
        asked("upstream:http://proxy.example:8080", "asked.example", sni="asked.example"),
        ("asked.example", HostSource.CONNECT, ("asked.example",)),
        id="upstream",
    ),
    pytest.param(
        asked("socks5", "asked.example", 80, scheme=b"http", request__headers=((b"host", b"header.example"),)),
        ("asked.example", HostSource.CONNECT, ("asked.example", "header.example")),
        id="SOCKS",
    ),
    pytest.param(
        asked("socks5", "203.0.113.5", sni="sni.example"),
        ("sni.example", HostSource.TLS_SNI, ("sni.example",)),
        id="SOCKS with an address",
    ),
    pytest.param(
        asked("transparent", "203.0.113.5", sni="SNI.example.", request__headers=((b"Host", b"header.example:443"),)),
        ("sni.example", HostSource.TLS_SNI, ("sni.example", "header.example")),
        id="transparent",
    ),
    pytest.param(
        asked("wireguard", "203.0.113.5", 80, scheme=b"http", request__headers=((b"Host", b"Header.example."),)),
        ("header.example", HostSource.HTTP_HOST, ("header.example",)),
        id="wireguard without TLS",
    ),
    pytest.param(
        asked("wireguard:wg.conf@51820", "203.0.113.5", sni="front.example", request__authority=b"real.example"),
        ("front.example", HostSource.TLS_SNI, ("front.example", "real.example")),
        id="wireguard, HTTP/2 authority",
    ),
    pytest.param(
        asked("reverse:https://up.example", "up.example", request__headers=((b"host", b"up.example"),)),
        ("up.example", HostSource.HTTP_HOST, ("up.example",)),
        id="reverse",
    ),
    pytest.param(
        asked("transparent", "203.0.113.5", 80, scheme=b"http", request__headers=()),
        (None, HostSource.NONE, ()),
        id="nothing but an address",
    ),
)


@pytest.mark.parametrize(("state", "expected"), HOSTS)
def test_the_host_is_the_first_name_that_the_contract_lists(
    state: dict[str, Any], expected: tuple[str | None, HostSource, tuple[str, ...]], tmp_path: Path
) -> None:
    row = read_one(state, tmp_path)
    assert (row["host"], row["host_source"], row["names"]) == expected


@pytest.mark.parametrize(
    ("state", "url"),
    [
        pytest.param(asked("regular", "API.example.com"), "https://api.example.com/v1/x", id="default port, no query"),
        pytest.param(asked("regular", "api.example.com", 8443), "https://api.example.com:8443/v1/x", id="other port"),
        pytest.param(
            asked("transparent", "203.0.113.5", 80, scheme=b"http", request__headers=((b"host", b"h.example"),)),
            "http://h.example/v1/x",
            id="the Host header where the URL holds an address",
        ),
        pytest.param(
            asked("transparent", "203.0.113.5", 80, scheme=b"http", request__headers=()), "http://203.0.113.5/v1/x", id="address"
        ),
        pytest.param(
            asked("transparent", "2001:db8::5", 8080, scheme=b"http", request__headers=()),
            "http://[2001:db8::5]:8080/v1/x",
            id="IPv6",
        ),
        pytest.param(changed(asked("regular", "a.example"), request__path=b"*"), "https://a.example", id="asterisk form"),
        pytest.param(changed(asked("regular", "a.example"), request__path=b"/\xff"), "https://a.example/\\xff", id="no UTF-8"),
    ],
)
def test_the_url_has_no_query_and_names_a_host_where_it_can(state: dict[str, Any], url: str, tmp_path: Path) -> None:
    assert read_one(state, tmp_path)["url"] == url


@pytest.mark.parametrize(
    ("peer", "shown"),
    [
        (("2001:DB8:0:0::5", 443, 0, 0), "2001:db8::5"),
        (("::ffff:203.0.113.5", 443, 0, 0), "203.0.113.5"),
        (("fe80::1%wlan0", 443, 0, 2), "fe80::1"),
        (("203.0.113.5", 443), "203.0.113.5"),
    ],
)
def test_addresses_are_as_in_rfc_5952(peer: tuple[Any, ...], shown: str, tmp_path: Path) -> None:
    state = changed(asked("regular", "a.example"), server_conn__peername=peer, client_conn__peername=peer)
    row = read_one(state, tmp_path)
    assert (row["server_ip"], row["client_ip"]) == (shown, shown)


def test_what_is_not_known_of_a_proxy_flow_is_null(tmp_path: Path) -> None:
    row = read_one(asked("regular", "a.example"), tmp_path)
    assert (row["packets_up"], row["packets_down"], row["app"]) == (None, None, None)
    row = read_one(changed(asked("regular", "a.example"), server_conn__peername=None, client_conn__peername=None), tmp_path)
    assert (row["server_ip"], row["client_ip"], row["client_port"]) == (None, None, None)


def test_an_address_that_was_asked_and_never_reached_is_the_server_s(tmp_path: Path) -> None:
    """A proxy that could not connect leaves its connection without address; the request's target says which it was."""
    state = asked("regular", "203.0.113.9", 81, scheme=b"http", request__headers=())
    state = changed(state, server_conn__address=None, server_conn__peername=None)
    row = read_one(state, tmp_path)
    assert (row["server_ip"], row["server_port"], row["host"]) == ("203.0.113.9", 81, None)


def test_bytes_are_head_and_body_as_transferred(tmp_path: Path) -> None:
    row = read_one(http_state(), tmp_path)
    assert row["bytes_up"] == len(b"GET /path HTTP/1.1\r\nheader: qvalue\r\ncontent-length: 7\r\n\r\ncontent")
    assert row["bytes_down"] == len(b"HTTP/1.1 200 OK\r\nheader-response: svalue\r\ncontent-length: 7\r\n\r\nmessage")


def test_a_streamed_body_is_unread_and_never_empty(tmp_path: Path) -> None:
    row = read_one(http_state(request__content=None, response__content=None), tmp_path)
    assert row["unread"] == ("request body: not recorded", "response body: not recorded")
    assert (row["bytes_up"], row["bytes_down"]) == (None, None)


def test_an_empty_body_is_read(tmp_path: Path) -> None:
    row = read_one(http_state(request__content=b"", response__content=b""), tmp_path)
    assert row["unread"] == ()


def test_a_flow_without_response_ends_with_its_error(tmp_path: Path) -> None:
    row = read_one(tflow.tflow(err=True).get_state(), tmp_path)
    assert row["ended"].value == (AT + 7) * SECOND
    assert row["bytes_down"] == 0


def test_encryption_shows_in_visibility_and_version(tmp_path: Path) -> None:
    row = read_one(asked("regular", "a.example"), tmp_path)
    assert (row["visibility"], row["tls_version"], row["alpn"]) == (Visibility.DECRYPTED, "TLSv1.2", "http/1.1")
    row = read_one(asked("regular", "a.example", 80, scheme=b"http"), tmp_path)
    assert (row["visibility"], row["tls_version"]) == (Visibility.CLEARTEXT, None)


def test_trailers_are_looked_at_like_headers(tmp_path: Path) -> None:
    result = read(flow_file([http_state(request__trailers=((b"x-imei", b"1"),))]), tmp_path)
    assert ("x-imei", b"1") in result.pieces(Part.HEADER)
