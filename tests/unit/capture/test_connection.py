"""Both directions of a conversation: segments in any order reach the protocol's reader in order, holes and ends included."""

import pytest

from auditor.capture.connection import DatagramConnection, TcpConnection
from auditor.capture.naming import Names
from auditor.capture.story import Story
from auditor.model.content import Message, Place
from tests.unit.capture.test_quic import initial_datagrams
from tests.unit.capture.test_unknown import HELLO


def _story(port: int = 9_000) -> tuple[Story, list[Message]]:
    messages: list[Message] = []
    story = Story(
        flow_id="tcp-0", client=0, addresses=("192.168.1.2", "198.51.100.7"), ports=(50_000, port), emit=messages.append,
        resolve=lambda client: None,
    )  # fmt: skip
    return story, messages


def _segment(connection: TcpConnection, side: int, at: int, data: bytes, missing: int = 0) -> None:
    first = None if connection.knows(side) else 100
    connection.take(side, data, seq=100 + at, first=first, missing=missing, packet=at + 1, offset=54, at=at)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 1, 2), (0, 2, 1)])
def test_segments_in_any_order_make_one_hello(order: tuple[int, ...]) -> None:
    story, _ = _story()
    connection = TcpConnection(story, Names())
    size = len(HELLO) // 3 + 1
    for part in order:
        _segment(connection, 0, part * size, HELLO[part * size : (part + 1) * size])
    connection.end()
    assert story.host[0] == "api.example.com"
    assert connection.held == 0


def test_bytes_that_contradict_are_told() -> None:
    story, _ = _story()
    connection = TcpConnection(story, Names())
    for data in (b"\x01\x02one and all", b"\x01\x02one and ALL"):
        _segment(connection, 0, 0, data)
    connection.end()
    assert story.all_unread() == ("payload: 13 bytes were sent again with another content",)


def test_a_cut_packet_leaves_a_hole() -> None:
    story, messages = _story()
    connection = TcpConnection(story, Names())
    _segment(connection, 0, 0, b"\x01\x02before", missing=5)
    _segment(connection, 0, 13, b"behind")
    connection.end()
    assert [message.pieces[0].data for message in messages] == [b"\x01\x02before", b"behind"]
    assert story.all_unread() == ("payload: 5 bytes missing from the capture, cut by the snap length",)


@pytest.mark.parametrize(
    ("ends", "through"),
    [([(0, False)], False), ([(0, False), (1, False)], True), ([(0, True)], False), ([(0, False)] * 2, False)],
)
def test_a_connection_is_through_when_both_sides_have_ended(ends: list[tuple[int, bool]], through: bool) -> None:
    """A reset ends nothing: late segments may still come."""
    connection = TcpConnection(_story()[0], Names())
    assert [connection.closes(side, reset) for side, reset in ends][-1] is through


def test_a_connection_that_waits_for_a_segment_is_not_through() -> None:
    connection = TcpConnection(_story()[0], Names())
    _segment(connection, 0, 0, b"\x01\x02")
    _segment(connection, 0, 50, b"late")
    connection.closes(0, False)
    assert not connection.closes(1, False)
    assert connection.held > 0


def test_a_connection_whose_last_segment_the_fin_overtook_is_not_through() -> None:
    """The FIN says where the bytes end."""
    connection = TcpConnection(_story()[0], Names())
    _segment(connection, 0, 0, b"\x01\x02")
    connection.closes(1, False)
    assert not connection.closes(0, False, 105)
    _segment(connection, 0, 2, b"end")
    assert connection.closes(0, False, 105)


@pytest.mark.parametrize(("transport", "protocol"), [("udp", "udp"), ("icmp", "icmp")])
def test_datagrams_are_handed_on_whole(transport: str, protocol: str) -> None:
    story, messages = _story()
    connection = DatagramConnection(story, Names(), transport)
    connection.take(0, b"hello", missing=3, packet=1, offset=42, at=7)
    connection.take(1, b"", missing=0, packet=2, offset=42, at=8)
    connection.end()
    assert [(message.protocol, message.pieces[0].data) for message in messages] == [(protocol, b"hello")]
    assert (connection.last, connection.held) == (8, 0)
    assert story.all_unread() == ("payload: 3 bytes missing from the capture, cut by the snap length",)


def test_a_quic_handshake_goes_on_where_a_glance_left_it() -> None:
    from auditor.capture import quic

    first, second = initial_datagrams("long.example.com", 1, 8)
    (start, header), *_ = quic.headers(first)
    frames = quic.decrypt(first, start, header, quic.client_keys(1, header.target))
    assert frames is not None
    story, _ = _story(443)
    connection = DatagramConnection(story, Names(), "udp")
    kept = {frame.offset: frame.data for frame in quic.crypto_frames(frames)}
    connection.resume_quic(kept, header.target, quic.client_keys(1, header.target), side=0, at=1)
    connection.take(0, second, missing=0, packet=2, offset=42, at=2)
    connection.end()
    assert story.host == ("long.example.com", "quic_sni")


@pytest.mark.parametrize(("transport", "visibility"), [("esp", "opaque"), ("l2tp", "cleartext"), ("gre", "cleartext")])
def test_a_transport_that_carries_more_says_that_it_is_not_read(transport: str, visibility: str) -> None:
    """And is searched as it stands, for its content may be in the clear."""
    story, messages = _story()
    connection = DatagramConnection(story, Names(), transport)
    connection.take(0, b"hello", missing=0, packet=1, offset=34, at=7)
    connection.end()
    (reason,) = story.all_unread()
    assert (reason.partition(":")[0], story.visibility, messages[0].pieces[0].data) == (
        f"{transport} payload",
        visibility,
        b"hello",
    )


def test_one_byte_that_is_missing_cuts_the_story() -> None:
    story, _ = _story()
    _segment(TcpConnection(story, Names()), 0, 0, b"\x01\x02before", missing=1)
    assert story.cut


def test_a_segment_that_came_in_fragments_keeps_the_place_of_each() -> None:
    """Its bytes stand in several packets, in order; a byte that was cut off the end is missing behind the last."""
    story, messages = _story()
    connection = TcpConnection(story, Names())
    data, places = b"\x01\x02one-two-three", (Place(0, 7, 54), Place(6, 8, 34), Place(10, 9, 34))
    connection.take(0, data, seq=100, first=100, missing=2, packet=9, offset=54, at=0, places=places)
    _segment(connection, 0, len(data) + 2, b"behind")
    connection.end()
    assert [message.pieces[0].data for message in messages] == [data, b"behind"]
    assert messages[0].pieces[0].places == places
    assert story.all_unread() == ("payload: 2 bytes missing from the capture, cut by the snap length",)
