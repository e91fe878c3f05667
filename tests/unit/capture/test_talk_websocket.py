"""WebSocket: messages unmasked, put together and inflated; damage is told and what it hides handed on."""

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture import talk_websocket
from auditor.capture.talk_websocket import _unmasked
from auditor.model.content import Message
from tests.unit.capture.test_unknown import told

ASK = b"GET /ws HTTP/1.1\r\nHost: ws.example\r\nUpgrade: websocket\r\n\r\n"
AGREED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
DEFLATED = AGREED[:-2] + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
MASK = b"\1\2\3\4"


def _frame(data: bytes, *, first: int = 0x81, masked: bool = False) -> bytes:
    wide = b"\x7f" + struct.pack(">Q", len(data)) if len(data) >= 1 << 16 else b"\x7e" + struct.pack(">H", len(data) & 0xFFFF)
    size = bytes([len(data)]) if len(data) < 126 else wide
    head = bytes([first, size[0] | (0x80 if masked else 0)]) + size[1:]
    return head + (MASK + _unmasked(data, MASK) if masked else data)


def _bodies(messages: list[Message]) -> list[bytes]:
    return [piece.data for message in messages for piece in message.pieces if piece.part in ("body", "payload")]


def _told(parts: list[tuple[int, bytes | int]], agreed: bytes = AGREED) -> tuple[tuple[str, ...], list[bytes]]:
    story, messages = told([(0, ASK), (1, agreed), *parts], 80)
    assert story.application == "websocket"
    return story.all_unread(), _bodies(messages)


@pytest.mark.parametrize("size", [0, 1, 5, 125, 126, 70_000])
@pytest.mark.parametrize("masked", [False, True])
def test_a_message_of_any_size(size: int, masked: bool) -> None:
    data = bytes(index % 251 for index in range(size))
    assert _told([(0, _frame(data, masked=masked))]) == ((), [data])


def test_a_message_in_frames_with_a_control_frame_between() -> None:
    frames = _frame(b"one ", first=1), _frame(b"", first=0x89), _frame(b"bye", first=0x88), _frame(b"two", first=0x80)
    assert _told([(1, b"".join(frames))]) == ((), [b"bye", b"one two"])


def test_deflated_messages_share_their_window() -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = [(packer.compress(b"hello " * 9) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4] for _ in range(2)]
    parts: list[tuple[int, bytes | int]] = [(0, _frame(part, first=0xC1)) for part in packed]
    assert _told(parts, DEFLATED) == ((), [b"hello " * 9] * 2)


def test_a_packed_message_says_so_and_stands_where_its_packed_bytes_begin() -> None:
    packer = zlib.compressobj(wbits=-15)
    packed = (packer.compress(b"hello " * 9) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
    _, messages = told([(0, ASK), (1, DEFLATED), (0, _frame(packed, first=0xC1)), (0, _frame(b"bare"))], 80)
    pieces = [piece for message in messages if message.protocol == "websocket" for piece in message.pieces]
    assert [(piece.words, piece.data, len(piece.places)) for piece in pieces] == [
        (("deflate",), b"hello " * 9, 1), ((), b"bare", 1)
    ]  # fmt: skip


CONNECT = b"\x10\x10\0\4MQTT\4\2\0\x3c\0\4dev1"
PUBLISH = b"\x30\x08\0\4a/b1ok"


@pytest.mark.parametrize("protocol", ["mqtt", "mqttv3.1"])
def test_mqtt_inside_is_read(protocol: str) -> None:
    """MQTT 5.0 section 6: a packet may stand in several messages, and a message hold several packets. The host stays."""
    agreed = AGREED[:-2] + f"Sec-WebSocket-Protocol: {protocol}\r\n\r\n".encode()
    data = CONNECT + PUBLISH
    for cut in (5, len(CONNECT), len(data)):
        parts = [(0, _frame(piece, first=0x82, masked=True)) for piece in (data[:cut], data[cut:])]
        story, messages = told([(0, ASK), (1, agreed), *parts], 80)
        assert (story.application, story.host) == ("mqtt", ("ws.example", "http_host"))
        pieces = [(piece.name, piece.data) for message in messages if message.protocol == "mqtt" for piece in message.pieces]
        assert ("client_id", b"dev1") in pieces
        assert ("payload", b"ok") in pieces


def test_a_torn_packet_of_mqtt_inside_is_told() -> None:
    agreed = AGREED[:-2] + b"Sec-WebSocket-Protocol: mqtt\r\n\r\n"
    story, messages = told([(0, ASK), (1, agreed), (0, _frame(CONNECT + PUBLISH[:6], first=0x82))], 80)
    assert story.all_unread() == ("mqtt packet: the capture does not hold its end",)
    assert PUBLISH[:6] in _bodies(messages)


def test_damaged_compression_is_told_and_handed_on() -> None:
    assert _told([(0, _frame(b"\xff\xff\xff", first=0xC1))], DEFLATED) == (
        ("websocket message: its compression is damaged",), [b"\xff\xff\xff"]
    )  # fmt: skip


def test_a_stream_that_ends_is_followed_by_another() -> None:
    """RFC 7692 section 7.2.3.4: what comes behind a final block is not lost, in this message and the next."""

    def packed(data: bytes, mode: int = zlib.Z_SYNC_FLUSH) -> bytes:
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(data) + packer.flush(mode)

    ended, next_one = packed(b"one", zlib.Z_FINISH) + b"\0", packed(b"two")[:-4]
    parts: list[tuple[int, bytes | int]] = [(0, _frame(part, first=0xC1)) for part in (ended, next_one)]
    assert _told(parts, DEFLATED) == ((), [b"one", b"two"])
    both = packed(b"one", zlib.Z_FINISH) + packed(b"two")[:-4]
    assert _told([(0, _frame(both, first=0xC1)), (0, _frame(next_one, first=0xC1))], DEFLATED) == ((), [b"onetwo", b"two"])
    unread, bodies = _told([(0, _frame(ended + b"\xff352099", first=0xC1)), (0, _frame(next_one, first=0xC1))], DEFLATED)
    assert unread == ("websocket message: its compression is damaged",)
    assert bodies == [ended + b"\xff352099", b"two"]


def test_a_bomb_is_inflated_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_websocket, "MAX_MESSAGE", 1_000)
    packer = zlib.compressobj(wbits=-15)
    packed = (packer.compress(bytes(100_000)) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
    assert _told([(0, _frame(packed, first=0xC1))], DEFLATED) == (("websocket message: over the limit of 4 MiB",), [bytes(1_000)])


@pytest.mark.parametrize(
    ("parts", "unread", "bodies"),
    [
        ([(0, _frame(b"hello")[:4])], "websocket message: the capture does not hold its end", [b"\x81\5he"]),
        ([(0, _frame(b"one", first=1)), (0, 9)], "websocket messages: 9 bytes missing from the capture", [b"one"]),
        ([(0, b"\x81\x7f" + b"\x7f" + bytes(7))], "websocket message: 9151314442816847872 bytes are over the limit of 4 MiB", [b"\x81\x7f\x7f" + bytes(7)]),
    ],
)  # fmt: skip
def test_what_is_missing_is_told(parts: list[tuple[int, bytes | int]], unread: str, bodies: list[bytes]) -> None:
    assert _told(parts) == ((unread,), bodies)


@given(st.binary(max_size=99), st.binary(min_size=4, max_size=4))
def test_unmasking_is_its_own_inverse(data: bytes, mask: bytes) -> None:
    assert _unmasked(data, mask) == bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))


@given(st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=40) | st.integers(1, 9)), max_size=5), st.booleans())
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_told(parts: list[tuple[int, bytes | int]], deflate: bool) -> None:
    _told(parts, DEFLATED if deflate else AGREED)
