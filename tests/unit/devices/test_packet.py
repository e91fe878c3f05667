"""One frame at a time: the short way for Ethernet and the long way for everything else say the same."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.frames import ETHERNET, IEEE_802_11, RADIOTAP, RAW
from auditor.devices.packet import ARP, TCP, UDP, Packet, _slowly, link_addresses, read_packet
from tests.unit.capture.wire import ip, packed, tcp_segment, udp_datagram
from tests.unit.devices.lan import MACS, PHONE, PRINTER, Lan

AT = 1_790_000_000_000_000_000


def frame_of(packet: bytes, kind: int = 0x0800) -> bytes:
    return MACS[PHONE] + MACS[PRINTER] + struct.pack(">H", kind) + packet


TCP_PACKET = ip(PRINTER, PHONE, 6, tcp_segment(50_000, 9_100, 7, 8, 24, b"@PJL"))
UDP_PACKET = ip(PRINTER, PHONE, 17, udp_datagram(5353, 5353, b"hello"))
SIX = ip("fe80::1", "fe80::2", 17, udp_datagram(1000, 2000, b"six"))


@pytest.mark.parametrize(
    ("packet", "transport", "ports", "payload"),
    [(TCP_PACKET, TCP, (50_000, 9_100), b"@PJL"), (UDP_PACKET, UDP, (5353, 5353), b"hello")],
)
def test_the_short_way_reads_tcp_and_udp(packet: bytes, transport: int, ports: tuple[int, int], payload: bytes) -> None:
    found = read_packet(ETHERNET, AT, frame_of(packet) + b"\0" * 6)  # Ethernet pads short frames
    assert found is not None
    assert (found.transport, (found.source_port, found.target_port), found.payload) == (transport, ports, payload)
    assert (found.source_mac, found.target_mac) == (MACS[PRINTER], MACS[PHONE])
    assert (found.source, found.target, found.at) == (packed(PRINTER), packed(PHONE), AT)


@pytest.mark.parametrize("packet", [TCP_PACKET, UDP_PACKET])
def test_both_ways_say_the_same(packet: bytes) -> None:
    assert read_packet(ETHERNET, AT, frame_of(packet)) == _slowly(ETHERNET, AT, frame_of(packet))


@pytest.mark.parametrize("tags", [b"\x00\x07", b"\x00\x07\x81\x00\x00\x08"])
def test_vlan_tags_are_gone_over(tags: bytes) -> None:
    found = read_packet(ETHERNET, AT, frame_of(tags + b"\x08\x00" + UDP_PACKET, 0x8100))
    assert found is not None
    assert found.payload == b"hello"


def test_ipv6_and_links_without_addresses_take_the_long_way() -> None:
    six = read_packet(ETHERNET, AT, frame_of(SIX, 0x86DD))
    assert six is not None
    assert (six.source, six.payload, six.source_mac) == (packed("fe80::1"), b"six", MACS[PRINTER])
    raw = read_packet(RAW, AT, UDP_PACKET)
    assert raw is not None
    assert (raw.source_mac, raw.payload) == (b"", b"hello")


def test_arp_is_a_packet_of_its_own() -> None:
    lan = Lan()
    lan.arp(PRINTER, PHONE)
    found = read_packet(ETHERNET, AT, lan.frames[0][1] + b"\0" * 18)
    assert found is not None
    assert (found.transport, found.payload[:2]) == (ARP, b"\0\1")


def wifi(way: int) -> bytes:
    """A data frame of 802.11 whose addresses are 01.., 02.., 03.., 04..; from the printer's LLC on as any."""
    addresses = [bytes([number]) * 6 for number in (1, 2, 3)]
    extra = b"\4" * 6 if way == 3 else b""
    return b"\x08" + bytes([way]) + b"\0\0" + b"".join(addresses) + b"\0\0" + extra + b"\xaa\xaa\x03\0\0\0\x08\0" + UDP_PACKET


@pytest.mark.parametrize(("way", "source", "target"), [(0, 2, 1), (1, 2, 3), (2, 3, 1), (3, 4, 3)])
def test_wifi_addresses_depend_on_the_way(way: int, source: int, target: int) -> None:
    for link, frame in ((IEEE_802_11, wifi(way)), (RADIOTAP, b"\0\0\x08\0\0\0\0\0" + wifi(way))):
        assert link_addresses(link, frame) == (bytes([source]) * 6, bytes([target]) * 6)
        found = read_packet(link, AT, frame)
        assert found is not None
        assert found.payload == b"hello"


def test_fragments_and_other_protocols_are_no_packets_here() -> None:
    assert read_packet(ETHERNET, AT, frame_of(ip(PRINTER, PHONE, 17, b"x" * 40, fragment=0x2000))) is None
    assert read_packet(ETHERNET, AT, frame_of(b"\0" * 60, 0x88CC)) is None


@given(st.sampled_from([ETHERNET, IEEE_802_11, RADIOTAP, RAW, 276]), st.binary(max_size=200))
def test_any_bytes_give_a_packet_or_none(link: int, frame: bytes) -> None:
    found = read_packet(link, AT, frame)
    assert found is None or isinstance(found, Packet)


@given(st.integers(0, 70), st.binary(min_size=1, max_size=4))
def test_a_frame_that_was_bent_never_leads_outside(at: int, noise: bytes) -> None:
    frame = bytearray(frame_of(TCP_PACKET))
    frame[at : at + len(noise)] = noise
    found = read_packet(ETHERNET, AT, bytes(frame))
    assert found is None or len(found.payload) <= len(frame)
