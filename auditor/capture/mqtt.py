"""MQTT 3.1, 3.1.1 and 5 control packets: stream bytes go in, CONNECT and PUBLISH fields come out.

OASIS mqtt-v3.1.1 and mqtt-v5.0, chapter 2 (framing) and 3 (packets).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.capture.placed import Placed

CONNECT, CONNACK, PUBLISH, SUBSCRIBE, UNSUBSCRIBE, AUTH = 1, 2, 3, 8, 10, 15
_SIZES = {
    **dict.fromkeys((0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A), 1),
    **dict.fromkeys((0x13, 0x21, 0x22, 0x23), 2),
    **dict.fromkeys((0x02, 0x11, 0x18, 0x27), 4),
}
"""Bytes of the properties that hold numbers (mqtt-v5.0 table 2-4)."""
_TEXTS = frozenset({0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F})
_LEAST_TEXT = 8
_SUBSCRIPTION_ID, _USER_PROPERTY = 0x0B, 0x26
_PROTOCOLS = (b"\x00\x04MQTT", b"\x00\x06MQIsdp")
_WILL, _PASSWORD, _USER_NAME = 0x04, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class MqttField:
    """One value of a packet."""

    name: str
    """client_id, username, password, topic, payload; the name of a user property, or `property` for any other text; `packet`."""
    value: Placed


def begins_mqtt(head: bytes) -> bool | None:
    """Whether a CONNECT packet begins with these bytes; None when more of them must be seen."""
    if not head or head[0] != CONNECT << 4:
        return None if not head else False
    size = header_size(head)
    if size is None:
        return None if len(head) < 5 else False
    name = head[size : size + 8]
    if any(name.startswith(protocol) for protocol in _PROTOCOLS):
        return True
    return None if any(protocol.startswith(name) for protocol in _PROTOCOLS) else False


def header_size(data: bytes) -> int | None:
    """Size of the fixed header (section 2.2); None when it is not all there."""
    for index in range(1, min(5, len(data))):
        if not data[index] & 0x80:
            return index + 1
    return None


def body_size(data: bytes) -> int:
    """The remaining length (section 2.2.3) of a fixed header that is all there."""
    length = 0
    for index in range(1, (header_size(data) or 1)):
        length |= (data[index] & 0x7F) << 7 * (index - 1)
    return length


def is_packet(first: int) -> bool:
    """Whether a control packet can begin with that byte: its type and the flags that section 2.2.2 demands."""
    kind, flags = first >> 4, first & 15
    if kind == PUBLISH:
        return flags >> 1 & 3 != 3
    return kind != 0 and flags == (2 if kind in (6, SUBSCRIBE, UNSUBSCRIBE) else 0)


class _Cursor:
    """Takes fields off a packet's body. Everything raises ValueError behind the end."""

    def __init__(self, body: Placed) -> None:
        self.body, self.at = body, 0

    def number(self, size: int) -> int:
        part = self.take(size)
        return int.from_bytes(part.data, "big")

    def take(self, size: int) -> Placed:
        if self.at + size > len(self.body.data):
            raise ValueError
        self.at += size
        return self.body.part(self.at - size, self.at)

    def text(self) -> Placed:
        return self.take(self.number(2))

    def rest(self) -> Placed:
        return self.take(len(self.body.data) - self.at)

    def varying(self) -> int:
        """Section 1.5.5."""
        length = shift = 0
        for _ in range(4):
            byte = self.number(1)
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        return length

    def properties(self) -> "Iterator[MqttField]":
        """MQTT 5 section 2.2.2: those that hold text or bytes; behind one of an unknown kind the rest is one value."""
        end = self.varying() + self.at
        if end > len(self.body.data):
            raise ValueError
        while self.at < end:
            kind = self.number(1)
            if kind in _SIZES:
                self.take(_SIZES[kind])
            elif kind == _SUBSCRIPTION_ID:
                self.varying()
            elif kind == _USER_PROPERTY:
                name, value = self.text(), self.text()
                yield MqttField("name", name)
                yield MqttField(name.data.decode(errors="backslashreplace")[:64] or "property", value)
            elif kind in _TEXTS:
                yield MqttField("property", self.text())
            else:
                yield MqttField("property", self.take(end - self.at))


def read_connect(body: Placed) -> tuple[int, tuple[MqttField, ...]]:
    """Section 3.1: the protocol level and the fields in their order; those before a break count."""
    found: list[MqttField] = []
    level = 0
    try:
        cursor = _Cursor(body)
        cursor.text()
        level = cursor.number(1)
        flags = cursor.number(1)
        cursor.take(2)
        found.extend(_connect_payload(cursor, flags, level >= 5))
    except ValueError:
        pass
    return level, tuple(found)


def _connect_payload(cursor: _Cursor, flags: int, five: bool) -> Iterator[MqttField]:
    if five:
        yield from cursor.properties()
    yield MqttField("client_id", cursor.text())
    if flags & _WILL:
        if five:
            yield from cursor.properties()
        yield MqttField("topic", cursor.text())
        yield MqttField("payload", cursor.text())
    if flags & _USER_NAME:
        yield MqttField("username", cursor.text())
    if flags & _PASSWORD:
        yield MqttField("password", cursor.text())


def read_publish(flags: int, body: Placed, five: bool) -> tuple[MqttField, ...]:
    """Section 3.3: topic and payload; those before a break count."""
    found: list[MqttField] = []
    try:
        cursor = _Cursor(body)
        found.append(MqttField("topic", cursor.text()))
        if flags >> 1 & 3:
            cursor.take(2)
        if five:
            found.extend(cursor.properties())
        found.append(MqttField("payload", cursor.rest()))
    except ValueError:
        pass
    return tuple(found)


def read_subscribe(body: Placed, five: bool, with_options: bool) -> tuple[MqttField, ...]:
    """Sections 3.8 and 3.10: the topic filters; those before a break count."""
    found: list[MqttField] = []
    try:
        cursor = _Cursor(body)
        cursor.take(2)
        if five:
            found.extend(cursor.properties())
        while cursor.at < len(body.data):
            found.append(MqttField("topic", cursor.text()))
            if with_options:
                cursor.take(1)
    except ValueError:
        pass
    return tuple(found)


def read_other(body: Placed, five: bool) -> tuple[MqttField, ...]:
    """Answers, DISCONNECT and AUTH (sections 3.2, 3.4 to 3.7, 3.9, 3.11, 3.14, 3.15): only MQTT 5 has texts in them."""
    return (MqttField("packet", body),) if five and len(body.data) >= _LEAST_TEXT else ()
