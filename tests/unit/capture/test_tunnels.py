"""Tunnels over UDP are told from ordinary datagrams by port and shape."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import columns as c
from auditor.capture.frames import ETHERNET, IEEE_802_11
from auditor.capture.tunnels import CAPWAP, GENEVE, GTP_U, L2TP, LISP, MPLS, TEREDO, TZSP, VXLAN, VXLAN_GPE, carried
from tests.unit.capture.wire import CLIENT, SERVER, ethernet, ip, udp_datagram

INNER = ip(CLIENT, SERVER, 17, udp_datagram(40_000, 53, b"question of sixteen"))
SIX = struct.pack(">IHBB", 6 << 28, 8, 59, 64) + bytes(32) + bytes(8)
FRAME = ethernet(INNER)


def look(payload: bytes, port: int, *, source: int = 50_000) -> tuple[bool, int, int]:
    """Whether it is a tunnel's; kind and offset of what it carries."""
    cell = memoryview(np.zeros(c.PACKET_CELLS, np.int64))
    cell[c.PAYLOAD], cell[c.END], cell[c.LENGTH] = 0, len(payload), len(payload)
    cell[c.SRC_PORT], cell[c.DST_PORT] = source, port
    return carried(memoryview(payload), cell), cell[c.KIND], cell[c.AT]


@pytest.mark.parametrize(
    ("payload", "port", "kind", "at"),
    [
        (b"\x08\0\0\0\0\0\x07\0" + FRAME, VXLAN, ETHERNET, 8),
        (b"\x30\xff" + struct.pack(">HI", len(INNER), 7) + INNER, GTP_U, c.ANY_IP, 8),
        (b"\x32\xff" + struct.pack(">HI", len(INNER) + 4, 7) + b"\0\1\0\0" + INNER, GTP_U, c.ANY_IP, 12),
        (b"\x34\xff" + struct.pack(">HI", len(INNER) + 8, 7) + b"\0\0\0\x85" + b"\1\x10\0\0" + INNER, GTP_U, c.ANY_IP, 16),
        (SIX, TEREDO, c.ANY_IP, 0),
        (b"\0\0" + bytes(6) + SIX, TEREDO, c.ANY_IP, 8),
        (b"\0\1\0\0" + bytes(9) + b"\0\0" + bytes(6) + SIX, TEREDO, c.ANY_IP, 21),
        (b"\0\0\x65\x58\0\0\x07\0" + FRAME, GENEVE, ETHERNET, 8),
        (b"\1\0\x65\x58\0\0\x07\0" + bytes(4) + FRAME, GENEVE, ETHERNET, 12),
        (b"\0\0\x08\0\0\0\x07\0" + INNER, GENEVE, c.ANY_IP, 8),
        (b"\2\0\x86\xdd\0\0\x07\0" + bytes(8) + SIX, GENEVE, c.ANY_IP, 16),
        (b"\x0c\0\0\1\0\0\7\0" + INNER, VXLAN_GPE, c.ANY_IP, 8),
        (b"\x0c\0\0\3\0\0\7\0" + FRAME, VXLAN_GPE, ETHERNET, 8),
        (b"\0\2\0\1\0\1\xff\3\0\x21" + INNER, L2TP, c.ANY_IP, 10),
        (b"\x4a\2" + bytes(10) + b"\0\2xx\x21" + INNER, L2TP, c.ANY_IP, 17),
        (b"\1\0\0\1\1" + FRAME, TZSP, ETHERNET, 5),
        (b"\1\1\0\x12\0\x0a\1\xaa\1" + FRAME, TZSP, IEEE_802_11, 9),
        (b"\x0c\0\0\4\0\0\7\0" + FRAME, VXLAN_GPE, c.ETHERTYPE + 0x894F, 8),
        (b"\x80\0\0\0\0\0\0\1" + INNER, LISP, c.ANY_IP, 8),
        (b"\0\1\0\x40\0\1\1\x40" + INNER, MPLS, c.ETHERTYPE + 0x8847, 0),
        (b"\0\x10\2\0" + bytes(4) + FRAME, CAPWAP, ETHERNET, 8),
        (b"\0\x10\3\0" + bytes(4) + b"\x88\1" + bytes(24) + FRAME, CAPWAP, IEEE_802_11, 8),
        (b"\0\x10\3\0" + bytes(4) + b"\1\x88" + bytes(24) + FRAME, CAPWAP, c.LLC, 34),
    ],
)
def test_tunnels(payload: bytes, port: int, kind: int, at: int) -> None:
    """Each with its optional parts."""
    assert look(payload, port) == (True, kind, at)


@pytest.mark.parametrize(
    ("payload", "port"),
    [
        (b"\x08\0\0\0\0\0\x07\0" + FRAME, VXLAN_GPE),
        (b"\x0c\0\0\5\0\0\7\0" + FRAME, VXLAN_GPE),
        (b"\0\0\0\0\0\0\0\0" + bytes(40), LISP),
        (b"\0\1\0\x40" * 9 + INNER, MPLS),
        (b"\0\1\1\x40" + bytes(40), MPLS),
        (b"\1\x10\2\0" + bytes(4) + FRAME, CAPWAP),
        (b"\0\x10\2\x08" + bytes(40), CAPWAP),
        (b"\0\x10\2\x80" + bytes(4) + FRAME, CAPWAP),
        (b"\0\x10\3\0" + bytes(4) + b"\x80\0" + bytes(40), CAPWAP),
        (b"\xc8\2\0\x14" + bytes(16) + INNER, L2TP),
        (b"\0\2\0\1\0\1\xff\3\xc0\x21" + INNER, L2TP),
        (b"\x02\2\0\1\0\1\xff\xff" + INNER, L2TP),
        (b"\1\4\0\0\1" + bytes(20), TZSP),
        (b"\1\0\0\1" + b"\x0a\xff" * 10, TZSP),
        (b"\x09\0\0\0\0\0\x07\0" + FRAME, VXLAN),
        (b"\x30\xfe" + struct.pack(">HI", len(INNER), 7) + INNER, GTP_U),
        (b"\x30\xff" + struct.pack(">HI", len(INNER), 7) + b"\xff" * 30, GTP_U),
        (SIX[:39], TEREDO),
        (b"short", VXLAN),
        (b"\0\0\x08\0\0\0\x07\0" + FRAME, GENEVE),
        (b"\0\0\x08\x06\0\0\x07\0" + INNER, GENEVE),
        (b"\x40\0\x08\0\0\0\x07\0" + INNER, GENEVE),
    ],
)
def test_ordinary_datagrams(payload: bytes, port: int) -> None:
    """Another port, other flags, another content, too short."""
    assert look(payload, port)[0] is False


@given(st.binary(max_size=80), st.sampled_from((VXLAN, VXLAN_GPE, GTP_U, TEREDO, GENEVE, L2TP, TZSP, 8_472)), st.booleans())
def test_any_payload_returns(payload: bytes, port: int, back: bool) -> None:
    """And what is carried begins inside of it."""
    found, _, at = look(payload, 50_000, source=port) if back else look(payload, port)
    assert not found or at <= len(payload)
