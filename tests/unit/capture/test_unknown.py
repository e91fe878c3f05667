"""The protocol of a stream shows itself in its first bytes, on whatever port and however they are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.unknown import PROTOCOLS, UnknownTalk
from auditor.model.content import Message, Place
from tests.unit.capture.wire import client_hello, dns_message, records

HELLO = records(client_hello("api.example.com"))
REQUEST = b"GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n"
CONNECT = b"\x10\x10\0\4MQTT\4\2\0\x3c\0\4dev1"
H2 = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
SOCKS = b"\5\1\0"
MAIL = b"EHLO me.example\r\n"
QUERY = dns_message("asked.example")
STARTS = {
    "tls": HELLO, "http": REQUEST, "mqtt": CONNECT, "h2": H2, "socks": SOCKS, "smtp": MAIL,
    "dns": len(QUERY).to_bytes(2, "big") + QUERY,
}  # fmt: skip


def told(parts: list[tuple[int, bytes | int]], port: int = 9_000, client: int = 0) -> tuple[Story, list[Message]]:
    """What a conversation of these runs (bytes) and holes (numbers) is; `client` is -1 where nobody saw it begin."""
    messages: list[Message] = []
    story = Story(
        flow_id="tcp-0", client=client, addresses=("192.168.1.2", "198.51.100.7"), ports=(50_000, port), emit=messages.append,
        resolve=lambda client: None,
    )  # fmt: skip
    talk = UnknownTalk(story, Names())
    for number, (side, run) in enumerate(parts):
        if isinstance(run, bytes):
            talk.take(side, Placed(run, (Place(0, number + 1, 54),)), number)
        else:
            talk.gap(side, run, number)
    talk.end(len(parts))
    return story, messages


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_each_protocol_is_recognised(name: str, size: int) -> None:
    """Whole, and cut into small segments."""
    data = STARTS[name]
    story, _ = told([(0, data[at : at + size]) for at in range(0, len(data), size)], 53 if name == "dns" else 9_000)
    assert story.application == ("http" if name == "h2" else name)


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_question_of_dns_shows_itself_on_any_port(size: int) -> None:
    """As within TLS that was decrypted (RFC 7858), however it is cut."""
    data = STARTS["dns"]
    story, _ = told([(0, data[at : at + size]) for at in range(0, len(data), size)], 853)
    assert (story.application, list(story.names)) == ("dns", ["asked.example"])


@pytest.mark.parametrize("at", [4, 5, 6, 7, 8, 11, 12, 14, 15])
def test_what_is_nearly_a_question_is_payload(at: int) -> None:
    data = bytearray(STARTS["dns"])
    data[at] = 0xC8
    story, _ = told([(0, bytes(data))], 853)
    assert story.application is None


def test_what_shows_no_protocol_is_payload() -> None:
    """Handed on as it is, in the order in which the sides spoke."""
    story, messages = told([(0, b"\x01\x02hello"), (1, b"\xfe\x01world")])
    assert story.application is None
    assert [(message.direction.value, message.pieces[0].data) for message in messages] == [
        ("up", b"\x01\x02hello"), ("down", b"\xfe\x01world")
    ]  # fmt: skip


def test_the_shape_of_dns_counts_on_its_port_only() -> None:
    """Elsewhere one with answers is too easily met by chance."""
    answer = bytearray(STARTS["dns"])
    answer[8] = 1
    assert told([(0, bytes(answer))])[0].application is None


def test_a_hole_before_the_beginning_is_told() -> None:
    """And the rest is payload."""
    story, _ = told([(0, 500), (0, b"in the middle of something long enough to be told")])
    assert any("500 bytes missing" in reason for reason in story.all_unread())


def test_nothing_at_all() -> None:
    """No bytes, no protocol, no message."""
    story, messages = told([])
    assert (story.application, story.visibility, messages) == (None, None, [])


RUNS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.binary(max_size=60) | st.sampled_from(list(STARTS.values())) | st.integers(1, 70_000) | st.sampled_from([
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"\x20\2\0\0", b"\x82\xc0\0\0", b"\5\0", b"\5\1\0\3\x09a.example\0\x50", b"220 ready\r\n", b"STARTTLS\r\n", H2 + b"\0\0\5\1\4\0\0\0\1\x82",
            HELLO[:90], HELLO[90:], b"CONNECT b.example:443 HTTP/1.1\r\nHost: b.example\r\n\r\n",
        ]),
    ),
    max_size=10,
)  # fmt: skip


@given(RUNS, st.sampled_from((21, 53, 80, 443, 1_080, 1_883)))
def test_any_runs_and_holes_return(parts: list[tuple[int, bytes | int]], port: int) -> None:
    """Protocols inside protocols, cut, mixed and with holes: every piece knows its place."""
    _, messages = told(parts, port)
    for message in messages:
        for piece in message.pieces:
            piece.locate(message.number, 0)


@given(st.binary(max_size=40))
def test_every_protocol_answers_to_any_bytes(head: bytes) -> None:
    """Yes, no, or more bytes needed; more bytes never turn a yes into nothing."""
    for protocol in PROTOCOLS:
        assert protocol.begins(head) in (True, False, None)


@pytest.mark.parametrize("chain", [[STARTS["socks"], 10] * 40, [b"\4\1\0\x50\1\2\3\4\0", 5] * 40])
def test_endless_proxies_behind_proxies_return(chain: list[bytes | int]) -> None:
    """A handshake that a hole cut leads to itself again; so do a hundred of them: the depth is bounded."""
    story, _ = told([(0, run) for run in chain])
    assert story.application is not None


def test_the_host_behind_two_proxies_is_seen() -> None:
    """CONNECT to a SOCKS proxy that leads to TLS."""
    greeting, target = b"\5\1\0", b"\5\1\0\3\x0dproxied.test." + b"\1\xbb"
    story, _ = told(
        [
            (0, b"CONNECT socks.example:1080 HTTP/1.1\r\nHost: socks.example:1080\r\n\r\n"),
            (1, b"HTTP/1.1 200 OK\r\n\r\n"),
            (0, greeting),
            (1, b"\5\0"),
            (0, target),
            (1, b"\5\0\0\1\0\0\0\0\0\0"),
            (0, HELLO),
        ]
    )
    assert list(story.names)[-2:] == ["proxied.test", "api.example.com"]
    assert (story.application, story.host[0]) == ("tls", "socks.example")
