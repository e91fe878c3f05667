"""A made-up local network for tests: frames between devices that have link addresses, and the datagrams that devices name themselves in."""

import struct
from dataclasses import dataclass, field

from tests.unit.capture.wire import ACK, MILLISECOND, PSH, START, SYN, ip, packed, tcp_segment, udp_datagram

PRINTER, PHONE, ROUTER = "192.168.50.40", "192.168.50.21", "192.168.50.1"
MACS = {
    PRINTER: bytes.fromhex("c04e30111207"),
    PHONE: bytes.fromhex("da0011223344"),
    ROUTER: bytes.fromhex("00005e005301"),
}
"""Espressif's prefix; one made up by the phone; the documentation's."""
EVERYONE = b"\xff" * 6


@dataclass
class Lan:
    """Frames in the order of their capture. Whoever is not of the network is reached through the router."""

    frames: list[tuple[int, bytes]] = field(default_factory=list)
    now: int = START

    def add(self, source: str, target: str, packet: bytes, kind: int = 0x0800) -> None:
        """One packet, a millisecond later."""
        self.now += MILLISECOND
        group = target.startswith(("224.", "239.", "255."))
        there = EVERYONE if group else MACS.get(target, MACS[ROUTER])
        self.frames.append((self.now, there + MACS.get(source, MACS[ROUTER]) + struct.pack(">H", kind) + packet))

    def udp(self, source: str, sport: int, target: str, dport: int, data: bytes) -> None:
        self.add(source, target, ip(source, target, 17, udp_datagram(sport, dport, data)))

    def tcp(self, source: str, sport: int, target: str, dport: int, flags: int, data: bytes = b"", seq: int = 1) -> None:
        self.add(source, target, ip(source, target, 6, tcp_segment(sport, dport, seq, 1, flags, data)))

    def talk(self, client: str, server: str, port: int, up: bytes, down: bytes = b"", sport: int = 50_000) -> None:
        """A connection with one request and one answer."""
        self.tcp(client, sport, server, port, SYN, seq=100)
        self.tcp(server, port, client, sport, SYN | ACK, seq=900)
        at = 101
        for start in range(0, len(up), 1000):
            part = up[start : start + 1000]
            self.tcp(client, sport, server, port, ACK | PSH, part, seq=at)
            at += len(part)
        if down:
            self.tcp(server, port, client, sport, ACK | PSH, down, seq=901)

    def arp(self, source: str, target: str) -> None:
        message = b"\0\1\x08\0\6\4\0\1" + MACS[source] + packed(source) + b"\0" * 6 + packed(target)
        self.add(source, target, message, 0x0806)


def dhcp_request(mac: bytes, name: bytes = b"", vendor: bytes = b"", wanted: bytes = b"\x01\x03\x06\x0f") -> bytes:
    """A DHCPREQUEST."""
    head = b"\x01\x01\x06\x00" + b"\0\0\0\1" + b"\0" * 20 + mac.ljust(16, b"\0") + b"\0" * 192 + b"\x63\x82\x53\x63"
    options = b"\x35\x01\x03" + b"\x37" + bytes([len(wanted)]) + wanted
    for code, value in ((12, name), (60, vendor)):
        options += bytes([code, len(value)]) + value if value else b""
    return head + options + b"\xff"


def dns_name(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def mdns_answer(*records: tuple[str, int, bytes]) -> bytes:
    """An unsolicited announcement: (name, type, data) each."""
    body = b"".join(dns_name(name) + struct.pack(">HHIH", kind, 1, 120, len(data)) + data for name, kind, data in records)
    return struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + body


def mqtt_connect(client: bytes, user: bytes = b"", password: bytes = b"") -> bytes:
    flags = (0x80 if user else 0) | (0x40 if password else 0) | 2
    texts = b"".join(len(text).to_bytes(2) + text for text in (client, user, password) if text)
    body = b"\0\4MQTT\4" + bytes([flags]) + b"\0\x3c" + texts
    return b"\x10" + bytes([len(body)]) + body


def mqtt_publish(topic: bytes, payload: bytes) -> bytes:
    body = len(topic).to_bytes(2) + topic + payload
    return b"\x30" + bytes([len(body)]) + body
