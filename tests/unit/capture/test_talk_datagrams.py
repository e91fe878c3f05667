"""UDP: the first datagram that shows a protocol decides, by port and shape; any bytes are handed on."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.talk_raw import OPAQUE_NOTE
from tests.unit.capture.datagrams import datagrams
from tests.unit.capture.test_quic import initial_datagrams
from tests.unit.capture.wire import dns_message

NOISE = random.Random(7).randbytes(1_200)
NTP = b"\x23" + bytes(47)
SIP = b"OPTIONS sip:pbx.example SIP/2.0\r\n\r\n"
STUN = b"\0\x01\0\0\x21\x12\xa4\x42" + bytes(12)


@pytest.mark.parametrize(
    ("data", "port", "application"),
    [
        (dns_message("a.example"), 53, "dns"), (dns_message("a.local"), 5353, "mdns"), (dns_message("a"), 5355, "llmnr"),
        (dns_message("www.a.example"), 9_000, "dns"), (dns_message("single"), 9_000, None), (b"no dns", 53, None),
        (b"\x40\x01\0\1\x34host", 5_683, "coap"), (b"\x40\x01\0\1\x34host", 9_000, None), (SIP, 9_000, "sip"),
        (NTP, 123, "ntp"), (NTP[:47], 123, None), (b"\x3b" + NTP[1:], 123, None), (b"\x20" + NTP[1:], 123, None), (NTP, 9_000, None),
        (b"NOTIFY * HTTP/1.1\r\n", 1_900, "ssdp"), (b"NOTIFY ", 9_000, None),
        (STUN, 9_000, "stun"), (STUN + b"x", 9_000, None), (STUN[:19], 9_000, None),
        (initial_datagrams("q.example")[0], 9_000, "quic"), (bytes(20), 137, None),
    ],
)  # fmt: skip
def test_a_protocol_shows_itself_by_port_and_shape(data: bytes, port: int, application: str | None) -> None:
    story, _ = datagrams([(0, data)], port)
    assert story.application == application


@pytest.mark.parametrize(
    ("data", "port"),
    [(SIP, 5_060), (b"\x40\x01\0\1\x3bpbx.example", 5_683), (b"M-SEARCH * HTTP/1.1\r\nHOST: PBX.example:1900\r\n\r\n", 1_900)],
    ids=["sip", "coap", "ssdp"],
)
def test_who_is_asked_for_is_the_server_s_name(data: bytes, port: int) -> None:
    """And a name among others where the server asks."""
    assert datagrams([(0, data)], port)[0].host == ("pbx.example", "http_host")
    story, _ = datagrams([(0, b"SIP/2.0 200 OK\r\n" if data is SIP else b"\x40\x01\0\1"), (1, data)], port)
    assert (story.host[0] is None, "pbx.example" in story.names) == (story.client == 0, True)


def test_a_name_that_the_snap_length_cut_is_none() -> None:
    assert datagrams([(0, b"M-SEARCH * HTTP/1.1\r\nHOST: pbx.exam"), (0, 40)], 1_900)[0].host[0] is None


def test_a_protocol_may_show_itself_late_and_then_stays() -> None:
    story, messages = datagrams([(0, b"??"), (0, STUN), (1, b"data")], 9_000)
    assert [message.protocol for message in messages] == ["udp", "stun", "stun"]
    assert story.application == "stun"


def test_noise_is_opaque_until_text_shows_otherwise() -> None:
    story, _ = datagrams([(0, NOISE)], 9_000)
    assert (story.visibility, story.all_unread()) == ("opaque", (OPAQUE_NOTE,))
    story, _ = datagrams([(0, NOISE[:100]), *[(0, b"status idle, ink 71 percent " * 30)] * 3], 9_000)
    assert (story.visibility, story.all_unread()) == ("cleartext", ())


def test_a_datagram_that_was_cut_says_so() -> None:
    story, messages = datagrams([(0, b"hello"), (0, 40)], 9_000)
    assert (len(messages), story.all_unread()) == (1, ("payload: 40 bytes missing from the capture",))


@given(
    st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=80) | st.integers(1, 9)), max_size=4),
    st.sampled_from([53, 67, 137, 443, 1_900, 5_353]),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_told(parts: list[tuple[int, bytes | int]], port: int) -> None:
    datagrams(parts, port)
