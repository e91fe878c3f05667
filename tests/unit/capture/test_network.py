"""From a link layer to a transport payload: addresses, ports, what the capture lacks; any bytes return."""

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.network import BAD_HEADERS, FOUND, IS_FRAGMENT, NO_IP_HERE, dissect
from tests.unit.capture.stores import cells
from tests.unit.capture.wire import ethernet, ip, tcp_segment, udp_datagram

TCP = ip("192.168.1.2", "198.51.100.7", 6, tcp_segment(50_000, 443, 9, 8, c.ACK, b"hello"))
UDP = ip("192.168.1.2", "198.51.100.7", 17, udp_datagram(50_000, 53, b"hello"))
SIX = ip("2001:db8::1", "2001:db8::2", 17, udp_datagram(50_000, 53, b"hello"))


def _look(data: bytes, kind: int = c.ANY_IP, short: int = 0) -> tuple[int, Any]:
    cell = cells(c.PACKET_CELLS)
    cell[c.KIND], cell[c.END], cell[c.SHORT] = kind, len(data), short
    return dissect(data, cell), cell


def _payload(data: bytes, cell: Any) -> bytes:
    return data[cell[c.PAYLOAD] : cell[c.PAYLOAD] + cell[c.LENGTH]]


@pytest.mark.parametrize("data", [TCP, UDP, SIX])
def test_a_packet_leads_to_its_payload(data: bytes) -> None:
    answer, cell = _look(data)
    assert (answer, cell[c.SRC_PORT], _payload(data, cell), cell[c.MISSING]) == (FOUND, 50_000, b"hello", 0)
    answer, cell = _look(ethernet(data), 1)
    assert (answer, _payload(ethernet(data), cell)) == (FOUND, b"hello")


def test_bytes_behind_the_packet_s_own_length_are_padding() -> None:
    answer, cell = _look(TCP + bytes(20))
    assert (answer, cell[c.LENGTH]) == (FOUND, 5)


def test_what_the_snap_length_cut_is_missing() -> None:
    answer, cell = _look(TCP[:-3], short=3)
    assert (answer, cell[c.LENGTH], cell[c.MISSING]) == (FOUND, 2, 3)


def test_a_length_left_to_the_network_card_means_the_frame() -> None:
    offloaded = TCP[:2] + b"\0\0" + TCP[4:]
    answer, cell = _look(offloaded)
    assert (answer, _payload(offloaded, cell)) == (FOUND, b"hello")


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (TCP[:19], BAD_HEADERS), (TCP[:22], BAD_HEADERS), (b"\x41" + TCP[1:], BAD_HEADERS), (b"\x55" + TCP[1:], BAD_HEADERS),
        (TCP[:2] + b"\0\x07" + TCP[4:], BAD_HEADERS), (b"", BAD_HEADERS), (SIX[:30], BAD_HEADERS),
    ],
)  # fmt: skip
def test_headers_that_are_cut_or_lie(data: bytes, answer: int) -> None:
    assert _look(data)[0] == answer


def test_a_cut_tcp_header_still_gives_its_ports() -> None:
    answer, cell = _look(TCP[:26], short=19)
    assert (answer, cell[c.SRC_PORT], cell[c.DST_PORT], cell[c.LENGTH]) == (FOUND, 50_000, 443, 0)


@pytest.mark.parametrize(
    ("protocol", "size"), [(132, 12), (136, 8), (33, 16)], ids=["sctp", "udp-lite", "dccp"]
)  # fmt: skip
def test_other_transports_have_ports_too(protocol: int, size: int) -> None:
    segment = struct.pack(">HHB", 36_412, 38_412, 4) + bytes(size - 5) + b"hello"
    data = ip("192.168.1.2", "198.51.100.7", protocol, segment)
    answer, cell = _look(data)
    assert (answer, cell[c.SRC_PORT], cell[c.DST_PORT], _payload(data, cell)) == (FOUND, 36_412, 38_412, b"hello")
    answer, cell = _look(data[:24], short=len(data) - 24)
    assert (answer, cell[c.DST_PORT], cell[c.LENGTH]) == (FOUND, 38_412, 0)
    assert _look(data[:23])[0] == BAD_HEADERS


def test_a_frame_without_ip_is_no_damage() -> None:
    assert _look(ethernet(b"\0" * 40, 0x0806), 1)[0] == NO_IP_HERE


def test_a_fragment_says_where_it_belongs() -> None:
    answer, cell = _look(TCP[:6] + b"\x20\x05" + TCP[8:])
    assert (answer, cell[c.FRAGMENT_AT], cell[c.FRAGMENT_MORE]) == (IS_FRAGMENT, 40, 1)


def _with_headers(*headers: tuple[int, bytes], last: int = 17) -> bytes:
    """The IPv6 packet with extension headers of these kinds before its transport."""
    kinds = [kind for kind, _ in headers] + [last]
    chain = b"".join(bytes([following]) + body for (_, body), following in zip(headers, kinds[1:], strict=True))
    payload = chain + SIX[40:]
    return SIX[:4] + struct.pack(">HBB", len(payload), kinds[0], 64) + SIX[8:40] + payload


def test_extension_headers_are_gone_over() -> None:
    data = _with_headers((0, b"\0" + bytes(6)), (60, b"\1" + bytes(14)), (43, b"\0" + bytes(6)))
    answer, cell = _look(data)
    assert (answer, _payload(data, cell)) == (FOUND, b"hello")


def test_endless_extension_headers_end() -> None:
    assert _look(_with_headers(*[(60, b"\0" + bytes(6))] * 200))[0] == BAD_HEADERS


@pytest.mark.parametrize(("protocol", "inner"), [(4, TCP), (41, SIX), (47, b"\0\0\x08\0" + TCP), (97, b"\x30\0" + ethernet(TCP))])
def test_tunnels_lead_to_what_they_carry(protocol: int, inner: bytes) -> None:
    data = ip("10.0.0.1", "10.0.0.2", protocol, inner)
    answer, cell = _look(data)
    assert (answer, cell[c.SRC_PORT], _payload(data, cell)) == (FOUND, 50_000, b"hello")


@pytest.mark.parametrize("inner", [b"\0", b"\x40\0\x08\0" + TCP, b"\x80\0\x08\0"])
def test_a_gre_header_that_cannot_be_followed_is_a_transport_of_its_own(inner: bytes) -> None:
    answer, cell = _look(ip("10.0.0.1", "10.0.0.2", 47, inner))
    assert (answer, cell[c.PROTOCOL], cell[c.SRC_PORT]) == (FOUND, 47, -1)


@given(st.sampled_from([TCP, UDP, SIX]), st.integers(0, 60), st.binary(max_size=6), st.integers(0, 90))
@settings(max_examples=120)
def test_any_change_returns_and_stays_inside(data: bytes, at: int, change: bytes, size: int) -> None:
    wounded = bytearray(data)
    wounded[at : at + len(change)] = change
    cut = bytes(wounded[:size])
    answer, cell = _look(cut)
    if answer == FOUND:
        assert 0 <= cell[c.PAYLOAD] <= cell[c.PAYLOAD] + cell[c.LENGTH] <= len(cut)
        assert cell[c.MISSING] >= 0
