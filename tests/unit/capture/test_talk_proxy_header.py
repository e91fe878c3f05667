"""The header that a load balancer writes ahead of a connection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.talk_proxy_header import begins_proxy_header, header_size
from tests.unit.capture.test_unknown import HELLO, STARTS, told

HEADERS = {
    "version 1": b"PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n",
    "unknown": b"PROXY UNKNOWN\r\n",
    "version 2": b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes([192, 0, 2, 1, 192, 0, 2, 2, 220, 4, 1, 187]),
    "version 2 with more": b"\r\n\r\n\0\r\nQUIT\n\x21\x11\1\x2c" + bytes(300),
}


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("size", [1, 9, 1_400])
def test_the_host_behind_it_is_seen(name: str, size: int) -> None:
    """However both are cut."""
    data = HEADERS[name] + HELLO
    assert told([(0, data[at : at + size]) for at in range(0, len(data), size)], 443)[0].host[0] == "api.example.com"


@pytest.mark.parametrize(("family", "size"), [(0x11, 12), (0x21, 36), (0x31, 216), (0, 0)])
def test_the_name_that_it_hands_on_is_the_clients(family: int, size: int) -> None:
    """Section 2.2.2: behind a load balancer that took TLS off, nothing else says it."""
    more = b"\x01\0\2h2" + b"\x02\0\x0bAsk.example"
    header = HEADERS["version 2"][:13] + bytes([family]) + (size + len(more)).to_bytes(2, "big") + bytes(size) + more
    story, _ = told([(0, header + b"GET / HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n")], 80)
    assert (story.host, story.application) == (("ask.example", "tls_sni"), "http")
    assert told([(0, header[:-1] + b"\0")], 80)[0].host[0] != "ask.example"


@pytest.mark.parametrize("name", STARTS)
def test_whatever_follows_is_recognised(name: str) -> None:
    """And the header is content."""
    story, messages = told([(0, HEADERS["version 1"]), (0, STARTS[name])], 53 if name == "dns" else 9_000)
    assert story.application == ("http" if name == "h2" else name)
    assert messages[0].pieces[0].data == HEADERS["version 1"]


def test_the_server_may_be_seen_first() -> None:
    """A mail server behind a load balancer greets before its client speaks."""
    story, _ = told([(0, HEADERS["version 1"]), (1, b"220 mail\r\n"), (0, b"STARTTLS\r\n"), (1, b"220 go\r\n"), (0, HELLO)], 25)
    assert (story.application, story.host[0]) == ("tls", "api.example.com")


@pytest.mark.parametrize(
    ("head", "expected"),
    [(b"P", None), (b"\r\n", None), (b"PROXYING", False), (b"PUT /x", False), (b"PROXY TCP4", True)],
)
def test_how_it_begins(head: bytes, expected: bool | None) -> None:
    assert begins_proxy_header(head) is expected


def test_a_line_without_an_end_is_content() -> None:
    """Also where a hole follows."""
    hole: list[tuple[int, bytes | int]] = [(0, 50), (0, b"x")]
    for more in ([], hole):
        story, messages = told([(0, b"PROXY TCP4 192.0.2.1"), *more], 9_000)
        assert b"PROXY TCP4 192.0.2.1" in b"".join(piece.data for message in messages for piece in message.pieces)
        assert story.host[0] is None


@given(st.binary(max_size=300), st.sampled_from([b"", *HEADERS.values()]))
def test_any_bytes_return(data: bytes, before: bytes) -> None:
    size = header_size(before + data)
    assert size is None or size >= 0
    told([(0, before[:7]), (0, before[7:] + data), (1, data)], 9_000)
