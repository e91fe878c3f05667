"""TLS: names, versions and certificates of the handshake, over segments and records; what was cut is read as far as it goes."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.marked import ECH_NOTE
from tests.unit.capture.both_ways import both_ways
from tests.unit.capture.test_unknown import HELLO, told
from tests.unit.capture.wire import ACK, Wire, certificate_message, client_hello, extension, handshake, records, server_hello

NAMELESS = records(client_hello(None))
CERTIFICATE = certificate_message("fallback.example", ("*.example.net", "plain.example.net"))


@pytest.mark.parametrize("size", [3, 20, 10_000])
@pytest.mark.parametrize("record", [7, 16_000])
def test_a_hello_over_records_and_segments(size: int, record: int) -> None:
    data = records(client_hello("api.example.com"), size=record)
    story, messages = told([(0, data[at : at + size]) for at in range(0, len(data), size)], 443)
    assert (story.host, story.alpn) == (("api.example.com", "tls_sni"), "h2")
    assert [piece.data for message in messages for piece in message.pieces] == [b"api.example.com"]


@pytest.mark.parametrize(("version", "protocol", "shown"), [(0x0304, None, "TLSv1.3"), (0x0303, "http/1.1", "TLSv1.2")])
def test_the_server_chooses_version_and_protocol(version: int, protocol: str | None, shown: str) -> None:
    story, _ = told([(0, HELLO), (1, records(server_hello(version=version, protocol=protocol)))], 443)
    assert (story.tls_version, story.alpn) == (shown, protocol or "h2")


def test_a_certificate_names_a_nameless_connection_by_its_first_plain_name() -> None:
    flight = records(server_hello(version=0x0303) + CERTIFICATE + handshake(14, b""))
    story, _ = told([(0, NAMELESS), (1, flight)], 443)
    assert story.host == ("plain.example.net", "certificate")
    assert told([(0, HELLO), (1, flight)], 443)[0].host[0] == "api.example.com"


@pytest.mark.parametrize("segment", [60, 1_400])
def test_a_hello_behind_lost_bytes_names_the_server(segment: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the capture lacks may have been a proxy's talk."""
    wire = Wire()
    tcp = wire.connect(port=3_128).open()
    tcp.seq[0] += 90
    tcp.up(HELLO, segment).down(records(server_hello())).close()
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["application"]) == ("api.example.com", "tls")
    assert flow["unread"] == ("tls handshake: 90 bytes missing from the capture",)


def _listed(*names: bytes) -> bytes:
    entries = b"".join(b"\0" + len(name).to_bytes(2, "big") + name for name in names)
    return extension(0, len(entries).to_bytes(2, "big") + entries)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        (_listed(b"first.example", b"second.example"), ("first.example", "second.example")),
        (_listed(b"first.example") + _listed(b"second.example"), ("first.example", "second.example")),
        (extension(0, b"\0\x13\0\0\x0dfirst.example\0\xff\xff"), ("first.example",)),
    ],
    ids=["two in a list", "two lists", "rubbish behind it"],
)
def test_further_server_names_are_names_among_others(
    more: bytes, names: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 6066 section 3 forbids them; which of them a server believes is not known, and each may hold an identifier."""
    hello = records(client_hello(None, more=more))
    story, messages = told([(0, hello)], 443)
    assert (story.host, story.all_names) == (("first.example", "tls_sni"), names)
    assert tuple(piece.data.decode() for message in messages for piece in message.pieces) == names
    wire = Wire()
    wire.connect(port=443).open().up(hello).close()
    assert [flow["names"] for flow in both_ways(wire.pcap(), tmp_path, monkeypatch)] == [names]


OLD_HELLO = b"\x80\x2e\1\3\1\0\x15\0\0\0\x10" + bytes(21) + bytes(range(16))


@pytest.mark.parametrize("size", [1, 8, 1_400])
def test_behind_a_hello_of_ssl_2_the_certificate_names_the_server(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 5246 appendix E.2: old clients begin in its format, in which no server can be named."""
    wire = Wire()
    tcp = wire.connect(port=443).open().up(OLD_HELLO, size)
    tcp.down(records(server_hello(version=0x0303) + CERTIFICATE + handshake(14, b"")))
    tcp.up(records(handshake(16, bytes(64))) + b"\x14\3\1\0\1\1").close()
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["host_source"], flow["application"]) == ("plain.example.net", "certificate", "tls")
    assert flow["unread"] == ()


def test_an_alert_does_not_end_the_handshake() -> None:
    story, _ = told([(0, b"\x15\3\1\0\2\1\0" + HELLO)], 443)
    assert story.host[0] == "api.example.com"


def test_an_encrypted_hello_is_marked() -> None:
    story, _ = told([(0, records(client_hello("outer.example", more=extension(0xFE0D, bytes(9)))))], 443)
    assert (story.host[0], story.all_unread()) == ("outer.example", (ECH_NOTE,))


@pytest.mark.parametrize("broken", [16, 43])
def test_a_list_that_lies_does_not_hide_the_name(broken: int) -> None:
    data = records(client_hello("api.example.com", protocols=() if broken == 16 else ("h2",), more=extension(broken, b"\xff\1")))
    assert told([(0, data)], 443)[0].host[0] == "api.example.com"


@pytest.mark.parametrize(
    ("parts", "host", "reason"),
    [
        ([(0, HELLO[:-5])], "api.example.com", "the capture does not hold its end"),
        ([(0, HELLO[:-20]), (0, 20)], "api.example.com", "20 bytes missing from the capture"),
        ([(0, HELLO[:60])], None, "the capture does not hold its end"),
    ],
)
def test_a_cut_hello_is_read_as_far_as_it_goes(parts: list[tuple[int, bytes | int]], host: str | None, reason: str) -> None:
    story, _ = told(parts, 443)
    assert (story.host[0], story.all_unread()) == (host, (f"tls handshake: {reason}",))


def test_what_is_no_record_ends_the_reading() -> None:
    story, _ = told([(0, HELLO + b"garbage"), (1, b"\x16\3\3\0\4\xff\xff\xff\xff")], 443)
    assert (story.application, story.host[0], story.finished) == ("tls", "api.example.com", True)


@given(st.integers(5, 200), st.binary(max_size=6), st.integers(5, 220), st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_change_is_told(at: int, change: bytes, size: int, server: bool) -> None:
    wounded = bytearray(records(server_hello(version=0x0303) + CERTIFICATE) if server else HELLO)
    wounded[at : at + len(change)] = change
    told([(0, NAMELESS), (1, bytes(wounded[:size]))] if server else [(0, bytes(wounded[:size]))], 443)


@pytest.mark.parametrize("size", [1, 6, 1_400])
def test_a_change_of_cipher_before_the_hello_means_nothing(size: int) -> None:
    data = b"\x14\3\3\0\1\1" + HELLO
    story, _ = told([(0, data[at : at + size]) for at in range(0, len(data), size)], 443)
    assert story.host == ("api.example.com", "tls_sni")


def test_a_certificate_out_of_order_names_the_server_in_large_captures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    connection = wire.connect().open().up(NAMELESS)
    answer = records(server_hello(version=0x0303) + certificate_message("x", ("late.example.com",)))
    for start in (200, 0, 100):
        size = len(answer) if start == 200 else start + 100
        connection.send(1, ACK, answer[start:size], seq=connection.seq[1] + start)
    (flow,) = both_ways(wire.pcap(), tmp_path, monkeypatch)
    assert (flow["host"], flow["host_source"], flow["unread"]) == ("late.example.com", "certificate", ())


def test_a_common_name_that_is_no_host_names_nobody() -> None:
    """Printers sign certificates for their model."""
    for name, host in (("Made-up Printer 12", None), ("printer-12.local", "printer-12.local")):
        answer = records(server_hello(version=0x0303) + certificate_message(name))
        assert told([(0, NAMELESS), (1, answer)], 443)[0].host[0] == host


@pytest.mark.parametrize("held", [5, 6, 9, 40])
def test_a_hello_of_which_next_to_nothing_is_there_says_so(held: int) -> None:
    story, _ = told([(0, HELLO[:held]), (0, len(HELLO) - held)], 443)
    assert (story.host[0], story.all_unread()) == (None, (f"tls handshake: {len(HELLO) - held} bytes missing from the capture",))
