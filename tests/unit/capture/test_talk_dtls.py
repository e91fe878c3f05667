"""DTLS: the server's name, from whole and fragmented hellos; whatever comes returns."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.talk_dtls import begins_dtls
from tests.unit.capture.datagrams import datagrams
from tests.unit.capture.wire import client_hello

BODY = client_hello("dtls.example.com")[4:]


def _hello(cookie: bytes = b"") -> bytes:
    """RFC 6347 section 4.2.1: the cookie stands behind the session's id."""
    behind = 35 + BODY[34]
    return b"\xfe\xfd" + BODY[2:behind] + bytes([len(cookie)]) + cookie + BODY[behind:]


def _record(body: bytes, start: int = 0, end: int | None = None, *, epoch: int = 0, message: int = 0) -> bytes:
    """A record with one fragment of a ClientHello."""
    part = body[start:end]
    head = (
        b"\1"
        + len(body).to_bytes(3, "big")
        + struct.pack(">H", message)
        + start.to_bytes(3, "big")
        + len(part).to_bytes(3, "big")
    )
    return b"\x16\xfe\xfd" + struct.pack(">H", epoch) + bytes(6) + struct.pack(">H", len(head + part)) + head + part


HELLO = _hello()
FLIGHTS = {
    "whole": [(0, _record(HELLO))],
    "with a cookie": [(0, _record(_hello(bytes(20))))],
    "after a request for a cookie": [(0, _record(HELLO)), (1, b"\x16\xfe\xfd" + bytes(9) + b"\x0c\3" + bytes(11)), (0, _record(_hello(b"c"), message=1))],
    "in fragments out of order": [(0, _record(HELLO, 60)), (0, _record(HELLO, 0, 60))],
    "in fragments of one datagram that overlap": [(0, _record(HELLO, 0, 70) + _record(HELLO, 50, 90) + _record(HELLO, 80))],
}  # fmt: skip


@pytest.mark.parametrize("name", FLIGHTS)
def test_the_server_is_named(name: str) -> None:
    """On any port; the side that says hello is the client."""
    story, messages = datagrams(list(FLIGHTS[name]), 4_433)
    assert (story.application, story.visibility, story.host[0]) == ("dtls", "opaque", "dtls.example.com")
    assert (story.client, story.unread) == (0, {})
    assert messages[0].pieces[0].data == b"dtls.example.com"


def test_half_a_hello_is_said() -> None:
    """Where a fragment is missing there is no name, and a reason."""
    story, _ = datagrams([(0, _record(HELLO, 60))], 4_433)
    assert story.host[0] is None
    assert story.all_unread() == ("dtls handshake: the capture does not hold its end",)


def test_encrypted_records_are_no_hello() -> None:
    """From epoch 1 on nothing can be read."""
    assert datagrams([(0, _record(HELLO, epoch=1))], 4_433)[0].host[0] is None


@pytest.mark.parametrize("data", [b"", _record(HELLO)[:-1], b"\x16\3\1" + bytes(40), b"\x17" + _record(HELLO)[1:]])
def test_other_datagrams_are_none(data: bytes) -> None:
    """A record that is cut, of TLS, or no handshake."""
    assert not begins_dtls(data)


@given(st.lists(st.binary(max_size=80), max_size=4), st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_any_bytes_return(bodies: list[bytes], at: int, change: bytes) -> None:
    """Hellos with other bytes in them, too."""
    wounded = HELLO[:at] + change + HELLO[at + len(change) :]
    datagrams([(0, _record(wounded)), *((0, _record(body, 1)) for body in bodies)], 4_433)
