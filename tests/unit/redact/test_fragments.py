"""Datagrams in fragments: changed as a whole, parts and checksum right, what is incomplete changed part by part."""

import struct

from auditor.redact.fragments import change_datagrams
from auditor.redact.layers import layers
from auditor.redact.packet_blocks import Frame
from tests.unit.capture.wire import CLIENT, SERVER, ethernet, ip


def frames(payload: bytes, sizes: tuple[int, ...] = (16, 16, 64), *, checksum: int = 0x1234) -> list[Frame]:
    """A UDP datagram in fragments of these sizes."""
    whole = struct.pack(">HHHH", 40_000, 9_999, 8 + len(payload), checksum) + payload
    made, at = [], 0
    for size in sizes:
        more = 0x2000 if at + size < len(whole) else 0
        data = ethernet(ip(CLIENT, SERVER, 17, whole[at : at + size], ident=9, fragment=more | at // 8))
        made.append(Frame(bytearray(data), len(data), 1, b""))
        at += size
    return made


def payloads(parts: list[Frame]) -> bytes:
    return b"".join(bytes(frame.data[34:]) for frame in parts)


def turned(data: bytes) -> bytes:
    return data.replace(b"secret-value", b"public-thing")


def test_a_value_across_fragments_is_replaced() -> None:
    """In any order of the fragments; a checksum that was there is right again, of none there stays none."""
    for order in ((0, 1, 2), (2, 0, 1)):
        parts = frames(b"0123456789 secret-value and more")
        mixed = [parts[number] for number in order]
        change_datagrams(mixed, [layers(frame) for frame in mixed], turned, bytes)
        assert payloads(parts)[8:] == b"0123456789 public-thing and more"
        assert payloads(parts)[6:8] not in (b"\x12\x34", b"\0\0")
    parts = frames(b"0123456789 secret-value and more", checksum=0)
    change_datagrams(parts, [layers(frame) for frame in parts], turned, bytes)
    assert payloads(parts)[6:8] == b"\0\0"


def test_a_change_of_length_is_not_made() -> None:
    """The other change is asked for then."""
    parts = frames(b"0123456789 secret-value and more")
    change_datagrams(parts, [layers(frame) for frame in parts], lambda data: data + b"!", turned)
    assert payloads(parts)[8:] == b"0123456789 public-thing and more"


def test_fragments_of_which_one_is_missing_are_changed_part_by_part() -> None:
    """With the change that keeps the length."""
    parts = frames(b"secret-value 0123456789 secret-value")[1:]
    change_datagrams(parts, [layers(frame) for frame in parts], lambda _: b"never", lambda data: b"*" * len(data))
    assert set(payloads(parts)) == {ord("*")}
