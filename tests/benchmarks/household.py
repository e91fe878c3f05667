"""Makes a large capture from a seed, as on a home network: a number of packets goes in, a pcap file comes out.

Every conversation has its own names, ports and lengths. What it is made of follows what published measurements of home
networks say in broad strokes: many short DNS conversations, most bytes in few long TLS and QUIC downloads, some cleartext HTTP,
MQTT and NTP of devices. Conversations overlap in time, about 200 at once.
"""

import argparse
import heapq
import os
import random
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.unit.capture.wire import (
    ACK,
    FIN,
    PSH,
    SYN,
    certificate_message,
    client_hello,
    dns_message,
    extension,
    packed,
    pcap,
    records,
    server_hello,
)

START = 1_790_000_000
RESOLVER = packed("192.168.1.1")
ROUTER_MAC, HOME_MAC = bytes.fromhex("02000000ff01"), bytes.fromhex("0200000000")
MIX = (("dns", 42), ("tls", 34), ("quic", 12), ("http", 7), ("mqtt", 1), ("ntp", 2), ("raw", 2))
KINDS_OF_HOST = ("api", "cdn", "img", "log", "push")
DOMAINS = ("example.com", "vendor.cn", "shop.net")
AT_ONCE = 200
NOISE = random.Random(7).randbytes(1 << 20)

type Frame = tuple[int, bytes]


def _ethernet(client: int, packet: bytes, *, up: bool) -> bytes:
    home = HOME_MAC + bytes([client])
    return (ROUTER_MAC + home if up else home + ROUTER_MAC) + b"\x08\0" + packet


def _ip(source: bytes, target: bytes, protocol: int, size: int) -> bytes:
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, 0, 0x4000, 64, protocol, 0) + source + target


class Conversation:
    """One conversation as a stream of frames in order; `step` gives the next one."""

    def __init__(self, rng: random.Random, number: int, kind: str) -> None:
        self.client = rng.randrange(2, 40)
        self.home = packed(f"192.168.1.{self.client}")
        self.server = bytes(
            (rng.choice((23, 47, 52, 104, 142, 203)), rng.randrange(256), rng.randrange(256), rng.randrange(1, 255))
        )
        self.sport = 20_000 + number % 40_000
        self.name = f"{rng.choice(KINDS_OF_HOST)}{number % 9_000}.{rng.choice(DOMAINS)}"
        self.rng = rng
        self.frames: Iterator[bytes] = getattr(self, f"_{kind}")()

    def _udp(self, up: bool, sport: int, dport: int, data: bytes, server: bytes) -> bytes:
        source, target = (self.home, server) if up else (server, self.home)
        ports = (sport, dport) if up else (dport, sport)
        return _ethernet(
            self.client, _ip(source, target, 17, 8 + len(data)) + struct.pack(">HHHH", *ports, 8 + len(data), 0) + data, up=up
        )

    def _tcp(self, up: bool, dport: int, seq: list[int], flags: int, data: bytes = b"") -> bytes:
        side = 0 if up else 1
        source, target = (self.home, self.server) if up else (self.server, self.home)
        ports = (self.sport, dport) if up else (dport, self.sport)
        head = struct.pack(">HHIIBBHHH", *ports, seq[side] & 0xFFFFFFFF, seq[1 - side] & 0xFFFFFFFF, 0x50, flags, 65_535, 0, 0)
        seq[side] += len(data) + (1 if flags & (SYN | FIN) else 0)
        return _ethernet(self.client, _ip(source, target, 6, 20 + len(data)) + head + data, up=up)

    def _connection(self, dport: int, talk: Iterator[tuple[bool, bytes]]) -> Iterator[bytes]:
        seq = [self.rng.randrange(1 << 32), self.rng.randrange(1 << 32)]
        yield self._tcp(True, dport, seq, SYN)
        yield self._tcp(False, dport, seq, SYN | ACK)
        yield self._tcp(True, dport, seq, ACK)
        for up, data in talk:
            for at in range(0, len(data), 1_448):
                yield self._tcp(up, dport, seq, ACK | PSH, data[at : at + 1_448])
                if at % 2_896 and not up:
                    yield self._tcp(True, dport, seq, ACK)
        yield self._tcp(True, dport, seq, FIN | ACK)
        yield self._tcp(False, dport, seq, FIN | ACK)
        yield self._tcp(True, dport, seq, ACK)

    def _noise(self, size: int) -> bytes:
        at = self.rng.randrange(1 << 19)
        return NOISE[at : at + size]

    def _download(self) -> int:
        """Bytes of an answer: mostly small, now and then long."""
        return min(int(self.rng.paretovariate(0.75) * 700), 900_000)

    def _dns(self) -> Iterator[bytes]:
        address = ".".join(str(byte) for byte in self.server)
        yield self._udp(True, self.sport, 53, dns_message(self.name), RESOLVER)
        chain = (f"{self.name}.w.cdn.example",) if self.rng.random() < 0.4 else ()
        yield self._udp(False, self.sport, 53, dns_message(self.name, address, chain=chain, ttl=120), RESOLVER)

    def _tls(self) -> Iterator[bytes]:
        return self._connection(443, self._tls_talk())

    def _tls_talk(self) -> Iterator[tuple[bool, bytes]]:
        new = self.rng.random() < 0.75
        share = extension(51, bytes(1_220 if self.rng.random() < 0.5 else 38))
        yield True, records(client_hello(self.name, more=share))
        if new:
            yield False, records(server_hello()) + records(b"\x01", kind=20) + records(self._noise(2_600), kind=23)
        else:
            yield False, records(server_hello(version=0x0303, protocol="h2") + _certificate(self.name.rpartition(".")[2]))
        yield True, records(b"\x01", kind=20) + records(self._noise(60), kind=23)
        for _ in range(self.rng.randrange(1, 5)):
            yield True, records(self._noise(self.rng.randrange(80, 900)), kind=23)
            for at in range(0, size := self._download(), 16_000):
                yield False, records(self._noise(min(16_000, size - at)), kind=23)

    def _quic(self) -> Iterator[bytes]:
        for data in _initials(self.rng.randrange(60)):
            yield self._udp(True, self.sport, 443, data, self.server)
        yield self._udp(False, self.sport, 443, b"\xe3\0\0\0\x01\0\x08" + self._noise(1_180), self.server)
        for at in range(0, self._download() * 2, 1_250):
            yield self._udp(False, self.sport, 443, b"\x43" + self._noise(1_249), self.server)
            if at % 5_000 == 0:
                yield self._udp(True, self.sport, 443, b"\x43" + self._noise(40), self.server)

    def _http(self) -> Iterator[bytes]:
        return self._connection(80, self._http_talk())

    def _http_talk(self) -> Iterator[tuple[bool, bytes]]:
        for number in range(self.rng.randrange(1, 6)):
            agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36"
            yield (
                True,
                f"GET /path/{number}?id={self.sport} HTTP/1.1\r\nHost: {self.name}\r\nUser-Agent: {agent}\r\n\r\n".encode(),
            )
            size = min(self._download(), 60_000)
            yield False, b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % size + self._noise(size)

    def _mqtt(self) -> Iterator[bytes]:
        return self._connection(1883, self._mqtt_talk())

    def _mqtt_talk(self) -> Iterator[tuple[bool, bytes]]:
        body = b"\0\x04MQTT\x04\x02\0\x3c\0\x0a" + b"device%04d" % (self.sport % 10_000)
        yield True, bytes([0x10, len(body)]) + body
        yield False, b"\x20\x02\0\0"
        for _ in range(self.rng.randrange(2, 30)):
            body = b"\0\x0bdev/stat/01" + b'{"state":"idle","ink":71}'
            yield True, bytes([0x30, len(body)]) + body

    def _ntp(self) -> Iterator[bytes]:
        yield self._udp(True, 123, 123, b"\x23" + bytes(47), self.server)
        yield self._udp(False, 123, 123, b"\x24" + bytes(47), self.server)

    def _raw(self) -> Iterator[bytes]:
        return self._connection(9_000, iter([(True, b"\x01\x02" + self._noise(300)), (False, self._noise(self._download()))]))


@cache
def _certificate(suffix: str) -> bytes:
    return certificate_message(f"*.{suffix}", (f"*.{suffix}", suffix))


@cache
def _initials(number: int) -> tuple[bytes, ...]:
    from tests.unit.capture.test_quic import initial_datagrams

    return initial_datagrams(f"quic{number}.example.com", 1, 7 if number % 2 else 0)


def household(packets: int, seed: int = 1) -> Iterator[Frame]:
    """The frames in order of time."""
    rng = random.Random(seed)
    kinds = [kind for kind, weight in MIX for _ in range(weight)]
    running: list[tuple[int, int, Conversation]] = []
    now = START * 10**9
    made = begun = 0
    while made < packets:
        while len(running) < AT_ONCE:
            begun += 1
            heapq.heappush(running, (now + rng.randrange(40_000_000), begun, Conversation(rng, begun, rng.choice(kinds))))
        now, number, conversation = heapq.heappop(running)
        frame = next(conversation.frames, None)
        if frame is None:
            continue
        yield now, frame
        made += 1
        heapq.heappush(running, (now + rng.randrange(1_000_000, 30_000_000), number, conversation))


def write(path: Path, packets: int, seed: int = 1) -> None:
    """Writes the capture, block by block."""
    with path.open("wb") as file:
        file.write(pcap([]))
        block = []
        for at, frame in household(packets, seed):
            block.append(struct.pack("<IIII", at // 10**9, at % 10**9, len(frame), len(frame)) + frame)
            if len(block) == 20_000:
                file.write(b"".join(block))
                block.clear()
        file.write(b"".join(block))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--packets", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    write(chosen.path, chosen.packets, chosen.seed)
    os.sync()
