"""mitmproxy's flow files: whose traffic a flow is, what was recorded of it, and what happens to files that are cut or hostile."""

import gzip
import random
from pathlib import Path
from typing import Any

import pytest
import zstandard
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from auditor.capture.mitm import READER
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.vocabulary import Direction, HostSource, Outcome, Part, Visibility
from tests.unit.capture.flow_files import AT, all_types, asked, changed, flow_file, http_state, read, read_one

SECOND = 1_000_000_000
_OPTIONS = ReadOptions(inspect=lambda message: None)


def test_every_type_of_flow_becomes_a_row_of_its_own(tmp_path: Path) -> None:
    states = all_types()
    result = read(flow_file(states), tmp_path)
    assert result.reading.outcome is Outcome.READ
    assert not result.reading.damage
    assert [row["flow_id"] for row in result.flows] == [state["id"] for state in states]
    assert [row["application"] for row in result.flows] == ["http", "http", "websocket", "tls", "tls", "dns", "dns", "tls"]
    assert [row["transport"] for row in result.flows] == ["tcp", "tcp", "tcp", "tcp", "udp", "udp", "udp", "tcp"]


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


def test_two_flows_of_one_id_are_two_flows(tmp_path: Path) -> None:
    state = http_state(id="same")
    result = read(flow_file([state, state, http_state(id="same~2"), state]), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["same", "same~2", "same~2~2", "same~3"]
    assert {message.flow_id for message in result.messages} == {"same", "same~2", "same~2~2", "same~3"}


# Older versions -------------------------------------------------------------------------------------------------------------


def _as_version_20(state: dict[str, Any]) -> dict[str, Any]:
    return state | {"version": 20}


def _as_version_18(state: dict[str, Any]) -> dict[str, Any]:
    """What mitmproxy 8 wrote: the converters of mitmproxy.io.compat backwards."""
    state = state | {"version": 18, "mode": "regular"}
    client, server = state["client_conn"], state["server_conn"]
    client["address"] = client.pop("peername")
    server["ip_address"], server["source_address"] = server.pop("peername"), server.pop("sockname")
    server["via2"] = server.pop("via")
    for side in (client, server):
        side["tls_established"], side["cipher_name"] = True, side.pop("cipher")
        side["tls_extensions"], side["state"] = [], 3
        side.pop("transport_protocol")
    return state


def _as_version_13(state: dict[str, Any]) -> dict[str, Any]:
    """What mitmproxy 7 wrote."""
    state = _as_version_18(state) | {"version": 13}
    state["client_conn"].pop("proxy_mode")
    state.pop("comment"), state.pop("timestamp_created")
    return state


@pytest.mark.parametrize("older", [_as_version_20, _as_version_18, _as_version_13])
def test_older_versions_read_as_the_current_one(older: Any, tmp_path: Path) -> None:
    now = read_one(asked("regular", "a.example", id="x"), tmp_path)
    then = read_one(older(asked("regular", "a.example", id="x")), tmp_path)
    assert then == now


@pytest.mark.parametrize("version", [22, 99, -1, None, "21", b"21", [0, 5], [], {}, 2.5])
def test_a_version_that_nobody_can_migrate_is_damage(version: Any, tmp_path: Path) -> None:
    result = read(flow_file([http_state(), http_state(version=version)]), tmp_path)
    assert len(result.flows) == 1
    (damage,) = result.reading.damage
    assert "cannot be migrated" in damage.what


# Damage ---------------------------------------------------------------------------------------------------------------------


def test_flows_before_a_cut_are_all_there_wherever_it_is(tmp_path: Path) -> None:
    frames = [tnetstring.dumps(state) for state in all_types()]
    data = b"".join(frames)
    ends = [sum(map(len, frames[: count + 1])) for count in range(len(frames))]
    for size in (*range(60, len(data), 613), *ends, *(end - 1 for end in ends), *(end + 1 for end in ends[:-1])):
        result = read(data[:size], tmp_path)
        whole = sum(end <= size for end in ends)
        assert len(result.flows) == whole, size
        sound = size in ends
        assert result.reading.outcome is (Outcome.READ if sound else Outcome.DAMAGED)
        if not sound:
            (damage,) = result.reading.damage
            assert damage.where == f"byte {ends[whole - 1] if whole else 0}"
            assert "ends inside" in damage.what


def test_a_broken_flow_in_the_middle_costs_no_other_flow(tmp_path: Path) -> None:
    states = [http_state(id="a"), http_state(id="b", request=None), http_state(id="c")]
    result = read(flow_file(states), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["a", "c"]
    (damage,) = result.reading.damage
    assert damage.where == f"byte {len(tnetstring.dumps(states[0]))}"
    assert "request" in damage.what


def test_rubbish_between_flows_ends_the_reading_there(tmp_path: Path) -> None:
    first = flow_file([http_state(id="a")])
    result = read(first + b"\0\0rubbish" + flow_file([http_state(id="b")]), tmp_path)
    assert [row["flow_id"] for row in result.flows] == ["a"]
    (damage,) = result.reading.damage
    assert (damage.where, damage.what) == (f"byte {len(first)}", "no flow begins here")


def test_places_are_right_behind_a_length_with_leading_zeros(tmp_path: Path) -> None:
    first = tnetstring.dumps(http_state(id="a"))
    padded = b"0000" + first
    result = read(padded + b"x", tmp_path)
    assert result.reading.damage[0].where == f"byte {len(padded)}"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_compressed_flow_files_read_the_same(pack: Any, tmp_path: Path) -> None:
    data = flow_file(all_types())
    assert read(pack(data), tmp_path).flows == read(data, tmp_path).flows


def test_a_cut_compressed_file_keeps_the_flows_before_the_cut(tmp_path: Path) -> None:
    data = flow_file(http_state(id=str(number), request__content=random.Random(number).randbytes(4_000)) for number in range(40))
    packed = gzip.compress(data)
    result = read(packed[: len(packed) // 2], tmp_path)
    assert result.reading.outcome is Outcome.DAMAGED
    assert 10 < len(result.flows) < 30


HOSTILE = (
    pytest.param({"request__port": 10**19}, id="port beyond 64 bits"),
    pytest.param({"request__port": -5, "server_conn__address": None, "server_conn__peername": None}, id="negative port"),
    pytest.param({"server_conn__address": ("x", 2**70)}, id="asked port"),
    pytest.param({"client_conn__peername": ()}, id="empty address"),
    pytest.param({"client_conn__peername": (5, "x")}, id="address of other types"),
    pytest.param({"request__timestamp_start": float("nan")}, id="time NaN"),
    pytest.param({"request__timestamp_start": float("inf")}, id="time inf"),
    pytest.param({"response__timestamp_end": 1e300}, id="time 1e300"),
    pytest.param({"response__timestamp_end": -1e10}, id="time before 1678"),
    pytest.param({"timestamp_created": float("-inf"), "request__timestamp_start": None}, id="created -inf"),
    pytest.param({"response__status_code": 10**19}, id="status"),
    pytest.param({"request__host": ""}, id="no host"),
    pytest.param({"request__host": "a" * 100_000}, id="long host"),
    pytest.param({"request__headers": ((b"", b""), (b"\0\xff", b"\0" * 1_000))}, id="odd headers"),
    pytest.param({"id": ""}, id="no id"),
    pytest.param({"id": "\x1b]0;x\x07\n"}, id="escape in the id"),
    pytest.param({"client_conn__sni": "\u202e\0"}, id="controls in the server name"),
    pytest.param(
        {"websocket": {"messages": [[1, True, b"x", float("nan"), False]], "timestamp_end": float("inf")}}, id="websocket time"
    ),
)


@pytest.mark.parametrize("changes", HOSTILE)
def test_hostile_values_make_a_row_or_damage(changes: dict[str, Any], tmp_path: Path) -> None:
    result = read(flow_file([http_state(**changes), http_state(id="next")]), tmp_path)
    assert len(result.flows) + len(result.reading.damage) == 2
    assert result.flows[-1]["flow_id"] == "next"


@pytest.mark.parametrize("value", [None, 5, "text", b"bytes", [], {}, True, 1.5])
@pytest.mark.parametrize("key", list(http_state()))
def test_a_value_of_another_type_makes_a_row_or_damage(key: str, value: object, tmp_path: Path) -> None:
    result = read(flow_file([http_state(**{key: value}), http_state(id="next")]), tmp_path)
    assert len(result.flows) + len(result.reading.damage) == 2


def test_twenty_thousand_mutations_make_a_row_or_damage_each(tmp_path: Path) -> None:
    """The frames keep sound lengths, so that one broken flow cannot hide the next; broken frames are test_tnetstring's."""
    bodies = [tnetstring.dumps(state).partition(b":")[2][:-1] for state in all_types()]
    chance = random.Random(20_000)
    path = tmp_path / "x.mitm"
    for _ in range(20):
        frames = [_mutated(chance.choice(bodies), chance) for _ in range(1_000)]
        path.write_bytes(b"".join(b"%d:%s}" % (len(frame), frame) for frame in frames))
        reading = READER.read(str(path), _OPTIONS)
        assert len(reading.flows) + len(reading.damage) == len(frames)
        assert reading.flows["flow_id"].is_unique


@pytest.mark.parametrize("seed", range(3))
def test_a_mutated_file_is_read_or_a_capture_error(seed: int, tmp_path: Path) -> None:
    whole = flow_file(all_types())
    chance = random.Random(seed)
    path = tmp_path / "x.mitm"
    for _ in range(100):
        path.write_bytes(_mutated(whole, chance))
        try:
            reading = READER.read(str(path), _OPTIONS)
        except CaptureError:
            continue
        assert reading.damage or len(reading.flows) == len(all_types())


def _mutated(whole: bytes, chance: random.Random) -> bytes:
    frame = bytearray(whole)
    for _ in range(chance.choice((1, 1, 2, 5))):
        _mutate(frame, chance)
    return bytes(frame)


def _mutate(frame: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(frame))
    kind = chance.randrange(4)
    if kind == 0:
        frame[at] = chance.randrange(256)
    elif kind == 1:
        frame[at] ^= 1 << chance.randrange(8)
    elif kind == 2:
        del frame[at]
    else:
        frame[at:at] = chance.randbytes(1)
