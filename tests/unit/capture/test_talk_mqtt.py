"""MQTT: client id, user name, topics and payloads of both versions; a hole loses borders and finds them again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import talk_mqtt
from tests.unit.capture.test_unknown import told


def _text(value: bytes) -> bytes:
    return len(value).to_bytes(2, "big") + value


def _packet(first: int, body: bytes) -> bytes:
    size = bytes([len(body)]) if len(body) < 128 else bytes([len(body) & 127 | 128, len(body) >> 7])
    return bytes([first]) + size + body


CONNECT = _packet(0x10, _text(b"MQTT") + b"\4\xc2\0\x3c" + _text(b"dev1") + _text(b"user1") + _text(b"secret"))
CONNECT_5 = _packet(0x10, _text(b"MQTT") + b"\5\2\0\x3c\0" + _text(b"dev5"))
PUBLISH = _packet(0x30, _text(b"dev/1/state") + b'{"ink":71}')
PUBLISH_5 = _packet(0x32, _text(b"dev/5/state") + b"\0\7" + b"\0" + b"payload")
SUBSCRIBE = _packet(0x82, b"\0\1" + _text(b"dev/+/cmd") + b"\0")


def _fields(parts: list[tuple[int, bytes | int]]) -> list[tuple[str, bytes]]:
    _, messages = told(parts, 1_883)
    return [(piece.name, piece.data) for message in messages for piece in message.pieces]


@pytest.mark.parametrize("size", [1, 5, 1_000])
def test_packets_are_taken_apart_however_they_are_cut(size: int) -> None:
    data = CONNECT + PUBLISH + SUBSCRIBE
    found = _fields([(0, data[at : at + size]) for at in range(0, len(data), size)])
    assert [value for _, value in found] == [b"dev1", b"user1", b"secret", b"dev/1/state", b'{"ink":71}', b"dev/+/cmd"]


def test_version_5_has_properties() -> None:
    assert [value for _, value in _fields([(0, CONNECT_5 + PUBLISH_5)])] == [b"dev5", b"dev/5/state", b"payload"]


def test_an_acknowledgement_holds_nothing() -> None:
    story, messages = told([(0, CONNECT), (1, b"\x20\2\0\0")], 1_883)
    assert (story.application, story.visibility, len(messages)) == ("mqtt", "cleartext", 1)


def test_after_a_hole_the_next_whole_packet_is_read_again() -> None:
    story, messages = told([(0, CONNECT), (0, 10), (0, b"\xff\xff"), (0, PUBLISH)], 1_883)
    assert messages[-1].pieces[-1].data == b'{"ink":71}'
    assert story.all_unread() == ("mqtt packets: 12 bytes missing from the capture",)


def test_a_packet_over_the_limit_is_gone_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_mqtt, "MAX_PACKET", 100)
    large = _packet(0x30, _text(b"big") + b"x" * 300)
    story, messages = told([(0, CONNECT), (0, large[:50]), (0, 100), (0, large[150:] + PUBLISH)], 1_883)
    assert messages[-1].pieces[-1].data == b'{"ink":71}'
    assert story.all_unread() == ("mqtt packet: 305 bytes are over the limit of 4 MiB",)


def test_a_packet_that_never_ends_is_told_as_far_as_it_goes() -> None:
    story, messages = told([(0, CONNECT + PUBLISH[:-4])], 1_883)
    assert messages[-1].pieces[0].data == PUBLISH[:-4]
    assert story.all_unread() == ("mqtt packet: the capture does not hold its end",)


@given(st.integers(0, 60), st.binary(max_size=6), st.lists(st.binary(max_size=20) | st.integers(1, 50), max_size=4))
@settings(max_examples=150, deadline=None)
def test_any_change_is_told(at: int, change: bytes, more: list[bytes | int]) -> None:
    wounded = bytearray(CONNECT + PUBLISH)
    wounded[at : at + len(change)] = change
    told([(0, CONNECT), (0, bytes(wounded)), *((0, part) for part in more)], 1_883)
