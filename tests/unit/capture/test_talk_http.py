"""HTTP/1: every request with its own host, bodies put together, CONNECT and Upgrade handed on; damage says what is missing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.talk_http import split_target
from tests.unit.capture.test_unknown import HELLO, told

GET = b"GET /x?imei=1 HTTP/1.1\r\nHost: a.example\r\nCookie: s=1\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        (b"/x?y", (0, b"/x?y", "")), (b"http://a.example/x", (16, b"/x", "a.example")), (b"http://a.example", (16, b"", "a.example")),
        (b"https://u:p@a.example:8443?q", (28 - 2, b"?q", "a.example:8443")), (b"a.example:443", (0, b"a.example:443", "")),
        (b"*", (0, b"*", "")), (b"1://x", (0, b"1://x", "")), (b"", (0, b"", "")),
    ],
)  # fmt: skip
def test_request_targets(target: bytes, parts: tuple[int, bytes, str]) -> None:
    assert split_target(target) == parts


def test_pieces_of_a_request_and_its_answer() -> None:
    story, messages = told([(0, GET), (1, OK)], 80)
    assert [(str(piece.part), piece.name, piece.data) for piece in messages[0].pieces] == [
        ("url_path", "path", b"/x"), ("query", "", b"imei=1"), ("header", "Host", b"a.example"), ("cookie", "Cookie", b"s=1"),
    ]  # fmt: skip
    assert [(message.host, message.direction.value) for message in messages] == [("a.example", "up"), ("a.example", "down")]
    assert (story.url, story.host, story.all_unread()) == ("http://a.example/x", ("a.example", "http_host"), ())


def test_the_host_header_of_connect_is_a_name_among_others() -> None:
    story, _ = told([(0, b"CONNECT t.example:443 HTTP/1.1\r\nHost: other.example\r\n\r\n")], 8_080)
    assert (story.host, story.all_names) == (("t.example", "connect"), ("t.example", "other.example"))


def test_userinfo_of_an_absolute_target_and_a_reason_of_the_servers_own_are_pieces() -> None:
    asked = b"GET http://u-1:x@a.example/p HTTP/1.1\r\nHost: a.example\r\n\r\n"
    _, messages = told([(0, asked), (1, b"HTTP/1.1 200 352099 x\r\nContent-Length: 0\r\n\r\n")], 80)
    named = [(piece.name, piece.data) for message in messages for piece in message.pieces]
    assert ("userinfo", b"u-1:x") in named
    assert ("reason", b"352099 x") in named


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (b"GET /x HTTP/1.1\r\nHost: a.exam", ()),
        (b"GET /x HTTP/1.1\r\nHost: a.example\r", ("a.example",)),
        (b"GET /x HTTP/1.1\r\nHost: a.example\r\nAcc", ("a.example",)),
        (b"GET /x HTTP/1.1\r\nHost: a.example\r\nHost: b.exa", ("a.example",)),
        (b"CONNECT a.exam", ()),
        (b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.ex", ("a.example",)),
        (b"GET http://a.exam", ()),
        (b"GET http://a.example/pa", ("a.example",)),
        (b"GET /100000/d?host=b.exam", ()),
        (b"GET /100000/d?host=b.example HTTP/1.1\r\nHost: a.ex", ("b.example",)),
    ],
)
def test_a_name_that_the_snap_length_cut_is_none(head: bytes, names: tuple[str, ...]) -> None:
    """`api.example.co` is somebody else's than `api.example.com`; what is there of the request is content all the same."""
    story, messages = told([(0, head), (0, 300)], 80)
    assert (story.all_names, story.host[0]) == (names, "a.example" if "a.example" in names else None)
    assert (len(messages), len(story.all_unread())) == (1, 1)


def test_a_head_that_its_client_never_ended_names_its_server() -> None:
    assert told([(0, b"GET / HTTP/1.1\r\nHost: a.example")], 80)[0].host[0] == "a.example"


def test_pipelined_requests_have_their_own_hosts() -> None:
    other = GET.replace(b"a.example", b"b.example")
    story, messages = told([(0, GET + other), (1, OK + OK)], 80)
    assert [message.host for message in messages] == ["a.example", "b.example", "a.example", "b.example"]
    assert story.all_names == ("a.example", "b.example")


def test_a_second_host_header_is_a_name_among_others() -> None:
    """RFC 9112 section 3.2 forbids it; which of them a server believes is not known."""
    story, _ = told([(0, b"GET /y HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n")], 80)
    assert (story.host[0], story.all_names) == ("a.example", ("a.example", "b.example"))


def test_a_trailer_names_nobody() -> None:
    """RFC 9110 section 6.5.1: it must not be taken for a header."""
    chunked = b"POST / HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n0\r\nHost: trailer.example\r\n\r\n"
    for host, names in ((b"Host: a.example\r\n", ["a.example"]), (b"", [])):
        assert list(told([(0, chunked % host)])[0].names) == names


def test_what_a_server_asks_of_its_client_names_no_server() -> None:
    """Whom it asks for is a name among others."""
    for before in ([], [(0, b"HELLO there, in words of my own\r\n")]):
        story, _ = told([*before, (1, b"GET / HTTP/1.1\r\nHost: back.example\r\n\r\n")], client=0)
        assert (story.host[0], list(story.names), story.url) == (None, ["back.example"], None)


@pytest.mark.parametrize("method", ["BCOPY", "CCM_POST", "POLL", "RPC_IN_DATA", "VERSION-CONTROL"])
def test_further_methods_begin_a_request(method: str) -> None:
    assert told([(0, f"{method} /y HTTP/1.1\r\nHost: a.example\r\n\r\n".encode())], 80)[0].host[0] == "a.example"


@pytest.mark.parametrize(
    ("head", "host", "url"),
    [
        (b"GET http://b.example/y HTTP/1.1\r\nHost: a.example\r\n\r\n", "b.example", "http://b.example/y"),
        (b"GET http://198.51.100.7/y HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example", "http://a.example/y"),
        (b"GET /y HTTP/1.1\r\nHost: 198.51.100.7\r\n\r\n", None, "http://198.51.100.7/y"),
        (b"GET /y HTTP/1.0\r\n\r\n", None, "http://198.51.100.7:8080/y"),
        (b"GET meimei HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example", "http://a.example/meimei"),
    ],
)
def test_whom_a_request_is_for(head: bytes, host: str | None, url: str) -> None:
    story, _ = told([(0, head)], 8_080)
    assert (story.host[0], story.url) == (host, url)


@pytest.mark.parametrize(
    ("request_head", "answer", "inner"),
    [
        (b"CONNECT t.example:443 HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", "tls"),
        (b"CONNECT t.example:443 HTTP/1.1\r\n\r\n", b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "http"),
        (b"GET / HTTP/1.1\r\nHost: t.example\r\nUpgrade: x\r\n\r\n", b"HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", "tls"),
        (b"GET / HTTP/1.1\r\nHost: t.example\r\n\r\n", b"HTTP/1.1 101 Go\r\nUpgrade: WebSocket\r\n\r\n", "websocket"),
        (b"GET / HTTP/1.1\r\nHost: t.example\r\n\r\n", b"HTTP/1.1 204 OK\r\n\r\n", "http"),
    ],
)
def test_who_reads_on(request_head: bytes, answer: bytes, inner: str) -> None:
    story, _ = told([(0, request_head), (1, answer), (0, HELLO)], 8_080)
    assert (story.application, story.all_names[0]) == (inner, "t.example")


@pytest.mark.parametrize(
    ("parts", "unread"),
    [
        ([(0, GET[:30])], ("request: the capture does not hold its end",)),
        ([(0, GET), (1, OK[:-1])], ("response body: 1 bytes missing from the capture",)),
        ([(0, GET), (1, OK[:-2]), (1, 2)], ("response body: 2 bytes missing from the capture",)),
        ([(0, GET), (1, OK), (0, 70), (0, GET), (1, OK)], ("http messages: 70 bytes missing from the capture",)),
        (
            [(0, GET), (1, OK[:-2]), (1, 90), (0, GET), (1, OK)],
            ("response body: 2 bytes missing from the capture", "http messages: 88 bytes missing from the capture"),
        ),
    ],
)
def test_what_is_missing_is_told(parts: list[tuple[int, bytes | int]], unread: tuple[str, ...]) -> None:
    assert told(parts, 80)[0].all_unread() == unread


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([GET, OK, HELLO]) | st.binary(max_size=30) | st.integers(1, 99)), max_size=6
    ),
    st.integers(1, 60),
)
@settings(max_examples=150, deadline=None)
def test_any_talk_is_told(parts: list[tuple[int, bytes | int]], size: int) -> None:
    told([(0, GET[:size]), *parts], 80)
