"""Google's QUIC: the tags of a hello in the clear, whatever stands around it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.gquic import hello_tags, is_gquic
from tests.rivals.quic_packets import Q050, crypto, initial
from tests.unit.capture.datagrams import datagrams


def hello(*tags: tuple[bytes, bytes]) -> bytes:
    """A CHLO message."""
    index, values = b"", b""
    for tag, value in tags:
        values += value
        index += tag + struct.pack("<I", len(values))
    return b"CHLO" + struct.pack("<HH", len(tags), 0) + index + values


HELLO = hello((b"PAD\0", b"-" * 200), (b"SNI\0", b"g.example.com"), (b"VER\0", b"Q043"), (b"UAID", b"made-up 1"))
FRAME = b"\xa0\x01" + struct.pack(">H", len(HELLO)) + HELLO
HASH = bytes(12)
SHORT = b"\x0d" + b"\x12" * 8 + b"Q043\x01" + HASH + FRAME
LONG = b"\xc3Q046\x50" + b"\x12" * 8 + b"\0\0\0\1" + HASH + FRAME


@pytest.mark.parametrize("data", [SHORT, LONG, SHORT.replace(b"Q043", b"Q035", 1)], ids=["Q043", "Q046", "Q035"])
def test_the_hello_names_the_server(data: bytes) -> None:
    story, messages = datagrams([(0, data), (1, bytes(80))], 443)
    assert (story.application, story.host, story.is_up(0)) == ("quic", ("g.example.com", "quic_sni"), True)
    shown = [(str(piece.part), piece.data) for message in messages for piece in message.pieces]
    assert shown == [("sni", b"g.example.com"), ("payload", b"made-up 1")]


def sealed(*parts: tuple[int, bytes]) -> bytes:
    """A client's first datagram of Q050, whose CRYPTO frames have the number 8."""
    return initial(Q050, b"\x12" * 8, b"".join(crypto(at, data, b"\x08") for at, data in parts))


@pytest.mark.parametrize("parts", [((0, HELLO),), ((90, HELLO[90:]), (0, HELLO[:90]))], ids=["whole", "in two frames"])
def test_the_hello_of_q050_is_behind_protection_that_anybody_can_take_off(parts: tuple[tuple[int, bytes], ...]) -> None:
    story, messages = datagrams([(0, sealed(*parts)), (1, bytes(80))], 443)
    assert (story.application, story.host, story.is_up(0), story.tls_version) == (
        "quic",
        ("g.example.com", "quic_sni"),
        True,
        None,
    )
    shown = [(str(piece.part), piece.data) for message in messages for piece in message.pieces]
    assert (shown, story.all_unread()) == ([("sni", b"g.example.com"), ("payload", b"made-up 1")], ())


@pytest.mark.parametrize("cut", [4, 7, 40, 245, len(HELLO) - 1])
def test_a_hello_of_q050_in_two_datagrams(cut: int) -> None:
    story, _ = datagrams([(0, sealed((0, HELLO[:cut]))), (0, sealed((cut, HELLO[cut:])))], 443)
    assert (story.host, story.all_unread()) == (("g.example.com", "quic_sni"), ())
    story, _ = datagrams([(0, sealed((0, HELLO[:40])))], 443)
    assert (story.host[0], story.all_unread()) == (None, ("quic handshake: the capture does not hold all of it",))


def test_a_hello_of_q050_that_names_nobody_is_whole() -> None:
    story, _ = datagrams([(0, sealed((0, hello((b"PAD\0", b"-" * 200)))))], 443)
    assert (story.host[0], story.all_unread()) == (None, ())


def test_a_datagram_that_was_cut_is_missing() -> None:
    story, _ = datagrams([(0, SHORT[:200]), (0, 300)], 443)
    assert (story.host[0], story.all_unread()) == (None, ("quic handshake: 300 bytes missing from the capture",))


@pytest.mark.parametrize("data", [b"", b"\x0d" + bytes(300), b"\x0d" + bytes(8) + b"Q043" + bytes(200), HELLO])
def test_what_has_no_hello_behind_a_header_is_none(data: bytes) -> None:
    assert not is_gquic(data)


def test_a_tag_that_ends_before_the_one_in_front_of_it_ends_the_reading() -> None:
    wounded = HELLO.replace(b"VER\0" + struct.pack("<I", 217), b"VER\0" + struct.pack("<I", 5))
    assert set(hello_tags(wounded)) == {"PAD", "SNI"}


@given(st.integers(0, len(SHORT)), st.binary(max_size=8))
def test_every_place_lies_in_the_datagram(at: int, change: bytes) -> None:
    wounded = (SHORT[:at] + change + SHORT[at + len(change) :])[: len(SHORT)]
    for start, end in hello_tags(wounded).values():
        assert 0 <= start <= end <= len(wounded)
