"""The few MQTT 3.1.1 packets that the lab's clients and server speak (OASIS mqtt-v3.1.1). Bytes in, packets out, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass

CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 13, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One control packet: its type, the four flag bits and what follows the remaining length."""

    kind: int
    flags: int = 0
    body: bytes = b""


def encode(packet: Packet) -> bytes:
    """The packet on the wire (section 2.2)."""
    length = len(packet.body)
    head = bytearray([packet.kind << 4 | packet.flags])
    while True:
        digit, length = length % 128, length // 128
        head.append(digit | 0x80 if length else digit)
        if not length:
            return bytes(head) + packet.body


def split(buffer: bytearray) -> Iterator[Packet]:
    """Take all complete packets off the front of the buffer."""
    while len(buffer) >= 2:
        length, shift, at = 0, 0, 1
        while at < len(buffer):
            length |= (buffer[at] & 0x7F) << shift
            shift += 7
            at += 1
            if not buffer[at - 1] & 0x80:
                break
        else:
            return
        if len(buffer) < at + length:
            return
        packet = Packet(kind=buffer[0] >> 4, flags=buffer[0] & 15, body=bytes(buffer[at : at + length]))
        del buffer[: at + length]
        yield packet


def connect(client_id: str, user: str, password: str, keep_alive: int = 60) -> bytes:
    """CONNECT with a clean session, user name and password (section 3.1)."""
    body = _text("MQTT") + bytes([4, 0xC2]) + keep_alive.to_bytes(2)
    return encode(Packet(kind=CONNECT, body=body + _text(client_id) + _text(user) + _text(password)))


def subscribe(topic: str) -> bytes:
    """SUBSCRIBE to one topic at QoS 0 (section 3.8)."""
    return encode(Packet(kind=SUBSCRIBE, flags=2, body=b"\x00\x01" + _text(topic) + b"\x00"))


def publish(topic: str, payload: bytes) -> bytes:
    """PUBLISH at QoS 0 (section 3.3)."""
    return encode(Packet(kind=PUBLISH, body=_text(topic) + payload))


def answer(packet: Packet) -> bytes:
    """What a broker that accepts everything says to a packet; empty when it says nothing."""
    match packet.kind:
        case 1:
            return encode(Packet(kind=CONNACK, body=b"\x00\x00"))
        case 8:
            return encode(Packet(kind=SUBACK, body=packet.body[:2] + b"\x00"))
        case 12:
            return encode(Packet(kind=PINGRESP))
        case _:
            return b""


PING = encode(Packet(kind=PINGREQ))
BYE = encode(Packet(kind=DISCONNECT))


def _text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(2) + data
