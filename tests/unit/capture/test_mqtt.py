"""MQTT packets: fields of CONNECT, PUBLISH and SUBSCRIBE in 3.1.1 and 5; what breaks keeps what stands before."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import mqtt
from auditor.capture.placed import Placed


def text(value: bytes) -> bytes:
    return struct.pack(">H", len(value)) + value


def packet(first: int, body: bytes) -> bytes:
    length, size = b"", len(body)
    while True:
        size, digit = divmod(size, 128)
        length += bytes([digit | (0x80 if size else 0)])
        if not size:
            return bytes([first]) + length + body


def connect(client_id: bytes, user: bytes, password: bytes, *, five: bool = False) -> bytes:
    properties = b"\x03\x21\x00\x0a" if five else b""
    head = text(b"MQTT") + bytes([5 if five else 4, 0xC2]) + b"\0\x3c" + properties
    return packet(0x10, head + text(client_id) + text(user) + text(password))


def publish(topic: bytes, payload: bytes, *, quality: int = 0) -> bytes:
    return packet(0x30 | quality << 1, text(topic) + (b"\0\x01" if quality else b"") + payload)


def _shown(fields: tuple[mqtt.MqttField, ...]) -> list[tuple[str, bytes]]:
    return [(field.name, field.value.data) for field in fields]


@pytest.mark.parametrize("five", [False, True])
def test_reads_a_connect(five: bool) -> None:
    data = connect(b"printer-1", b"user", b"secret", five=five)
    assert mqtt.begins_mqtt(data) is True
    level, fields = mqtt.read_connect(Placed(data[2:]))
    assert level == (5 if five else 4)
    assert _shown(fields) == [("client_id", b"printer-1"), ("username", b"user"), ("password", b"secret")]


def test_reads_the_will() -> None:
    body = text(b"MQTT") + b"\x04\x06\0\0" + text(b"c") + text(b"will/topic") + text(b"gone")
    assert _shown(mqtt.read_connect(Placed(body))[1]) == [("client_id", b"c"), ("topic", b"will/topic"), ("payload", b"gone")]


@pytest.mark.parametrize("quality", [0, 1])
def test_reads_a_publish(quality: int) -> None:
    data = publish(b"t/1", b"{}", quality=quality)
    assert _shown(mqtt.read_publish(data[0] & 15, Placed(data[2:]), False)) == [("topic", b"t/1"), ("payload", b"{}")]


def test_reads_topic_filters() -> None:
    body = b"\0\x01" + text(b"a/#") + b"\0" + text(b"b/+") + b"\x01"
    assert _shown(mqtt.read_subscribe(Placed(body), False, with_options=True)) == [("topic", b"a/#"), ("topic", b"b/+")]


def test_fields_before_a_break_count() -> None:
    body = connect(b"printer-1", b"user", b"secret")[2:-3]
    assert _shown(mqtt.read_connect(Placed(body))[1]) == [("client_id", b"printer-1"), ("username", b"user")]


@pytest.mark.parametrize(
    ("head", "answer"),
    [(b"", None), (b"\x10", None), (b"\x10\x20\x00\x04MQ", None), (b"\x10\x20\x00\x04MQTX", False), (b"\x30\x20", False),
     (b"\x10\xff\xff\xff\xff", False), (b"\x10\x20\x00\x06MQIsdp", True)],
)  # fmt: skip
def test_knows_the_begin_of_a_connection(head: bytes, answer: bool | None) -> None:
    assert mqtt.begins_mqtt(head) is answer


@given(st.integers(0, 300_000))
def test_lengths_are_read_as_they_are_written(size: int) -> None:
    data = packet(0x30, bytes(size))
    assert (mqtt.header_size(data), mqtt.body_size(data)) == (len(data) - size, size)


@given(st.binary(max_size=80), st.integers(0, 15), st.booleans())
def test_any_bytes_return(data: bytes, flags: int, five: bool) -> None:
    mqtt.begins_mqtt(data)
    mqtt.header_size(data)
    mqtt.read_connect(Placed(data))
    mqtt.read_publish(flags, Placed(data), five)
    mqtt.read_subscribe(Placed(data), five, with_options=True)
