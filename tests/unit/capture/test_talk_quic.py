"""QUIC: the name in the Initial packets, over several datagrams and after a Retry; what is missing is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rivals.quic_packets import V1, crypto, initial
from tests.unit.capture.datagrams import datagrams
from tests.unit.capture.test_quic import VERSIONS, initial_datagrams
from tests.unit.capture.wire import client_hello

LONG = initial_datagrams("long.example.com", 1, 8)
NOT_ALL = ("quic handshake: the capture does not hold all of it",)


@pytest.mark.parametrize("version", VERSIONS.values(), ids=VERSIONS.keys())
def test_the_name_of_a_hello_in_one_datagram(version: int) -> None:
    story, messages = datagrams([(0, initial_datagrams("q.example.com", version)[0])], 443)
    assert (story.host, story.alpn, story.tls_version) == (("q.example.com", "quic_sni"), "h3", "TLSv1.3")
    assert [(str(piece.part), piece.data) for message in messages for piece in message.pieces] == [("sni", b"q.example.com")]
    assert (story.is_up(0), story.finished) == (True, True)


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0, 1)])
def test_the_name_of_a_hello_in_two(order: tuple[int, ...]) -> None:
    story, _ = datagrams([(0, LONG[index]) for index in order], 443)
    assert story.host[0] == "long.example.com"
    assert story.all_unread() == ()


def test_a_hello_without_its_end_is_read_as_far_as_it_goes() -> None:
    story, _ = datagrams([(0, LONG[0])], 443)
    assert story.all_unread() == NOT_ALL


def test_a_server_s_packets_name_nobody() -> None:
    server = b"\xe3\0\0\0\1\0\x08" + bytes(1_180)
    story, _ = datagrams([(0, initial_datagrams("q.example.com")[0]), (1, server)], 443)
    assert story.host[0] == "q.example.com"
    story, _ = datagrams([(1, server)], 443)
    assert story.host[0] is None


def test_after_a_retry_the_new_connection_id_gives_the_keys() -> None:
    first, other = initial_datagrams("q.example.com"), initial_datagrams("retried.example.com")
    retry = b"\xf0\0\0\0\1\0\x08" + bytes(60)
    story, _ = datagrams([(0, LONG[0]), (1, retry), (0, first[0]), (0, other[0])], 443)
    assert story.application == "quic"
    assert story.host[0] is not None


def test_a_datagram_that_was_cut_is_missing() -> None:
    story, _ = datagrams([(0, LONG[0]), (0, 300)], 443)
    assert "quic handshake: 300 bytes missing from the capture" in story.all_unread()


@given(st.integers(0, 60), st.binary(min_size=1, max_size=6), st.integers(64, 1_250))
@settings(max_examples=60, deadline=None)
def test_any_change_is_told(at: int, change: bytes, size: int) -> None:
    wounded = bytearray(LONG[0])
    wounded[at : at + len(change)] = change
    datagrams([(0, bytes(wounded[:size])), (0, LONG[1])], 443)


def test_a_packet_that_overtook_the_one_with_its_keys_is_read_after_it() -> None:
    """RFC 9000 section 7.2: once the server chose its connection id the client uses that; the keys stay those of its first."""
    hello = client_hello("overtaken.example.com", protocols=("h3",))
    first = initial(V1, b"original", crypto(0, hello[:60]))
    second = initial(V1, b"original", crypto(60, hello[60:]), target=b"chosen", number=1)
    for order in ((first, second), (second, first)):
        story, _ = datagrams([(0, data) for data in order], 443)
        assert (story.host[0], story.all_unread()) == ("overtaken.example.com", ())
