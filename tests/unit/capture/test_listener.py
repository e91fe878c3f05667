"""A whole capture: conversations counted as Wireshark does, hosts by the order of the contract, content with its exact places."""

import base64
import gc
import json
import struct
import weakref
import zlib
from pathlib import Path

import pytest

from auditor.capture import listener, talk_raw
from auditor.capture.engine import PLAIN, Engine
from auditor.model.reading import Inspect
from auditor.model.vocabulary import Part
from tests.unit.capture.reading_of import Result, read
from tests.unit.capture.test_mqtt import connect, publish
from tests.unit.capture.test_quic import initial_datagrams
from tests.unit.capture.wire import (
    ACK,
    CLIENT,
    FIN,
    RESOLVER,
    RST,
    SECOND,
    SERVER,
    SYN,
    Wire,
    certificate_message,
    client_hello,
    dns_message,
    extension,
    handshake,
    ip,
    of_users,
    pcap,
    records,
    server_hello,
    tcp_segment,
    udp_datagram,
)

OTHER = "198.51.100.8"


def _one(wire: Wire, tmp_path: Path, flow_id: str = "tcp-0") -> dict[str, object]:
    return read(wire.pcap(), tmp_path).flow(flow_id)


def test_counts_packets_and_bytes_as_frames(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect().open().up(b"x" * 100).down(b"y" * 2_000).close()
    flow = _one(wire, tmp_path)
    sizes = [(len(frame), frame[26:30]) for _, frame in wire.frames]
    up = [size for size, source in sizes if source == bytes([192, 168, 50, 40])]
    assert (flow["packets_up"], flow["bytes_up"]) == (len(up), sum(up))
    assert (flow["packets_down"], flow["bytes_down"]) == (len(sizes) - len(up), sum(size for size, _ in sizes) - sum(up))


@pytest.mark.parametrize(
    ("flags", "seq", "flows"),
    [(0, 1_000, 1), (0, 5_000, 2), (FIN, 1_000, 2), (RST, 1_000, 2)],
    ids=["the same SYN again", "another number", "after FIN", "after RST"],
)
def test_a_syn_opens_a_new_flow_after_an_end_or_with_another_number(flags: int, seq: int, flows: int, tmp_path: Path) -> None:
    wire = Wire()
    first = wire.connect().open()
    if flags:
        first.send(0, flags | ACK)
    wire.connect(seq=seq).send(0, SYN)
    assert [flow["flow_id"] for flow in read(wire.pcap(), tmp_path).flows] == [f"tcp-{number}" for number in range(flows)]


def test_a_repeated_syn_of_an_older_flow_counts_for_the_newest(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect().open().close()
    wire.connect(seq=9_000).open().up(b"second")
    result = read(wire.pcap(), tmp_path)
    assert result.flow("tcp-1")["packets_up"] == 3


@pytest.mark.parametrize(
    ("name", "flow_id", "client"),
    [
        ("syn", "tcp-0", CLIENT),
        ("syn ack", "tcp-0", CLIENT),
        ("hello", "tcp-0", CLIENT),
        ("query", "udp-0", CLIENT),
        ("first", "tcp-0", SERVER),
    ],
)
def test_the_client_is_who_opened_it(name: str, flow_id: str, client: str, tmp_path: Path) -> None:
    wire = Wire()
    connection = wire.connect()
    if name == "syn":
        connection.open()
    elif name == "syn ack":
        connection.send(1, SYN | ACK)
    elif name == "hello":
        connection.send(1, ACK)
        connection.up(records(client_hello()))
    elif name == "query":
        wire.udp(RESOLVER, 53, CLIENT, 40_000, dns_message("a.example", SERVER))
    else:
        connection.send(1, ACK, b"binary")
    assert _one(wire, tmp_path, flow_id)["client_ip"] == client


def test_other_transports_have_their_own_numbers_and_no_ports(tmp_path: Path) -> None:
    wire = Wire()
    wire.add(ip(CLIENT, SERVER, 1, b"\x08\0\0\0ping"))
    wire.add(ip(CLIENT, OTHER, 1, b"\x08\0\0\0ping"))
    wire.add(ip(SERVER, CLIENT, 1, b"\0\0\0\0ping"))
    wire.add(ip(CLIENT, SERVER, 99, b"what"))
    flows = {flow["flow_id"]: flow for flow in read(wire.pcap(), tmp_path).flows}
    assert sorted(flows) == ["icmp-0", "icmp-1", "ip99-0"]
    assert (flows["icmp-0"]["packets_down"], flows["icmp-0"]["client_port"]) == (1, None)


def test_an_ipv4_mapped_address_is_shown_as_ipv4(tmp_path: Path) -> None:
    wire = Wire()
    wire.udp("::ffff:192.0.2.1", 1_000, "2001:db8:0:0:1:0:0:1", 2_000, b"x")
    flow = _one(wire, tmp_path, "udp-0")
    assert (flow["client_ip"], flow["server_ip"]) == ("192.0.2.1", "2001:db8::1:0:0:1")


SPLITS = {"one segment": ([5_000], 16_000), "segments": ([100] * 30, 16_000), "records": ([5_000], 50), "both": ([77] * 40, 60)}


@pytest.mark.parametrize("name", SPLITS)
@pytest.mark.parametrize("order", ["in order", "reversed", "twice"])
def test_a_server_name_is_found_however_the_hello_is_cut(name: str, order: str, tmp_path: Path) -> None:
    sizes, record = SPLITS[name]
    data = records(client_hello("split.example.com", more=extension(21, bytes(600))), size=record)
    wire = Wire()
    connection = wire.connect(port=8_888).open()
    parts, at = [], 0
    for size in sizes:
        parts.append((at, data[at : at + size]))
        at += size
    parts = [(start, part) for start, part in parts if part]
    parts = parts[::-1] if order == "reversed" else parts * 2 if order == "twice" else parts
    for start, part in parts:
        connection.send(0, ACK, part, seq=connection.seq[0] + start)
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("tcp-0")
    assert (flow["host"], flow["host_source"], flow["application"], flow["visibility"]) == (
        "split.example.com",
        "tls_sni",
        "tls",
        "opaque",
    )
    assert result.pieces(Part.SNI) == [("", b"split.example.com")]
    (message,) = result.messages
    place = message.pieces[0].places[0]
    assert wire.frames[place.packet - 1][1][place.offset :][:1] == b"s"


def test_tls_tells_version_and_protocol(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect().open().up(records(client_hello())).down(records(server_hello(version=0x0303, protocol="h2")))
    flow = _one(wire, tmp_path)
    assert (flow["tls_version"], flow["alpn"]) == ("TLSv1.2", "h2")


def test_a_certificate_names_the_flow_where_no_server_name_was_sent(tmp_path: Path) -> None:
    wire = Wire()
    down = (
        server_hello(version=0x0303)
        + certificate_message("cn.example", ("*.cdn.example", "www.cdn.example"))
        + handshake(14, b"")
    )
    wire.connect().open().up(records(client_hello(None))).down(records(down))
    flow = _one(wire, tmp_path)
    assert (flow["host"], flow["host_source"]) == ("www.cdn.example", "certificate")
    assert flow["names"] == ("www.cdn.example",)


def test_a_certificate_is_no_further_name_where_dns_named_the_server(tmp_path: Path) -> None:
    """Nobody asked for it: a CDN's certificate would make every flow look like a conflict."""
    wire = Wire()
    wire.resolve("asked.example", SERVER)
    hello = records(client_hello(None))
    answer = records(
        server_hello(version=0x0303) + certificate_message("cdn.example", ("other.cdn.example",)) + handshake(14, b"")
    )
    wire.connect().open().up(hello).down(answer)
    flow = read(wire.pcap(), tmp_path).flow("tcp-0")
    assert (flow["host"], flow["host_source"], flow["names"]) == ("asked.example", "dns_answer", ())


def test_a_hello_that_the_snap_length_cut_says_so(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect().open().up(records(client_hello("cut.example.com", more=extension(21, bytes(900)))))
    result = read(pcap(wire.frames, cut=400), tmp_path)
    flow = result.flow("tcp-0")
    assert flow["host"] == "cut.example.com"
    assert any("missing from the capture" in reason for reason in flow["unread"])


def test_an_encrypted_client_hello_is_marked(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect().open().up(records(client_hello("public.example", more=extension(0xFE0D, bytes(60)))))
    flow = _one(wire, tmp_path)
    assert flow["host"] == "public.example"
    assert "encrypted client hello" in str(flow["unread"])


@pytest.mark.parametrize("padding", [0, 8], ids=["one datagram", "two datagrams"])
@pytest.mark.parametrize("order", [1, -1], ids=["in order", "reversed"])
def test_quic_names_its_server(padding: int, order: int, tmp_path: Path) -> None:
    wire = Wire()
    for data in initial_datagrams("quic.example.com", 1, padding)[::order]:
        wire.udp(CLIENT, 40_000, SERVER, 443, data)
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("udp-0")
    assert (flow["host"], flow["host_source"], flow["application"], flow["visibility"]) == (
        "quic.example.com",
        "quic_sni",
        "quic",
        "opaque",
    )
    assert flow["tls_version"] == "TLSv1.3"


def test_dns_answers_name_later_flows_of_the_same_client(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect(sport=50_001, port=9_000).open().up(b"before")
    wire.resolve("api.example.com", SERVER, chain=("api.cdn.example",), ttl=60)
    wire.connect(sport=50_002, port=9_000).open().up(b"after")
    wire.connect(sport=50_003, port=9_000, client="192.168.50.41").open()
    wire.now += 90 * SECOND
    wire.connect(sport=50_004, port=9_000).open()
    result = read(wire.pcap(), tmp_path)
    assert [result.flow(f"tcp-{number}")["host"] for number in range(4)] == [None, "api.example.com", None, None]
    named = result.flow("tcp-1")
    assert (named["host_source"], named["cnames"], named["names"]) == ("dns_answer", ("api.cdn.example",), ())
    assert result.flow("udp-0")["host"] is None
    assert result.flow("udp-0")["names"] == ("api.example.com",)


def test_dns_over_tcp_and_mdns_name_flows_too(tmp_path: Path) -> None:
    wire = Wire()
    answer = dns_message("tcp.example", SERVER)
    wire.connect(RESOLVER, 53).open().up(struct.pack(">H", 29) + dns_message("tcp.example")[:29]).down(
        struct.pack(">H", len(answer)) + answer
    )
    wire.udp(OTHER, 5_353, "224.0.0.251", 5_353, dns_message("printer.local", OTHER, ttl=120))
    wire.connect(port=1_000, sport=50_001).open()
    wire.connect(OTHER, 1_000, sport=50_002).open()
    result = read(wire.pcap(), tmp_path)
    assert [result.flow(f"tcp-{number}")["host"] for number in (1, 2)] == ["tcp.example", "printer.local"]
    assert [result.flow(name)["application"] for name in ("tcp-0", "udp-0")] == ["dns", "mdns"]


def test_dns_questions_stand_where_they_are_said_to_stand(tmp_path: Path) -> None:
    wire = Wire()
    wire.resolve("imei-490154203237518.example.com", SERVER)
    result = read(wire.pcap(), tmp_path)
    assert result.pieces(Part.DNS) == [("question", b"imei-490154203237518.example.com")] * 2
    place = result.messages[0].pieces[0].places[0]
    assert wire.frames[0][1][place.offset :].startswith(b"imei-490154203237518\x07example")


def test_every_request_of_a_connection_is_read_with_its_own_host(tmp_path: Path) -> None:
    wire = Wire()
    one = b"GET /a?id=490154203237518 HTTP/1.1\r\nHost: One.Example.\r\nCookie: k=v\r\n\r\n"
    two = b"POST http://two.example:8080/b HTTP/1.1\r\nHost: ignored.example\r\nContent-Length: 5\r\n\r\nhello"
    answers = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"
    wire.connect(port=80).open().up(one + two, 37).down(answers, 41).close()
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("tcp-0")
    assert (flow["host"], flow["host_source"], flow["url"]) == ("one.example", "http_host", "http://one.example/a")
    assert flow["names"] == ("one.example", "two.example", "ignored.example")
    assert [(message.host, message.direction, message.number) for message in result.messages] == [
        ("one.example", "up", 0), ("two.example", "up", 1), ("one.example", "down", 2), ("two.example", "down", 3),
    ]  # fmt: skip
    assert result.pieces(Part.QUERY) == [("", b"id=490154203237518")]
    assert result.pieces(Part.COOKIE) == [("Cookie", b"k=v")]
    assert result.pieces(Part.URL_PATH) == [("path", b"/a"), ("path", b"/b")]
    assert [data for _, data in result.pieces(Part.BODY)] == [b"hello", b"ok", b"yes"]


def test_every_piece_stands_where_it_is_said_to_stand(tmp_path: Path) -> None:
    wire = Wire()
    request = b"POST /path?query=1 HTTP/1.1\r\nHost: a.example\r\nX-Id: 490154203237518\r\nContent-Length: 26\r\n\r\nabcdefghijklmnopqrstuvwxyz"
    wire.connect(port=80).open().up(request, 9)
    result = read(wire.pcap(), tmp_path)
    (message,) = result.messages
    for piece in message.pieces:
        for offset in range(len(piece.data)):
            _, packet, plus = piece.locate(0, offset).split()
            assert wire.frames[int(packet) - 1][1][int(plus)] == piece.data[offset]


def test_a_request_to_an_address_has_the_address_in_its_url_and_no_name(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect(port=8_080).open().up(f"GET /x HTTP/1.1\r\nHost: {SERVER}:8080\r\n\r\n".encode())
    flow = _one(wire, tmp_path)
    assert (flow["host"], flow["url"]) == (None, f"http://{SERVER}:8080/x")


def test_a_body_with_a_hole_is_told_with_what_is_missing(tmp_path: Path) -> None:
    wire = Wire()
    connection = wire.connect(port=80).open().up(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    connection.down(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"a" * 300)
    connection.seq[1] += 412
    connection.down(b"b" * 288)
    result = read(wire.pcap(), tmp_path)
    assert result.flow("tcp-0")["unread"] == ("response body: 412 bytes missing from the capture",)
    assert result.messages[-1].missing == ("response body: 412 bytes missing from the capture",)


@pytest.mark.parametrize("inner", ["tls", "http"])
def test_connect_hands_over_to_what_is_inside(inner: str, tmp_path: Path) -> None:
    wire = Wire()
    connection = wire.connect(port=3_128).open().up(b"CONNECT Target.example:443 HTTP/1.1\r\nHost: target.example:443\r\n\r\n")
    connection.down(b"HTTP/1.1 200 Connection established\r\n\r\n")
    connection.up(records(client_hello("inner.example")) if inner == "tls" else b"GET / HTTP/1.1\r\nHost: inner.example\r\n\r\n")
    flow = _one(wire, tmp_path)
    assert (flow["host"], flow["host_source"], flow["application"]) == ("target.example", "connect", inner)
    assert flow["names"] == ("target.example", "inner.example")


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ((b"\x05\x01\x00", b"\x05\x01\x00\x03\x0etarget.example\x01\xbb"), (b"\x05\x00", b"\x05\x00\x00\x01\0\0\0\0\0\0")),
        (
            (b"\x05\x02\x00\x02", b"\x01\x04user\x04pass", b"\x05\x01\x00\x03\x0etarget.example\x01\xbb"),
            (b"\x05\x02", b"\x01\0", b"\x05\0\0\x01\0\0\0\0\0\0"),
        ),
        ((b"\x04\x01\x01\xbb\0\0\0\x01me\0target.example\0",), (b"\0\x5a\0\0\0\0\0\0",)),
    ],
    ids=["5", "5 with a password", "4a"],
)
def test_socks_hands_over_to_what_is_inside(asks: tuple[bytes, ...], answers: tuple[bytes, ...], tmp_path: Path) -> None:
    wire = Wire()
    connection = wire.connect(port=1_080).open()
    for ask, answer in zip(asks, answers, strict=True):
        connection.up(ask).down(answer)
    connection.up(records(client_hello("inner.example")))
    flow = _one(wire, tmp_path)
    assert (flow["host"], flow["host_source"], flow["application"]) == ("target.example", "connect", "tls")
    assert flow["names"] == ("target.example", "inner.example")


def test_starttls_turns_mail_to_tls(tmp_path: Path) -> None:
    wire = Wire()
    connection = wire.connect(port=587).open().down(b"220 mx.example ESMTP\r\n").up(b"EHLO me\r\n").down(b"250 STARTTLS\r\n")
    connection.up(b"STARTTLS\r\n").down(b"220 go\r\n").up(records(client_hello("mx.example"))).down(records(server_hello()))
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("tcp-0")
    assert (flow["host"], flow["host_source"], flow["application"], flow["tls_version"]) == (
        "mx.example",
        "tls_sni",
        "tls",
        "TLSv1.3",
    )
    assert b"EHLO me" in b"".join(data for _, data in result.pieces(Part.PAYLOAD))


def test_mail_without_starttls_stays_cleartext(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect(port=143).open().down(b"* OK IMAP4rev1 ready\r\n").up(b"a1 LOGIN user secret\r\n").down(b"a1 OK\r\n")
    result = read(wire.pcap(), tmp_path)
    assert (result.flow("tcp-0")["application"], result.flow("tcp-0")["visibility"]) == ("imap", "cleartext")
    assert b"a1 LOGIN user secret\r\n" in [data for _, data in result.pieces(Part.PAYLOAD)]


HTTPDNS = {
    "aliyun": (
        "/100000/d?host=api.example.com",
        json.dumps({"ips": [SERVER], "host": "api.example.com", "ttl": 60, "client_ip": "1.1.1.1"}),
    ),
    "aliyun resolve": (
        "/100000/resolve?host=api.example.com,b.example",
        json.dumps({"dns": [{"host": "api.example.com", "ips": [SERVER], "ttl": 60}]}),
    ),
    "tencent": ("/d?dn=api.example.com&ttl=1", f"{SERVER};{OTHER},60"),
    "tencent, several": ("/d?dn=api.example.com,b.example", f"api.example.com.:{SERVER},60|b.example.:{OTHER},60"),
    "json": (
        "/resolve?name=api.example.com&type=1",
        json.dumps({"Status": 0, "Answer": [{"name": "api.example.com.", "TTL": 60, "type": 1, "data": SERVER}]}),
    ),
}


@pytest.mark.parametrize("name", HTTPDNS)
def test_httpdns_names_later_flows(name: str, tmp_path: Path) -> None:
    target, body = HTTPDNS[name]
    wire = Wire()
    connection = wire.connect("203.107.1.1", 80).open().up(f"GET {target} HTTP/1.1\r\nHost: 203.107.1.1\r\n\r\n".encode())
    connection.down(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    wire.connect(port=9_000, sport=50_001).open()
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("tcp-1")
    assert (flow["host"], flow["host_source"]) == ("api.example.com", "httpdns")
    assert "api.example.com" in result.flow("tcp-0")["names"]


def test_mqtt_is_taken_apart(tmp_path: Path) -> None:
    wire = Wire()
    data = connect(b"printer-1", b"user", b"secret") + publish(b"dev/490154203237518", b'{"mac":"00:11"}')
    wire.connect(port=1_883).open().up(data, 11).down(b"\x20\x02\0\0")
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("tcp-0")
    assert (flow["application"], flow["visibility"]) == ("mqtt", "cleartext")
    assert result.pieces(Part.MQTT)[:2] == [("client_id", b"printer-1"), ("username", b"user")]
    assert result.pieces(Part.PAYLOAD) == [("payload", b'{"mac":"00:11"}')]


def _frame(data: bytes, *, masked: bool, first: int = 0x81) -> bytes:
    mask = b"\x01\x02\x03\x04"
    body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(data)) if masked else data
    size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
    return bytes([first, size[0] | (0x80 if masked else 0)]) + size[1:] + (mask if masked else b"") + body


@pytest.mark.parametrize("deflate", [False, True])
def test_websocket_messages_are_unmasked_and_inflated(deflate: bool, tmp_path: Path) -> None:
    wire = Wire()
    agreed = b"Sec-WebSocket-Extensions: permessage-deflate\r\n" if deflate else b""
    connection = wire.connect(port=80).open()
    connection.up(b"GET /ws HTTP/1.1\r\nHost: ws.example\r\nUpgrade: websocket\r\n\r\n")
    connection.down(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" + agreed + b"\r\n")
    text = b'{"imei":"490154203237518"}' * 8
    packer = zlib.compressobj(wbits=-15)
    packed = (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4] if deflate else text
    connection.up(
        _frame(packed[:20], masked=True, first=0x41 if deflate else 0x01) + _frame(packed[20:], masked=True, first=0x80), 13
    )
    connection.down(_frame(b"hello", masked=False))
    result = read(wire.pcap(), tmp_path)
    assert (result.flow("tcp-0")["application"], result.flow("tcp-0")["host"]) == ("websocket", "ws.example")
    assert [data for _, data in result.pieces(Part.BODY)] == [text, b"hello"]
    assert {message.host for message in result.messages} == {"ws.example"}


def test_http2_by_prior_knowledge_is_read(tmp_path: Path) -> None:
    from h2.config import H2Configuration
    from h2.connection import H2Connection

    client, server = H2Connection(), H2Connection(H2Configuration(client_side=False))
    client.initiate_connection()
    client.send_headers(
        1, [(":method", "POST"), (":scheme", "http"), (":authority", "h2.example"), (":path", "/p?q=1"), ("x-id", "7")]
    )
    client.send_data(1, b"body", end_stream=True)
    up = client.data_to_send()
    server.initiate_connection()
    server.receive_data(up)
    server.send_headers(1, [(":status", "200"), ("set-cookie", "a=b")])
    server.send_data(1, b"answer", end_stream=True)
    wire = Wire()
    wire.connect(port=8_080).open().up(up, 19).down(server.data_to_send(), 23)
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("tcp-0")
    assert (flow["host"], flow["application"], flow["url"]) == ("h2.example", "http", "http://h2.example/p")
    assert [data for _, data in result.pieces(Part.BODY)] == [b"body", b"answer"]
    assert result.pieces(Part.QUERY) == [("", b"q=1")]
    assert [message.host for message in result.messages] == ["h2.example", "h2.example"]


def test_dhcp_and_netbios_name_devices(tmp_path: Path) -> None:
    wire = Wire()
    options = b"\x35\x01\x05\x0c\x07printer\xff"
    body = (
        bytes([2, 1, 6, 0])
        + bytes(12)
        + bytes([198, 51, 100, 8])
        + bytes(8)
        + bytes.fromhex("001122334455")
        + bytes(10 + 192)
        + b"\x63\x82\x53\x63"
        + options
    )
    wire.udp("192.168.50.1", 67, "255.255.255.255", 68, body)
    wire.connect(OTHER, 631).open()
    encoded = "".join(chr(65 + (byte >> 4)) + chr(65 + (byte & 15)) for byte in b"LAPTOP".ljust(15) + b"\0")
    wire.udp(CLIENT, 137, "192.168.50.255", 137, dns_message(encoded, kind=32))
    result = read(wire.pcap(), tmp_path)
    assert result.flow("tcp-0")["host"] == "printer"
    assert (result.flow("udp-0")["application"], result.flow("udp-1")["application"]) == ("dhcp", "nbns")
    assert result.flow("udp-1")["names"] == ("laptop",)
    assert ("client_mac", bytes.fromhex("001122334455")) in result.pieces(Part.PAYLOAD)


@pytest.mark.parametrize(
    ("port", "data", "name"),
    [
        (123, b"\x23" + bytes(47), "ntp"),
        (1_900, b"M-SEARCH * HTTP/1.1\r\n\r\n", "ssdp"),
        (3_478, b"\0\x01\0\0\x21\x12\xa4\x42" + bytes(12), "stun"),
        (9_999, b"hello", None),
    ],
)
def test_datagrams_are_recognised_and_handed_on(port: int, data: bytes, name: str | None, tmp_path: Path) -> None:
    wire = Wire()
    wire.udp(CLIENT, port if port == 123 else 40_000, SERVER, port, data)
    result = read(wire.pcap(), tmp_path)
    assert result.flow("udp-0")["application"] == name
    assert result.pieces(Part.PAYLOAD) == [("", data)]


def test_raw_payload_is_handed_on_in_runs_with_seams(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect(port=9_999).open().up(b"4901542").down(b"go on").up(b"03237518")
    runs = [data for _, data in read(wire.pcap(), tmp_path).pieces(Part.PAYLOAD)]
    assert runs == [b"4901542", b"go on", b"490154203237518", b"03237518"]


def test_payload_that_looks_encrypted_is_opaque_and_said_to_be(tmp_path: Path) -> None:
    import random

    wire = Wire()
    wire.connect(port=9_999).open().up(random.Random(1).randbytes(3_000))
    wire.connect(port=9_998, sport=50_001).open().up(base64.b64encode(bytes(3_000)))
    result = read(wire.pcap(), tmp_path)
    assert (result.flow("tcp-0")["visibility"], result.flow("tcp-0")["unread"]) == ("opaque", (talk_raw.OPAQUE_NOTE,))
    assert (result.flow("tcp-1")["visibility"], result.flow("tcp-1")["unread"]) == ("cleartext", ())


def test_a_flow_without_payload_has_no_visibility(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect().open().close()
    flow = _one(wire, tmp_path)
    assert (flow["visibility"], flow["application"], flow["unread"]) == (None, None, ())


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_ip_fragments_are_put_together(order: list[int], tmp_path: Path) -> None:
    wire = Wire()
    payload = udp_datagram(40_000, 9_999, b"imei=490154203237518;" * 20)
    cuts = [payload[at : at + 120] for at in range(0, len(payload), 120)]
    for number in order:
        more = 0x2000 if number < len(cuts) - 1 else 0
        wire.add(ip(CLIENT, SERVER, 17, cuts[number], ident=7, fragment=more | number * 15))
    result = read(wire.pcap(), tmp_path)
    flow = result.flow("udp-0")
    assert (flow["client_port"], flow["server_port"]) == (40_000, 9_999)
    assert result.pieces(Part.PAYLOAD) == [("", b"imei=490154203237518;" * 20)]


@pytest.mark.parametrize("protocol", [17, 6], ids=["udp", "tcp"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_content_of_fragments_keeps_its_places(protocol: int, order: tuple[int, ...], tmp_path: Path) -> None:
    """To the byte, in the frame that holds it, also of a value that stands in two."""
    data = bytes(range(48, 112)) + b"SERIAL-0042-XYZ"
    whole = udp_datagram(40_000, 9_999, data) if protocol == 17 else tcp_segment(40_000, 9_999, 7, 0, ACK, data)
    wire = Wire()
    for number in order:
        part = whole[number * 32 : None if number == 2 else number * 32 + 32]
        wire.add(ip(CLIENT, SERVER, protocol, part, ident=7, fragment=(number < 2) << 13 | number * 4))
    (message,) = read(wire.pcap(), tmp_path).messages
    (piece,) = message.pieces
    assert piece.data == data
    ends = [*(place.start for place in piece.places[1:]), len(data)]
    for place, end in zip(piece.places, ends, strict=True):
        frame = wire.frames[place.packet - 1][1]
        assert frame[place.offset : place.offset + end - place.start] == data[place.start : end]


def test_a_datagram_that_lacks_a_fragment_is_noted(tmp_path: Path) -> None:
    wire = Wire()
    wire.add(ip(CLIENT, SERVER, 17, bytes(64), ident=7, fragment=0x2000))
    result = read(wire.pcap(), tmp_path)
    assert "1 datagrams lack a fragment" in result.reading.notes


INNER = ip(CLIENT, SERVER, 6, tcp_segment(50_000, 443, 1_000, 0, SYN))
TUNNELS = {
    "ip in ip": (4, INNER),
    "gre": (47, b"\0\0\x08\0" + INNER),
    "gre with key and sequence": (47, b"\x30\0\x08\0" + bytes(8) + INNER),
    "gre, bridged": (47, b"\0\0\x65\x58" + bytes(12) + b"\x08\0" + INNER),
    "gre of wccp, first": (47, b"\0\0\x88\x3e" + INNER),
    "gre of wccp, second": (47, b"\0\0\x88\x3e" + bytes(4) + INNER),
    "erspan, first": (47, b"\0\0\x88\xbe" + bytes(12) + b"\x08\0" + INNER),
    "erspan, second": (47, b"\x10\0\x88\xbe" + bytes(4) + b"\x10\x01\0\1" + bytes(4) + bytes(12) + b"\x08\0" + INNER),
    "erspan, third": (47, b"\x10\0\x22\xeb" + bytes(4) + b"\x20\x01\0\1" + bytes(8) + bytes(12) + b"\x08\0" + INNER),
    "erspan, third, with a field": (
        47,
        b"\x10\0\x22\xeb" + bytes(4) + b"\x20\x01\0\1" + bytes(7) + b"\1" + bytes(8 + 12) + b"\x08\0" + INNER,
    ),
    "l2tp": (17, udp_datagram(1_701, 1_701, b"\0\2\0\1\0\1\xff\x03\0\x21" + INNER)),
    "l2tp with all fields": (
        17,
        udp_datagram(1_701, 1_701, b"\x4a\2" + struct.pack(">H", 17 + len(INNER)) + bytes(8) + b"\0\2xx\x21" + INNER),
    ),
    "vxlan-gpe": (17, udp_datagram(5_000, 4_790, b"\x0c\0\0\1\0\0\1\0" + INNER)),
    "tzsp": (17, udp_datagram(5_000, 37_008, b"\1\0\0\1\x0a\1\xaa\0\1" + bytes(12) + b"\x08\0" + INNER)),
    "vxlan": (17, udp_datagram(5_000, 4_789, b"\x08\0\0\0\0\0\x01\0" + bytes(12) + b"\x08\0" + INNER)),
    "gtp-u": (17, udp_datagram(2_152, 2_152, b"\x30\xff" + struct.pack(">HI", len(INNER), 7) + INNER)),
    "gtp-u with sequence": (
        17,
        udp_datagram(2_152, 2_152, b"\x32\xff" + struct.pack(">HI", len(INNER) + 4, 7) + bytes(4) + INNER),
    ),
    "geneve": (17, udp_datagram(5_000, 6_081, b"\0\0\x65\x58" + bytes(4) + bytes(12) + b"\x08\0" + INNER)),
}


@pytest.mark.parametrize("name", TUNNELS)
def test_tunnels_are_looked_into(name: str, tmp_path: Path) -> None:
    protocol, payload = TUNNELS[name]
    wire = Wire()
    wire.add(ip("10.0.0.1", "10.0.0.2", protocol, payload))
    flow = _one(wire, tmp_path)
    assert (flow["client_ip"], flow["server_ip"], flow["server_port"]) == (CLIENT, SERVER, 443)


def test_teredo_and_6in4_carry_ipv6(tmp_path: Path) -> None:
    wire = Wire()
    inner = ip("2001:db8::1", "2001:db8::2", 17, udp_datagram(1_000, 2_000, b"hello"))
    wire.add(ip("10.0.0.1", "10.0.0.2", 41, inner))
    wire.add(ip("10.0.0.1", "10.0.0.2", 17, udp_datagram(40_000, 3_544, inner)))
    result = read(wire.pcap(), tmp_path)
    assert result.flow("udp-0")["server_ip"] == "2001:db8::2"
    assert result.flow("udp-0")["packets_up"] == 2


def test_an_authentication_header_is_gone_over(tmp_path: Path) -> None:
    wire = Wire()
    wire.add(ip(CLIENT, SERVER, 51, b"\x11\4\0\0" + bytes(20) + udp_datagram(1_000, 2_000, b"hello")))
    assert _one(wire, tmp_path, "udp-0")["server_port"] == 2_000


def test_data_on_a_syn_is_read(tmp_path: Path) -> None:
    """RFC 7413: the SYN takes a sequence number before its data."""
    wire = Wire()
    connection = wire.connect()
    connection.send(0, SYN, records(client_hello("fast.example.com")))
    connection.send(1, SYN | ACK)
    assert _one(wire, tmp_path)["host"] == "fast.example.com"


def test_http2_after_an_upgrade_is_read(tmp_path: Path) -> None:
    from hpack import Encoder

    fields = [(":method", "GET"), (":scheme", "http"), (":authority", "second.example"), (":path", "/")]
    block = Encoder().encode(fields)
    frames = b"\0\0\0\4\0\0\0\0\0" + len(block).to_bytes(3, "big") + b"\1\5\0\0\0\3" + block
    connection = Wire().connect(port=80).open()
    connection.up(b"GET / HTTP/1.1\r\nHost: first.example\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
    connection.down(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n\0\0\0\4\0\0\0\0\0")
    connection.up(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frames)
    assert _one(connection.wire, tmp_path)["names"] == ("first.example", "second.example")


def test_endless_tunnels_end(tmp_path: Path) -> None:
    packet = INNER
    for _ in range(60):
        packet = ip(CLIENT, SERVER, 4, packet)
    wire = Wire()
    wire.add(packet)
    assert "1 packets have headers that are cut or lie" in read(wire.pcap(), tmp_path).reading.notes


def test_ipv6_extension_headers_are_gone_over_and_endless_ones_end(tmp_path: Path) -> None:
    payload = udp_datagram(1_000, 2_000, b"hello")
    wire = Wire()
    wire.add(ip("2001:db8::1", "2001:db8::2", 0, b"\x2b\0" + bytes(6) + b"\x3c\0" + bytes(6) + b"\x11\0" + bytes(6) + payload))
    wire.add(ip("2001:db8::1", "2001:db8::2", 0, (b"\0\0" + bytes(6)) * 200))
    result = read(wire.pcap(), tmp_path)
    assert result.flow("udp-0")["packets_up"] == 1
    assert "1 packets have headers that are cut or lie" in result.reading.notes


def test_many_conversations_make_the_tables_grow(tmp_path: Path) -> None:
    wire = Wire()
    for number in range(5_000):
        wire.udp(f"10.0.{number >> 8}.{number & 255}", 1_000, SERVER, 9_999, b"x")
    for number in range(5_000):
        wire.udp(SERVER, 9_999, f"10.0.{number >> 8}.{number & 255}", 1_000, b"y")
    flows = read(wire.pcap(), tmp_path, inspect=False).flows
    assert len(flows) == 5_000
    assert {(flow["packets_up"], flow["packets_down"]) for flow in flows} == {(1, 1)}


def test_what_is_held_back_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "MAX_HELD", 50_000)
    monkeypatch.setattr(listener, "SWEEP_EVERY", 10_000)
    wire = Wire()
    for number in range(40):
        wire.connect(port=80, sport=40_000 + number).open().up(b"POST / HTTP/1.1\r\nContent-Length: 90000\r\n\r\n" + bytes(5_000))
    result = read(wire.pcap(), tmp_path)
    assert len(result.flows) == 40
    assert any("too many conversations" in str(flow["unread"]) for flow in result.flows)


def test_flows_are_the_same_with_and_without_inspection(tmp_path: Path) -> None:
    wire = Wire()
    wire.resolve("a.example", SERVER)
    wire.connect().open().up(records(client_hello())).down(records(server_hello())).close()
    wire.connect(port=80, sport=50_001).open().up(b"GET / HTTP/1.1\r\nHost: b.example\r\n\r\n").down(
        b"HTTP/1.1 204 No Content\r\n\r\n"
    )
    seen: Result = read(wire.pcap(), tmp_path)
    assert seen.flows == read(wire.pcap(), tmp_path, inspect=False).flows


def test_pktap_and_pcapdroid_say_the_app(tmp_path: Path) -> None:
    wire = Wire()
    wire.connect(port=80).open().up(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    trailer = bytes.fromhex("01072021") + struct.pack(">I", 10_123) + b"O2Nails".ljust(20, b"\0") + bytes(4)
    header = struct.pack("<III", 108, 1, 1) + bytes(44) + b"O2Nails".ljust(20, b"\0") + bytes(32)
    tapped = pcap([(at, header + frame) for at, frame in wire.frames], link=258)
    for data in (pcap([(at, frame + trailer) for at, frame in wire.frames]), tapped):
        flow = read(data, tmp_path).flow("tcp-0")
        assert (flow["app"], flow["host"]) == ("O2Nails", "a.example")
    assert read(wire.pcap(), tmp_path).flow("tcp-0")["app"] is None


@pytest.mark.parametrize("big", [0, 1])
@pytest.mark.parametrize("inspect", [False, True])
def test_pcapdroid_says_the_app_in_comments(big: int, inspect: bool, tmp_path: Path) -> None:
    """Each conversation has its own."""
    wire = Wire()
    for port in (50_001, 50_002):
        wire.connect(port=80, sport=port).open().up(b"GET /%d HTTP/1.1\r\nHost: a.example\r\n\r\n" % port)
    data = of_users(wire.frames, {50_001: (10_123, "O2Nails"), 50_002: (1_000, "Android")}, big=big)
    assert [flow["app"] for flow in read(data, tmp_path, inspect=inspect).flows] == ["O2Nails", "Android"]


def test_a_capture_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    wire.connect(port=80).open().up(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")
    made: list[weakref.ref[listener.Listener]] = []
    begin = listener.Listener.__init__

    def noted(self: listener.Listener, inspect: Inspect | None, chosen: Engine, size: int = 0) -> None:
        begin(self, inspect, chosen, size)
        made.append(weakref.ref(self))

    monkeypatch.setattr(listener.Listener, "__init__", noted)
    gc.disable()
    try:
        read(wire.pcap(), tmp_path)
        assert [reference() for reference in made] == [None]
    finally:
        gc.enable()


@pytest.mark.parametrize(("size", "rows"), [(0, 4_096), (4_096 * 16_384, 4_096), (5_000 * 16_384, 8_192), (1 << 60, 262_144)])
def test_room_is_set_aside_for_what_a_capture_of_that_size_holds(size: int, rows: int) -> None:
    assert len(listener.Listener(None, PLAIN, size).rows) == rows
