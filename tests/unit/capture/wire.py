"""Makes packets and capture files from code: headers are written out here, so that the tests do not trust what they test."""

import ipaddress
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

START = 1_790_000_000_000_000_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
CLIENT, SERVER, RESOLVER = "192.168.50.40", "198.51.100.7", "192.168.50.1"
SYN, ACK, FIN, RST, PSH = 2, 16, 1, 4, 8


def packed(address: str) -> bytes:
    return ipaddress.ip_address(address).packed


def ip(
    source: str, target: str, protocol: int, payload: bytes, *, ident: int = 0, fragment: int = 0, total: int | None = None
) -> bytes:
    """An IPv4 or IPv6 packet, as the addresses say."""
    if ":" in source:
        return struct.pack(">IHBB", 6 << 28, len(payload), protocol, 64) + packed(source) + packed(target) + payload
    size = 20 + len(payload) if total is None else total
    head = struct.pack(">BBHHHBBH", 0x45, 0, size, ident, fragment, 64, protocol, 0)
    return head + packed(source) + packed(target) + payload


def tcp_segment(sport: int, dport: int, seq: int, ack: int, flags: int, data: bytes = b"") -> bytes:
    return struct.pack(">HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags, 65_535, 0, 0) + data


def udp_datagram(sport: int, dport: int, data: bytes) -> bytes:
    return struct.pack(">HHHH", sport, dport, 8 + len(data), 0) + data


def ethernet(packet: bytes, kind: int | None = None) -> bytes:
    if kind is None:
        kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return bytes.fromhex("020000000001020000000002") + struct.pack(">H", kind) + packet


@dataclass
class Wire:
    """Frames in the order of their capture."""

    frames: list[tuple[int, bytes]] = field(default_factory=list)
    now: int = START

    def add(self, packet: bytes, *, kind: int | None = None) -> None:
        """An IP packet, one millisecond later."""
        self.now += MILLISECOND
        self.frames.append((self.now, ethernet(packet, kind)))

    def udp(self, source: str, sport: int, target: str, dport: int, data: bytes) -> None:
        self.add(ip(source, target, 17, udp_datagram(sport, dport, data)))

    def resolve(
        self, name: str, address: str, *, chain: tuple[str, ...] = (), ttl: int = 60, client: str = CLIENT, port: int = 40_000
    ) -> None:
        """A query and its answer."""
        query = dns_message(name)
        self.udp(client, port, RESOLVER, 53, query)
        self.udp(RESOLVER, 53, client, port, dns_message(name, address, chain=chain, ttl=ttl))

    def connect(
        self, server: str = SERVER, port: int = 443, *, client: str = CLIENT, sport: int = 50_000, seq: int = 1_000
    ) -> "Tcp":
        return Tcp(self, client, sport, server, port, seq)

    def pcap(self, **options: int) -> bytes:
        return pcap(self.frames, **options)


@dataclass
class Tcp:
    """A TCP connection on a wire; sides 0 (client) and 1 (server)."""

    wire: Wire
    client: str
    sport: int
    server: str
    dport: int
    first: int
    seq: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seq = [self.first, 900_000]

    def send(self, side: int, flags: int, data: bytes = b"", *, seq: int | None = None) -> None:
        """One segment, without moving on."""
        ends = ((self.client, self.sport), (self.server, self.dport))
        (source, sport), (target, dport) = ends[side], ends[1 - side]
        number = self.seq[side] if seq is None else seq
        self.wire.add(ip(source, target, 6, tcp_segment(sport, dport, number, self.seq[1 - side], flags, data)))

    def open(self) -> "Tcp":
        self.send(0, SYN)
        self.seq[0] += 1
        self.send(1, SYN | ACK)
        self.seq[1] += 1
        self.send(0, ACK)
        return self

    def up(self, data: bytes, size: int = 1_400) -> "Tcp":
        return self._data(0, data, size)

    def down(self, data: bytes, size: int = 1_400) -> "Tcp":
        return self._data(1, data, size)

    def _data(self, side: int, data: bytes, size: int) -> "Tcp":
        for at in range(0, len(data), size):
            part = data[at : at + size]
            self.send(side, ACK | PSH, part)
            self.seq[side] += len(part)
        return self

    def close(self) -> "Tcp":
        for side in (0, 1):
            self.send(side, FIN | ACK)
            self.seq[side] += 1
        self.send(0, ACK)
        return self


def pcap(
    frames: Iterable[tuple[int, bytes]],
    *,
    link: int = 1,
    big: int = 0,
    nanoseconds: int = 1,
    snap: int = 262_144,
    modified: int = 0,
    cut: int = 0,
) -> bytes:
    """A pcap file; `cut` is the number of bytes kept of each frame."""
    order = ">" if big else "<"
    magic = 0xA1B2CD34 if modified else 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    parts = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link)]
    for at, frame in frames:
        kept = frame[:cut] if cut else frame
        fraction = at % SECOND if nanoseconds and not modified else at % SECOND // 1_000
        parts.append(struct.pack(order + "IIII", at // SECOND, fraction, len(kept), len(frame)))
        parts.append(bytes(8) if modified else b"")
        parts.append(kept)
    return b"".join(parts)


def option(code: int, value: bytes, big: int = 0) -> bytes:
    return struct.pack((">" if big else "<") + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind: int, body: bytes, *, big: int = 0, total: int | None = None, trailer: int | None = None) -> bytes:
    """A pcapng block; its two lengths may lie."""
    body += bytes(-len(body) % 4)
    order = ">" if big else "<"
    size = 12 + len(body) if total is None else total
    return struct.pack(order + "II", kind, size) + body + struct.pack(order + "I", size if trailer is None else trailer)


def section(big: int = 0) -> bytes:
    return block(0x0A0D0D0A, struct.pack((">" if big else "<") + "IHHq", 0x1A2B3C4D, 1, 0, -1), big=big)


def interface(link: int = 1, *, snap: int = 0, options: bytes = b"", big: int = 0) -> bytes:
    return block(1, struct.pack((">" if big else "<") + "HHI", link, 0, snap) + options, big=big)


def enhanced(
    at: int, frame: bytes, *, number: int = 0, big: int = 0, ticks: int | None = None, original: int | None = None
) -> bytes:
    """An enhanced packet block; ticks are microseconds unless given."""
    stamp = at // 1_000 if ticks is None else ticks
    size = len(frame) if original is None else original
    head = struct.pack((">" if big else "<") + "IIIII", number, stamp >> 32, stamp & 0xFFFFFFFF, len(frame), size)
    return block(6, head + frame, big=big)


def pcapng(frames: Iterable[tuple[int, bytes]], *, big: int = 0, link: int = 1) -> bytes:
    return section(big) + interface(link, big=big) + b"".join(enhanced(at, frame, big=big) for at, frame in frames)


def of_users(frames: Iterable[tuple[int, bytes]], user_of: dict[int, tuple[int, str]], *, big: int = 0) -> bytes:
    """A pcapng file as PCAPdroid writes it: a comment at each packet, and whose each user id is; `user_of` the client's port."""
    order = ">" if big else "<"
    data, told = section(big) + interface(101, big=big), set()
    for at, frame in frames:
        user, app = next(found for port, found in user_of.items() if port in struct.unpack_from(">HH", frame, 34))
        if user not in told:
            told.add(user)
            data += block(0xBAD, struct.pack(order + "IHBxI2B", 62_652, 1, 1, user, 0, len(app)) + app.encode(), big=big)
        packet = frame[14:]
        stamp = at // 1_000
        head = struct.pack(order + "IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), len(packet))
        data += block(6, head + packet + bytes(-len(packet) % 4) + option(1, b"u-%d" % user, big), big=big)
    return data


def dns_name(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in name.encode().split(b".") if label) + b"\0"


def dns_message(
    name: str, address: str | None = None, *, chain: tuple[str, ...] = (), ttl: int = 60, kind: int | None = None
) -> bytes:
    """A query, or with an address its answer behind a chain of canonical names."""
    asked = kind or (28 if address and ":" in address else 1)
    question = dns_name(name) + struct.pack(">HH", asked, 1)
    if address is None:
        return struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + question
    records, owner = b"", name
    for target in chain:
        value = dns_name(target)
        records += dns_name(owner) + struct.pack(">HHIH", 5, 1, ttl, len(value)) + value
        owner = target
    value = packed(address)
    records += dns_name(owner) + struct.pack(">HHIH", 28 if ":" in address else 1, 1, ttl, len(value)) + value
    return struct.pack(">HHHHHH", 7, 0x8180, 1, len(chain) + 1, 0, 0) + question + records


def extension(kind: int, body: bytes) -> bytes:
    return struct.pack(">HH", kind, len(body)) + body


def server_name(name: str | bytes) -> bytes:
    raw = name.encode() if isinstance(name, str) else name
    return extension(0, struct.pack(">HBH", len(raw) + 3, 0, len(raw)) + raw)


def alpn(*protocols: str) -> bytes:
    listed = b"".join(bytes([len(name)]) + name.encode() for name in protocols)
    return extension(16, struct.pack(">H", len(listed)) + listed)


def handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def client_hello(
    name: str | bytes | None = "api.example.com", *, protocols: tuple[str, ...] = ("h2", "http/1.1"), more: bytes = b""
) -> bytes:
    """A ClientHello message with GREASE, TLS 1.3 offered."""
    extensions = extension(0x0A0A, b"") + (server_name(name) if name else b"") + (alpn(*protocols) if protocols else b"")
    extensions += extension(43, bytes.fromhex("067a7a03040303")) + more
    body = b"\x03\x03" + bytes(range(32)) + bytes([32]) + bytes(32) + b"\x00\x04\x0a\x0a\x13\x01\x01\x00"
    return handshake(1, body + struct.pack(">H", len(extensions)) + extensions)


def server_hello(*, version: int = 0x0304, protocol: str | None = None) -> bytes:
    extensions = extension(43, struct.pack(">H", version)) if version == 0x0304 else b""
    extensions += alpn(protocol) if protocol else b""
    body = b"\x03\x03" + bytes(range(32)) + b"\x00" + b"\x13\x01\x00"
    return handshake(2, body + struct.pack(">H", len(extensions)) + extensions)


def records(data: bytes, *, kind: int = 22, size: int = 16_000) -> bytes:
    """TLS records around handshake bytes."""
    parts = (data[at : at + size] for at in range(0, len(data), size))
    return b"".join(struct.pack(">BHH", kind, 0x0301, len(part)) + part for part in parts)


def certificate_message(common_name: str, names: tuple[str, ...] = ()) -> bytes:
    """A Certificate message with one self-signed certificate."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, day, day + datetime.timedelta(days=365))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    raw = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    chain = len(raw).to_bytes(3, "big") + raw
    return handshake(11, len(chain).to_bytes(3, "big") + chain)
