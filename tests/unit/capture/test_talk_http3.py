"""HTTP/3 frames and streams; compression is tested with a real encoder."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pylsqpack import Encoder

from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk_http3 import Http3Talk, varint
from auditor.model.content import Message, Place
from tests.unit.capture.wire import dns_message

ASKED = [(b":method", b"GET"), (b":authority", b"a.example."), (b":path", b"/x?y=1"), (b"cookie", b"id=7")]


def story(messages: list[Message]) -> Story:
    """A conversation whose client is side 0."""
    return Story(
        flow_id="udp-0", client=0, addresses=("192.168.1.2", "198.51.100.7"), ports=(50_000, 443), emit=messages.append,
        resolve=lambda client: None,
    )  # fmt: skip


def placed(data: bytes) -> Placed:
    """Bytes of packet 9."""
    return Placed(data, (Place(0, 9, 0),))


def frame(kind: int, body: bytes) -> bytes:
    """RFC 9114 section 7.1, with lengths of two bytes."""
    return bytes([kind]) + (0x4000 | len(body)).to_bytes(2, "big") + body


def test_a_request_split_anywhere_is_one_message() -> None:
    """Byte by byte, its end in a run without bytes."""
    messages: list[Message] = []
    told = story(messages)
    talk = Http3Talk(told, 0, Names())
    _, block = Encoder().encode(0, ASKED)
    for byte in frame(1, block) + frame(0, b"body") + frame(0x21, b"grease"):
        talk.take(0, 0, placed(bytes([byte])), 5, ends=False)
    talk.take(0, 0, placed(b""), 5, ends=True)
    (message,) = messages
    assert [(piece.part.value, piece.data) for piece in message.pieces] == [
        ("url_path", b"/x"), ("query", b"y=1"), ("cookie", b"id=7"), ("body", b"body")
    ]  # fmt: skip
    assert (told.url, message.host) == ("https://a.example/x", "a.example")


def test_headers_wait_for_the_table() -> None:
    """They refer to entries that the encoder's own stream brings later; what never comes is told as missing."""
    messages: list[Message] = []
    told = story(messages)
    talk = Http3Talk(told, 0, Names())
    talk.take(1, 3, placed(b"\0" + frame(4, b"\x01\x50\x00\x07\x10")), 1, ends=False)
    encoder = Encoder()
    setup = encoder.apply_settings(4_096, 16)
    brought = [encoder.encode(stream, [*ASKED, (b"x-device", b"d" * 40)]) for stream in (0, 4)]
    for stream, (_, block) in zip((0, 4), brought, strict=True):
        talk.take(0, stream, placed(frame(1, block)), 2, ends=False)
    talk.take(0, 2, placed(b"\x02" + setup + b"".join(stream for stream, _ in brought)), 3, ends=False)
    for stream in (0, 4):
        talk.take(0, stream, placed(b""), 4, ends=True)
    talk.end(5)
    assert len(messages) == 2
    assert all(message.pieces[-1].data == b"d" * 40 for message in messages)
    assert told.all_unread() == ()


@pytest.mark.parametrize("asked", ["get", "post"])
def test_an_answer_of_dns_names_a_later_flow(asked: str) -> None:
    """RFC 8484 over HTTP/3: the client was told the address, and the question is a name of the resolver's flow."""
    names, told = Names(), story([])
    talk = Http3Talk(told, 0, names)
    question, kind = dns_message("cloud.example.com"), (b"content-type", b"application/dns-message")
    path = b"/dns-query?dns=" + urlsafe_b64encode(question).rstrip(b"=") if asked == "get" else b"/dns-query"
    _, block = Encoder().encode(
        0, [(b":method", asked.upper().encode()), (b":authority", b"dns.example"), (b":path", path), kind]
    )
    body = b"" if asked == "get" else frame(0, question)
    talk.take(0, 0, placed(frame(1, block) + body), 5_000, ends=True)
    _, block = Encoder().encode(0, [(b":status", b"200"), kind])
    answer = dns_message("cloud.example.com", "203.0.113.9", chain=("edge.example.net",))
    talk.take(1, 0, placed(frame(1, block) + frame(0, answer)), 6_000, ends=True)
    talk.end(7_000)
    found = names.find("192.168.1.2", "203.0.113.9", 8_000)
    assert found is not None
    assert (found.name, found.chain) == ("cloud.example.com", ("edge.example.net",))
    assert (told.host[0], told.all_names) == ("dns.example", ("dns.example", "cloud.example.com"))


def test_damage_is_told() -> None:
    """A block that is none, a frame beyond the limit, an end that is missing."""
    messages: list[Message] = []
    told = story(messages)
    talk = Http3Talk(told, 0, Names())
    talk.take(0, 0, placed(frame(1, b"\xff\xff\xff")), 1, ends=True)
    talk.take(0, 4, placed(b"\0\xbf\xff\xff\xff"), 1, ends=False)
    _, block = Encoder().encode(8, ASKED)
    talk.take(0, 8, placed(frame(1, block)), 1, ends=False)
    talk.end(2)
    assert told.all_unread() == (
        "http3 headers: damaged",
        "http3 frame: longer than the limit of 16 MiB",
        "request: the capture does not hold its end",
    )


@pytest.mark.parametrize(("data", "number"), [(b"\x25", (37, 1)), (b"\x7b\xbd", (15293, 2)), (b"\x7b", None), (b"", None)])
def test_numbers(data: bytes, number: tuple[int, int] | None) -> None:
    """RFC 9000 appendix A.1."""
    assert varint(data) == number


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 8), st.binary(max_size=40), st.booleans()), max_size=12))
def test_any_runs_return(runs: list[tuple[int, int, bytes, bool]]) -> None:
    """Hostile streams of every type."""
    talk = Http3Talk(story([]), 0, Names())
    for side, stream, data, ends in runs:
        talk.take(side, stream, placed(data), 1, ends=ends)
    talk.end(2)
