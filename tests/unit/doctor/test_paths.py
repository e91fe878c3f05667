"""Frames of a phone: through the proxy, around it, QUIC, DNS over TLS, and whatever else is on a wire."""

import ipaddress
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.doctor.paths import Place, Way, way_of

PHONE, SERVER, LAPTOP = "192.168.50.21", "198.51.100.9", "192.168.50.1"
PLACE = Place(phone=ipaddress.ip_address(PHONE), proxy_port=8080)
SYN, SYN_ACK = 0x02, 0x12


def _tcp(port: int, flags: int = SYN) -> bytes:
    return pack("!HHIIBBHHH", 40_000, port, 1, 0, 0x50, flags, 1024, 0, 0)


def _udp(port: int, payload: bytes = b"\xc0\x00\x00\x00\x01rest!") -> bytes:
    return pack("!HHHH", 40_000, port, 8 + len(payload), 0) + payload


def _frame(target: str, protocol: int, payload: bytes, source: str = PHONE, vlan: bytes = b"") -> bytes:
    first, second = ipaddress.ip_address(source), ipaddress.ip_address(target)
    macs = b"\x02" * 12 + vlan
    if first.version == 4:
        return (
            macs
            + b"\x08\x00"
            + pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0)
            + first.packed
            + second.packed
            + payload
        )
    return macs + b"\x86\xdd" + pack("!IHBB", 6 << 28, len(payload), protocol, 64) + first.packed + second.packed + payload


@pytest.mark.parametrize(
    ("frame", "way"),
    [
        (_frame(LAPTOP, 6, _tcp(8080)), Way.PROXY),
        (_frame(SERVER, 6, _tcp(443)), Way.AROUND),
        (_frame(SERVER, 6, _tcp(80)), Way.AROUND),
        (_frame(SERVER, 6, _tcp(443), vlan=b"\x81\x00\x00\x05"), Way.AROUND),
        (_frame(SERVER, 6, _tcp(443, SYN_ACK)), None),
        (_frame(SERVER, 6, _tcp(22)), None),
        (_frame("192.168.50.40", 6, _tcp(80)), None),
        (_frame(SERVER, 17, _udp(443)), Way.QUIC),
        (_frame(SERVER, 17, _udp(443, b"\x40short header")), None),
        (_frame(SERVER, 17, _udp(53)), None),
        (_frame(SERVER, 6, _tcp(853)), Way.PRIVATE_DNS),
        (_frame("192.168.50.1", 6, _tcp(853)), Way.PRIVATE_DNS),
        (_frame(SERVER, 6, _tcp(443), source="192.168.50.22"), None),
        (_frame(SERVER, 1, b"\x08\x00" * 8), None),
    ],
)
def test_the_way_of_a_packet(frame: bytes, way: Way | None) -> None:
    found = way_of(frame, PLACE)
    assert (found[0] if found else None) == way


def test_a_phone_with_an_ipv6_address() -> None:
    place = Place(phone=ipaddress.ip_address("2001:db8::21"), proxy_port=8080)
    assert way_of(_frame("2001:db8:1::9", 6, _tcp(443), source="2001:db8::21"), place) == (Way.AROUND, "2001:db8:1::9")


@given(st.binary(max_size=120))
def test_any_frame_has_a_way_or_none(frame: bytes) -> None:
    found = way_of(frame, PLACE)
    assert found is None or isinstance(found[0], Way)


@given(st.integers(0, 60))
def test_a_frame_that_was_cut_short_is_none_or_the_same(length: int) -> None:
    whole = _frame(SERVER, 6, _tcp(443))
    assert way_of(whole[:length], PLACE) in (None, way_of(whole, PLACE))
