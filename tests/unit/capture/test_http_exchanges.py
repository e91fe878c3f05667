"""Headers and bodies of streams become messages, whichever HTTP brought them."""

import pytest

from auditor.capture import http_exchanges
from auditor.capture.http_exchanges import Exchanges
from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.model.content import Message, Place

ASKED = ((b":method", b"GET"), (b":authority", b"A.example.:8443"), (b":path", b"/x?y=1"), (b"x-id", b"7"))


def exchanges(messages: list[Message]) -> tuple[Exchanges, Story]:
    """Of a conversation whose client is side 0."""
    story = Story(
        flow_id="tcp-0", client=0, addresses=("192.168.1.2", "198.51.100.7"), ports=(50_000, 443), emit=messages.append,
        resolve=lambda client: None,
    )  # fmt: skip
    found = Exchanges(story, "https", Names())
    found.client = 0
    return found, story


def placed(data: bytes, packet: int = 9) -> Placed:
    """Bytes of a packet."""
    return Placed(data, (Place(0, packet, 4),))


def test_a_request_and_its_response() -> None:
    """The response has the host of its request; the URL is the first request's, without query and root dot."""
    messages: list[Message] = []
    found, story = exchanges(messages)
    found.headers(0, 1, ASKED, placed(b"block"), 5)
    found.data(0, 1, placed(b"bo"))
    found.data(0, 1, placed(b"dy", 10))
    assert found.held == 4
    found.end(0, 1, 6)
    found.headers(1, 1, ((b":status", b"103"), (b"link", b"x")), placed(b"early"), 7)
    found.headers(1, 1, ((b":status", b"200"), (b"set-cookie", b"k=v")), placed(b"final"), 8)
    found.end(1, 1, 9)
    assert [(message.host, message.direction.value, message.at) for message in messages] == [
        ("a.example", "up", 5),
        ("a.example", "down", 7),
    ]
    assert [(piece.part.value, piece.name, piece.data) for piece in messages[0].pieces] == [
        ("url_path", "path", b"/x"), ("query", "", b"y=1"), ("header", "x-id", b"7"), ("body", "", b"body")
    ]  # fmt: skip
    assert [piece.part.value for piece in messages[1].pieces] == ["header", "cookie"]
    assert story.url == "https://a.example:8443/x"
    assert messages[0].pieces[-1].places == (Place(0, 9, 4), Place(2, 10, 4))


def test_what_never_ends_is_told_as_far_as_it_goes() -> None:
    """And says so; an end without a beginning is nothing."""
    messages: list[Message] = []
    found, story = exchanges(messages)
    found.headers(0, 1, ASKED, placed(b"block"), 5)
    found.end(0, 3, 6)
    found.data(0, 3, placed(b"lost"))
    found.end_all(7)
    assert [message.missing for message in messages] == [(), ("request: the capture does not hold its end",)]
    assert [piece.data for piece in messages[0].pieces] == [b"lost"]
    assert story.all_unread() == ("request: the capture does not hold its end",)


def test_bodies_and_streams_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond the limit is told as unread, never kept."""
    monkeypatch.setattr(http_exchanges, "MAX_BODY", 3)
    monkeypatch.setattr(http_exchanges, "MAX_STREAMS", 1)
    messages: list[Message] = []
    found, story = exchanges(messages)
    found.headers(0, 1, ASKED, placed(b"block"), 5)
    found.headers(0, 3, ASKED, placed(b"block"), 5)
    found.data(0, 1, placed(b"12345"))
    assert found.held == 3
    found.end(0, 1, 6)
    found.end(0, 3, 6)
    assert len(messages) == 1
    assert story.all_unread() == ("http message: more than 1 at once", "request body: longer than the limit of 16 MiB")
