"""SQL Server: the handshake in its packets names the server, and so does a login in the clear; whatever else stays payload."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.talk_tds import begins_tds, login_server
from tests.unit.capture.both_ways import both_ways
from tests.unit.capture.test_unknown import HELLO, told
from tests.unit.capture.wire import Wire, certificate_message, client_hello, handshake, records, server_hello

OPTIONS = b"\0\0\x0b\0\6\1\0\x11\0\1\xff" + b"\x0b\0\0\0\0\0\1"


def packet(kind: int, body: bytes, status: int = 1) -> bytes:
    return struct.pack(">BBHHBB", kind, status, 8 + len(body), 0, 1, 0) + body


def login(server: str) -> bytes:
    """A LOGIN7 packet ([MS-TDS] section 2.2.6.4) that holds nothing but the server's name."""
    words = [struct.pack("<HH", 94, 0)] * 4 + [struct.pack("<HH", 94, len(server))]
    body = (bytes(36) + b"".join(words)).ljust(94, b"\0") + server.encode("utf-16-le")
    return packet(0x10, body)


ASKED, ANSWERED = packet(0x12, OPTIONS), packet(0x04, OPTIONS)
FLIGHT = records(server_hello(version=0x0303) + certificate_message("sql.example", ()) + handshake(14, b""))


@pytest.mark.parametrize("size", [1, 11, 1_400])
@pytest.mark.parametrize("piece", [30, 4_000])
def test_the_handshake_in_its_packets_names_the_server(
    size: int, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small the packets and segments."""
    wrapped = b"".join(packet(0x12, HELLO[at : at + piece], int(at + piece >= len(HELLO))) for at in range(0, len(HELLO), piece))
    wire = Wire()
    tcp = wire.connect(port=1_433).open().up(ASKED, size).down(ANSWERED, size).up(wrapped, size).down(packet(0x12, FLIGHT), size)
    tcp.up(b"\x17\3\3\0\x20" + bytes(range(32))).down(b"\x17\3\3\0\x20" + bytes(range(32))).close()
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["host_source"], flow["application"]) == ("api.example.com", "tls_sni", "tls")
    assert (flow["visibility"], flow["tls_version"], flow["unread"]) == ("opaque", "TLSv1.2", ())


def test_the_certificate_in_its_packets_counts_where_nobody_is_named() -> None:
    nameless = packet(0x12, records(client_hello(None)))
    story, _ = told([(0, ASKED), (1, ANSWERED), (0, nameless), (1, packet(0x12, FLIGHT))], 1_433)
    assert story.host == ("sql.example", "certificate")


@pytest.mark.parametrize(
    ("server", "host"),
    [("db.example", "db.example"), ("tcp:DB.example,1433", "db.example"), ("db.example\\PRINTS", "db.example"), ("", None)],
)
def test_a_login_in_the_clear_names_the_server(server: str, host: str | None) -> None:
    story, messages = told([(0, ASKED), (1, ANSWERED), (0, login(server))], 1_433)
    assert (story.host[0], story.application, story.visibility) == (host, "tds", "cleartext")
    assert {ASKED, ANSWERED, login(server)} <= {piece.data for message in messages for piece in message.pieces}


def test_what_is_no_packet_is_payload() -> None:
    """Also behind a hole, and a packet that the capture does not hold to its end."""
    story, messages = told([(0, ASKED), (0, 100), (0, b"\xff" * 40), (1, packet(0x04, OPTIONS)[:20])], 1_433)
    assert [piece.data for message in messages for piece in message.pieces] == [ASKED, b"\xff" * 40, ANSWERED[:20]]
    assert story.all_unread() == ("payload: 100 bytes missing from the capture",)


@pytest.mark.parametrize(
    ("head", "begins"),
    [(ASKED, True), (ASKED[:9], None), (b"\x12", None), (ANSWERED, False), (b"\x12\1\0\x2f\0\0\1\0\x16\3", False)],
)
def test_how_it_begins(head: bytes, begins: bool | None) -> None:
    assert begins_tds(head) is begins


@given(st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=60))), st.binary(max_size=120))
def test_any_bytes_return(runs: list[tuple[int, bytes]], body: bytes) -> None:
    told([(0, ASKED), *runs], 1_433)
    login_server(body)
