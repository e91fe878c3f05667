"""Layers of a frame, and its lengths and checksums after a change: compared with scapy's."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.redact.layers import TCP, UDP, ends, fix_checksums, layers, put_payload
from auditor.redact.packet_blocks import Frame
from tests.unit.capture.wire import CLIENT, SERVER, ethernet, ip, packed, tcp_segment, udp_datagram

logging.getLogger("scapy.runtime").setLevel(logging.ERROR)
SIX, SEVEN = "fd00::1", "2001:db8::7"


def frame(data: bytes, original: int | None = None) -> Frame:
    return Frame(bytearray(data), len(data) if original is None else original, 1, b"")


PACKETS = {
    "tcp over 4": ethernet(ip(CLIENT, SERVER, 6, tcp_segment(40_000, 80, 1, 1, 24, b"hello"))),
    "tcp over 6": ethernet(ip(SIX, SEVEN, 6, tcp_segment(40_000, 80, 1, 1, 24, b"hello"))),
    "udp over 4": ethernet(ip(CLIENT, SERVER, 17, udp_datagram(40_000, 9_999, b"hello")[:6] + b"\1\1hello")),
    "udp over 6": ethernet(ip(SIX, SEVEN, 17, udp_datagram(40_000, 9_999, b"hello")[:6] + b"\1\1hello")),
    "tagged": ethernet(b"\0\5\x08\0" + ip(CLIENT, SERVER, 6, tcp_segment(40_000, 80, 1, 1, 24, b"hello")), 0x8100),
    "icmp": ethernet(ip(CLIENT, SERVER, 1, b"\x08\0\1\1\0\1\0\1hello")),
    "icmp6": ethernet(ip(SIX, SEVEN, 58, b"\x80\0\1\1\0\1\0\1hello")),
}


@pytest.mark.parametrize("name", PACKETS)
@pytest.mark.parametrize("payload", [b"HELLO", b"longer than before", b""])
def test_a_changed_packet_is_the_one_that_scapy_makes(name: str, payload: bytes) -> None:
    """Lengths and checksums of every layer."""
    from scapy.layers.l2 import Ether
    from scapy.packet import Packet

    changed = frame(PACKETS[name])
    found = layers(changed)
    payload = (
        payload if found.protocol in (TCP, UDP) else b"\x80\0\1\1\0\1\0\1HELLO" if name == "icmp6" else b"\x08\0\1\1\0\1\0\1HELLO"
    )
    assert put_payload(changed, found, payload)
    fix_checksums(changed, layers(changed))
    again = Ether(bytes(changed.data))
    layer: Packet = again
    while layer:
        for field in ("chksum", "len", "plen", "cksum"):
            layer.delfieldval(field) if field in layer.fields else None
        layer = layer.payload
    assert bytes(again) == bytes(changed.data)
    assert changed.original == len(changed.data)


def test_ends_are_address_and_port() -> None:
    """As the packet writes them."""
    one = frame(PACKETS["tcp over 4"])
    assert ends(one, layers(one)) == (packed(CLIENT) + (40_000).to_bytes(2), packed(SERVER) + (80).to_bytes(2))
    other = frame(PACKETS["icmp6"])
    assert ends(other, layers(other)) == (packed(SIX), packed(SEVEN))


def test_what_stands_behind_the_packet_becomes_zeros() -> None:
    """Padding of short frames holds what was in the memory of whoever sent them."""
    padded = frame(PACKETS["tcp over 4"] + b"leaks")
    put_payload(padded, layers(padded), b"HELLO")
    assert padded.data.endswith(b"HELLO" + bytes(5))


def test_a_checksum_over_bytes_that_are_not_there_stays() -> None:
    """A packet that the snap length cut."""
    cut = frame(PACKETS["udp over 4"][:-2], len(PACKETS["udp over 4"]))
    found = layers(cut)
    fix_checksums(cut, found)
    assert found.missing == 2
    assert bytes(cut.data[40:42]) == b"\1\1"


def test_a_length_that_has_no_place_is_refused() -> None:
    """Sixteen bits hold it."""
    one = frame(PACKETS["udp over 4"])
    assert not put_payload(one, layers(one), bytes(70_000))
    assert bytes(one.data) == PACKETS["udp over 4"]


@given(st.binary(max_size=120))
def test_any_frame_has_layers_within_itself(data: bytes) -> None:
    """And its checksums can be made, whatever its headers claim."""
    for link in (1, 101, 113, 0, 127):
        one = Frame(bytearray(data), len(data), link, b"")
        found = layers(one)
        assert 0 <= found.payload <= len(data)
        assert found.payload + max(found.size, 0) <= len(data)
        if found.heads:
            fix_checksums(one, found)
        assert len(one.data) == len(data)
