"""Ciphertext: bodies of encrypted records and packets become zeros, framing and the clear part of handshakes stay."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.redact.ciphertext import drowned, encrypted, quic_datagram, without_ciphertext
from tests.unit.capture.wire import client_hello, records

HELLO = records(client_hello("api.example.com"))
CHANGE = b"\x14\x03\x03\x00\x01\x01"
SECRET = random.Random(1).randbytes(64)


def record(kind: int, body: bytes) -> bytes:
    return bytes([kind, 3, 3]) + len(body).to_bytes(2) + body


STREAMS = [
    (HELLO + CHANGE + record(23, SECRET), HELLO + CHANGE + record(23, bytes(64))),
    (HELLO + CHANGE + record(22, SECRET) + record(21, SECRET[:2]), HELLO + CHANGE + record(22, bytes(64)) + record(21, bytes(2))),
    (HELLO + record(21, b"\x02\x28"), HELLO + record(21, b"\x02\x28")),
    (
        b"CONNECT a:443 HTTP/1.1\r\n\r\n" + HELLO + record(23, SECRET),
        b"CONNECT a:443 HTTP/1.1\r\n\r\n" + HELLO + record(23, bytes(64)),
    ),
    (HELLO + record(23, SECRET)[:40], HELLO + record(23, bytes(64))[:40]),
    (HELLO + record(23, SECRET) + SECRET, HELLO + record(23, bytes(64)) + bytes(64)),
    (b"GET / HTTP/1.1\r\n\r\n" + SECRET, b"GET / HTTP/1.1\r\n\r\n" + SECRET),
]
"""A stream and what it becomes: TLS 1.3, TLS 1.2 with a Finished and an alert, a clear alert, a tunnel, a cut, a hole, none."""


@pytest.mark.parametrize("number", range(len(STREAMS)))
def test_records_are_emptied_and_stay_where_they_are(number: int) -> None:
    """Length for length."""
    stream, made = STREAMS[number]
    assert without_ciphertext(stream) == made


@given(st.binary(max_size=300))
def test_any_stream_keeps_its_length(data: bytes) -> None:
    """With a hello before it or not; the places are in order and inside."""
    for stream in (data, HELLO + data):
        assert len(without_ciphertext(stream)) == len(stream)
        places = [at for place in encrypted(stream) for at in place]
        assert places == sorted(places)
        assert all(at <= len(stream) for at in places)


def initial(payload: bytes, version: int = 1, kind: int = 0) -> bytes:
    """A long header packet with ids and, in an Initial, an empty token."""
    token = b"\0" if kind == (1 if version == 0x6B3343CF else 0) else b""
    head = bytes([0xC0 | kind << 4]) + version.to_bytes(4) + b"\x04abcd\x02xy" + token
    return head + (0x4000 | len(payload)).to_bytes(2) + payload


def test_initial_packets_stay_and_all_others_are_emptied() -> None:
    """Coalesced as in the first flight, and a short header behind them."""
    first, second, third = initial(SECRET), initial(SECRET, kind=2), b"\x40" + SECRET
    made = quic_datagram(first + second + third)
    assert made[: len(first)] == first
    assert made[len(first) : len(first) + len(second)] == initial(bytes(64), kind=2)
    assert made[len(first) + len(second) :] == b"\x40" + bytes(64)


def test_the_types_of_version_2_are_numbered_otherwise() -> None:
    """RFC 9369: Initial is 1, and 0 is Retry."""
    packet = initial(SECRET, 0x6B3343CF, 1)
    assert quic_datagram(packet) == packet
    assert SECRET not in quic_datagram(initial(SECRET, 0x6B3343CF, 3))


@given(st.binary(max_size=200))
def test_any_datagram_keeps_its_length(data: bytes) -> None:
    """Whatever its headers claim."""
    assert len(quic_datagram(data)) == len(data)
    assert len(quic_datagram(b"\xc0\0\0\0\1" + data)) == len(data) + 5


def test_what_was_replaced_stays_where_the_rest_becomes_noise() -> None:
    """The whole word, also where value and pseudonym begin alike; bytes of other lengths are noise."""
    before, now = b"\x80" * 50 + b"352099001761481" + b"\x80" * 50, b"\x80" * 50 + b"352099771761999" + b"\x80" * 50
    noise = bytes(range(100, 215))
    assert drowned(before, now, noise) == noise[:50] + b"352099771761999" + noise[65:]
    assert drowned(before, before, noise) == noise
    assert drowned(before, before[:9], noise) == noise[:9]
