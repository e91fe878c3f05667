"""Link layers: every link type leads to the same conversation."""

import struct
from pathlib import Path

import pytest

from auditor.capture.conversations import MAX_SUBFRAMES
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, START, ethernet, ip, pcap, udp_datagram

PACKET = ip(CLIENT, SERVER, 17, udp_datagram(4_000, 5_000, b"hello"))
PACKET_6 = ip("2001:db8::1", "2001:db8::2", 17, udp_datagram(4_000, 5_000, b"hello"))
SNAP = bytes.fromhex("aaaa03000000")
WIFI = b"\x08\x02" + bytes(22)
RADIOTAP = b"\0\0\x0c\0\0\0\0\0" + bytes(4)
SEALED = "1 frames are encrypted below IP (Wi-Fi, MACsec): what they carry cannot be seen"

CASES: dict[str, tuple[int, bytes]] = {
    "ethernet": (1, ethernet(PACKET)),
    "ethernet ipv6": (1, ethernet(PACKET_6)),
    "vlan": (1, ethernet(b"\0\x05\x08\0" + PACKET, 0x8100)),
    "qinq": (1, ethernet(b"\0\x05\x81\0\0\x06\x08\0" + PACKET, 0x88A8)),
    "mpls, two labels": (1, ethernet(b"\0\x01\0\x40\0\x01\x01\x40" + PACKET, 0x8847)),
    "mpls, a pseudowire": (1, ethernet(b"\0\x01\x01\x40" + bytes(4) + 2 * b"\0\x1b\x21\0\0\1" + b"\x08\0" + PACKET, 0x8847)),
    "pppoe": (1, ethernet(b"\x11\0\0\x01" + struct.pack(">H", len(PACKET) + 2) + b"\0\x21" + PACKET, 0x8864)),
    "802.3 with snap": (1, ethernet(SNAP + b"\x08\0" + PACKET, len(PACKET) + 8)),
    "raw": (101, PACKET),
    "raw ipv6": (101, PACKET_6),
    "ipv4": (228, PACKET),
    "ipv6": (229, PACKET_6),
    "raw of bsd": (12, PACKET),
    "cooked v1": (113, b"\0\0\0\x01\0\x06" + bytes(8) + b"\x08\0" + PACKET),
    "cooked v2": (276, b"\x08\0" + bytes(18) + PACKET),
    "loopback, little-endian": (0, b"\x02\0\0\0" + PACKET),
    "loopback, big-endian, ipv6": (0, b"\0\0\0\x1e" + PACKET_6),
    "loop": (108, b"\0\0\0\x02" + PACKET),
    "ppp": (9, b"\xff\x03\0\x21" + PACKET),
    "ppp, compressed": (9, b"\x21" + PACKET),
    "ppp in hdlc, ipv6": (50, b"\xff\x03\0\x57" + PACKET_6),
    "ppp of pppd": (166, b"\1\3\0\x21" + PACKET),
    "ppp with a direction": (204, b"\1\xff\3\0\x21" + PACKET),
    "cisco hdlc": (104, b"\x0f\0\x08\0" + PACKET),
    "ppp over ethernet, alone": (51, b"\x11\0\0\1\0\0\0\x21" + PACKET),
    "nflog": (239, b"\2\0\0\0" + struct.pack("<HH", 6, 1) + bytes(4) + struct.pack("<HH", 4 + len(PACKET), 9) + PACKET),
    "802.11": (105, WIFI + SNAP + b"\x08\0" + PACKET),
    "802.11 with qos": (105, b"\x88\x02" + bytes(24) + SNAP + b"\x08\0" + PACKET),
    "802.11 between access points": (105, b"\x08\x03" + bytes(28) + SNAP + b"\x08\0" + PACKET),
    "radiotap": (127, RADIOTAP + WIFI + SNAP + b"\x08\0" + PACKET),
    "radiotap with padding": (
        127,
        b"\0\0\x19\0\3\0\0\x80" + bytes(16) + b"\x20" + b"\x88\x02" + bytes(26) + SNAP + b"\x08\0" + PACKET,
    ),
    "prism": (119, bytes(144) + WIFI + SNAP + b"\x08\0" + PACKET),
    "avs": (163, bytes(64) + WIFI + SNAP + b"\x08\0" + PACKET),
    "ppi with 802.11": (192, b"\0\0\x08\0\x69\0\0\0" + WIFI + SNAP + b"\x08\0" + PACKET),
    "macsec, not encrypted": (1, ethernet(b"\x22\0\0\0\0\1" + bytes(8) + b"\x08\0" + PACKET + bytes(16), 0x88E5)),
    "macsec without a channel's name": (1, ethernet(b"\x02\0\0\0\0\1" + b"\x08\0" + PACKET + bytes(16), 0x88E5)),
    "802.3 with the access point of ip": (1, ethernet(b"\x06\x06\x03" + PACKET, len(PACKET) + 3)),
    "cisco metadata": (1, ethernet(b"\1\1\0\1\0\5\x08\0" + PACKET, 0x8909)),
    "vn-tag": (1, ethernet(b"\0\0\0\1\x08\0" + PACKET, 0x8926)),
    "hsr": (1, ethernet(b"\0\x40\0\1\x08\0" + PACKET, 0x892F)),
    "redundancy tag": (1, ethernet(b"\0\0\0\1\x08\0" + PACKET, 0xF1C1)),
    "provider backbone": (1, ethernet(b"\0\0\0\5" + ethernet(PACKET), 0x88E7)),
    "fabric path": (1, ethernet(b"\0\1" + ethernet(PACKET), 0x8903)),
    "trill": (1, ethernet(b"\0\x60\0\1\0\2" + bytes(4) + ethernet(PACKET), 0x22F3)),
    "mesh": (1, ethernet(b"\x40\x0f\x32\1" + bytes(6) + ethernet(PACKET), 0x4305)),
    "mesh, with the sender": (1, ethernet(b"\x42\x0f\x32\1" + bytes(14) + ethernet(PACKET), 0x4305)),
    "mesh, broadcast": (1, ethernet(b"\1\x0f\x32\1" + bytes(10) + ethernet(PACKET), 0x4305)),
    "service chain": (1, ethernet(b"\x0f\xc2\2\3\0\0\1\xff" + ethernet(PACKET), 0x894F)),
    "service chain with ip": (1, ethernet(b"\x0f\xc2\2\1\0\0\1\xff" + PACKET, 0x894F)),
    "token ring": (6, b"\x10\x40" + bytes(12) + SNAP + b"\x08\0" + PACKET),
    "token ring, routed": (6, b"\x10\x40" + bytes(6) + b"\x80" + bytes(5) + b"\x06\x80" + bytes(4) + SNAP + b"\x08\0" + PACKET),
    "fddi": (10, b"\x50" + bytes(12) + SNAP + b"\x08\0" + PACKET),
    "atm": (100, SNAP + b"\x08\0" + PACKET),
    "ipsec of openbsd": (109, struct.pack("<III", 2, 0, 0) + PACKET),
    "firewall's log": (117, b"\x3d\2\0\0" + bytes(60) + PACKET_6),
    "fibre channel": (122, bytes(16) + SNAP + b"\x08\0" + PACKET),
    "firewire": (138, bytes(16) + b"\x86\xdd" + PACKET_6),
    "broadcom's tag": (281, bytes(16) + b"\x08\0" + PACKET),
    "broadcom's tag first": (282, bytes(4) + ethernet(PACKET)),
    "marvell's tag": (284, bytes(12) + b"\xc0\0\0\0\x08\0" + PACKET),
    "marvell's tag with a type": (285, bytes(12) + b"\xda\xda\0\0\xc0\0\0\0\x08\0" + PACKET),
    "pktap": (258, struct.pack("<III", 108, 1, 1) + bytes(96) + ethernet(PACKET)),
}


@pytest.mark.parametrize("name", CASES)
def test_every_link_type_leads_to_the_payload(name: str, tmp_path: Path) -> None:
    link, frame = CASES[name]
    result = read(pcap([(START, frame)], link=link), tmp_path)
    (flow,) = result.flows
    assert (flow["flow_id"], flow["client_port"], flow["server_port"]) == ("udp-0", 4_000, 5_000)
    assert flow["client_ip"] in (CLIENT, "2001:db8::1")
    assert flow["bytes_up"] == len(frame)
    (message,) = result.messages
    (piece,) = message.pieces
    assert piece.data == b"hello"
    assert frame[piece.places[0].offset :].startswith(b"hello")


@pytest.mark.parametrize("name", CASES)
def test_a_frame_cut_anywhere_returns(name: str, tmp_path: Path) -> None:
    link, frame = CASES[name]
    frames = [(START + size, frame[:size]) for size in range(len(frame))]
    result = read(pcap(frames, link=link), tmp_path)
    assert sum(flow["packets_up"] for flow in result.flows) <= len(frames)


@pytest.mark.parametrize(
    ("link", "frame", "note"),
    [
        (147, bytes(60), "1 packets have a link type that is not known (147)"),
        (1, ethernet(bytes(28), 0x0806), "1 frames carry no IP"),
        (105, b"\x08\x42" + bytes(60), SEALED),
        (127, RADIOTAP + b"\x88\x41" + bytes(60), SEALED),
        (105, b"\xc8\x41" + bytes(60), "1 frames carry no IP"),
        (105, b"\xb0\x40" + bytes(60), "1 frames carry no IP"),
        (1, ethernet(b"\x2c\0\0\0\0\1" + bytes(50), 0x88E5), SEALED),
        (1, ethernet(PACKET[:30]), "1 packets have headers that are cut or lie"),
    ],
    ids=[
        "unknown link type", "arp", "protected 802.11", "protected 802.11 behind radiotap", "802.11 without data",
        "802.11 authentication", "protected macsec", "cut",
    ],
)  # fmt: skip
def test_what_carries_no_ip_is_counted(link: int, frame: bytes, note: str, tmp_path: Path) -> None:
    result = read(pcap([(START, frame)], link=link), tmp_path)
    assert not any(flow["packets_down"] for flow in result.flows)
    assert note in result.reading.notes or len(result.flows) == 1


def _several(*packets: bytes, cut: int | None = None) -> bytes:
    """An A-MSDU."""
    frame = b"\x88\x02" + bytes(22) + b"\x80\0"
    for number, packet in enumerate(packets):
        frame += bytes(-(len(frame) - 26) % 4) if number else b""
        frame += bytes(12) + struct.pack(">H", len(packet) + 8) + SNAP + b"\x08\0" + packet
    return frame[:cut]


def test_every_packet_of_several_in_one_frame_is_read(tmp_path: Path) -> None:
    """Each at its own place; those behind the last that is whole are not made up."""
    packets = [ip(CLIENT, SERVER, 17, udp_datagram(4_000, 5_000 + number, b"hello" * (number + 1))) for number in range(3)]
    frame = _several(*packets)
    result = read(pcap([(START, frame), (START, _several(packets[0], cut=78))], link=105), tmp_path)
    assert [(flow["server_port"], flow["packets_up"], flow["bytes_up"]) for flow in result.flows] == [
        (5_000, 2, len(frame) + 78), (5_001, 1, len(frame)), (5_002, 1, len(frame)),
    ]  # fmt: skip
    for number, message in enumerate(result.messages[:3]):
        (piece,) = message.pieces
        assert frame[piece.places[0].offset :].startswith(b"hello" * (number + 1)) and piece.data == b"hello" * (number + 1)


def test_lengths_that_lie_in_several_in_one_frame_return(tmp_path: Path) -> None:
    """None, too long, and more frames than are followed."""
    frames = [b"\x88\x02" + bytes(22) + b"\x80\0" + part * 40 for part in (bytes(14), b"\xff" * 14, bytes(13) + b"\1")]
    assert read(pcap([(START, frame) for frame in frames], link=105), tmp_path).flows == []


def test_packets_behind_a_fragment_in_one_frame_are_read(tmp_path: Path) -> None:
    """Wherever it stands among them, and also where it completes its datagram."""
    whole = ip(CLIENT, SERVER, 17, udp_datagram(4_000, 5_000, b"hello" * 20))
    first = whole[:2] + struct.pack(">H", 20 + 64) + whole[4:6] + b"\x20\0" + whole[8 : 20 + 64]
    last = whole[:2] + struct.pack(">H", len(whole) - 64) + whole[4:6] + b"\0\x08" + whole[8:20] + whole[20 + 64 :]
    others = [ip(CLIENT, SERVER, 17, udp_datagram(4_000, 6_000 + number, b"other")) for number in range(3)]
    frames = [_several(first, others[0]), _several(others[1], last, others[2])]
    result = read(pcap([(START, frame) for frame in frames], link=105), tmp_path)
    assert sorted(flow["server_port"] for flow in result.flows) == [5_000, 6_000, 6_001, 6_002]
    assert b"hello" * 20 in [piece.data for message in result.messages for piece in message.pieces]
    assert result.reading.notes == ("2 packets are IP fragments",)


def test_more_packets_in_one_frame_than_are_followed_are_said(tmp_path: Path) -> None:
    packets = [ip(CLIENT, SERVER, 17, udp_datagram(4_000, 5_000 + number, b"hello")) for number in range(MAX_SUBFRAMES + 1)]
    result = read(pcap([(START, _several(*packets))], link=105), tmp_path)
    assert (len(result.flows), result.reading.notes) == (MAX_SUBFRAMES, ("1 packets have headers that are cut or lie",))
