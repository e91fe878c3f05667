"""Streams of no known protocol: content, until a ClientHello begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.capture.test_unknown import HELLO, told
from tests.unit.capture.wire import client_hello, records

TALKS: dict[str, list[tuple[int, bytes | int]]] = {
    "postgresql": [(0, bytes.fromhex("0000000804d2162f")), (1, b"S")],
    "ldap": [(0, bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037"), (1, bytes.fromhex("300c02010178070a010004000400"))],
    "xmpp": [(0, b"<?xml version='1.0'?><stream:stream to='x.example'>"), (1, b"<stream:features/>"), (0, b"<starttls/>"), (1, b"<proceed/>")],
    "mysql": [(1, b"J\0\0\0\x0a8.0.30\0" + bytes(40)), (0, b" \0\0\1" + bytes(32))],
    "sieve": [(1, b'"STARTTLS"\r\nOK\r\n'), (0, b"STARTTLS\r\n"), (1, b"OK\r\n")],
    "rdp": [(0, bytes.fromhex("030000130ee000000000000100080003000000")), (1, bytes.fromhex("030000130ed000001234000200080001000000"))],
}  # fmt: skip


@pytest.mark.parametrize("name", TALKS)
def test_the_host_behind_an_upgrade_is_seen(name: str) -> None:
    """And what was said before it is content."""
    runs = TALKS[name]
    story, messages = told([*runs, (0, HELLO)], 9_000)
    assert (story.application, story.visibility, story.host[0]) == ("tls", "opaque", "api.example.com")
    assert runs[0][1] in [piece.data for message in messages for piece in message.pieces]


@pytest.mark.parametrize("record", [1, 2, 5, 100])
@pytest.mark.parametrize("segment", [1, 7, 1_400])
def test_the_hello_may_come_in_any_pieces(record: int, segment: int) -> None:
    """Records of one byte, segments of one byte."""
    hello = records(client_hello("api.example.com"), size=record)
    pieces: list[tuple[int, bytes | int]] = [(0, hello[at : at + segment]) for at in range(0, len(hello), segment)]
    assert told([*TALKS["postgresql"], *pieces], 9_000)[0].host == ("api.example.com", "tls_sni")


@pytest.mark.parametrize("begun", [b"\x16", HELLO[:5], HELLO[:10]])
def test_what_only_began_like_a_hello_is_content(begun: bytes) -> None:
    """Nothing of it is lost, whether more follows, a hole, or the end."""
    for more in ([(0, b"none\n")], [(0, 10)], [(1, b"answer")], []):
        story, messages = told([(0, b"\0\1\2\3"), (1, b"S"), (0, begun), *more], 9_000)
        content = b"".join(piece.data for message in messages for piece in message.pieces)
        assert story.application is None
        assert begun in content


@pytest.mark.parametrize("first", [(0, b"\1\2junk"), (0, b"hello there\r\n"), (1, b"\xff\xfe\0\1"), (1, b"Welcome\r\n")])
def test_a_request_may_come_late(first: tuple[int, bytes]) -> None:
    """As dissectors see it, which look at each segment; what stands before it is content."""
    runs: list[tuple[int, bytes | int]] = [first, (0, b"BREW /x HTTP/1.1\r\nHost: late.example\r\n\r\n")]
    story, messages = told(runs, 80)
    assert (story.application, story.host) == ("http", ("late.example", "http_host"))
    assert first[1] in [piece.data for message in messages for piece in message.pieces]


@pytest.mark.parametrize(
    "later", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"PUT it there\r\n", b"GET /x\r\n", b"NOTIFY you HTTP/2.0\r\n"]
)
def test_what_only_looks_like_a_late_request_is_content(later: bytes) -> None:
    assert told([(0, b"\1\2junk"), (0, later)], 9_000)[0].application is None


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_return(first: bytes, second: bytes) -> None:
    """With the beginning of a ClientHello between them, too."""
    told([(0, b"\0" + first), (1, second), (0, HELLO[:11] + second), (1, first)], 9_000)


GET = b"GET /late HTTP/1.1\r\nHost: api.example.com\r\n\r\n"


@pytest.mark.parametrize(
    "before", [(1, b"the end of an answer</html>"), (0, b"the middle of a posted body"), (1, bytes(range(256)) * 40)]
)
def test_a_request_is_read_where_the_capture_began_in_the_middle(before: tuple[int, bytes | int]) -> None:
    """The client is who asks, whoever was seen first."""
    story, _ = told([before, (0, GET), (1, b"rest\r\nHTTP/1.1 204 No Content\r\n\r\n")], 80, client=-1)
    assert (story.application, story.host, story.is_up(0)) == ("http", ("api.example.com", "http_host"), True)
