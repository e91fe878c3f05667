"""HTTP/1 reading: the same messages however the bytes are cut, framing by the book, holes counted."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture import http1
from auditor.capture.http1 import HttpMessage, HttpReader
from auditor.capture.http1_lines import MAX_HEADERS, begins_message
from auditor.capture.placed import Placed
from auditor.model.content import Place

REQUESTS = (
    b"GET /a?x=1 HTTP/1.1\r\nHost: one.example\r\nX-Long: a\r\n b\r\n\r\n"
    b"POST /b HTTP/1.1\r\nHost: two.example\r\nContent-Length: 5\r\n\r\nhello"
    b"PUT /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
    b"\r\nGET /d HTTP/1.0\n\n"
)


def _read(data: bytes, cuts: list[int] | None = None, methods: tuple[str, ...] = (), *, end: bool = True) -> list[HttpMessage]:
    reader = HttpReader()
    reader.methods.extend(methods)
    found = []
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts or [])})
    for number, (start, stop) in enumerate(itertools.pairwise(edges), 1):
        found += reader.push(Placed(data[start:stop], (Place(0, number, 54),)), number)
    return found + (reader.end() if end else [])


def _shown(message: HttpMessage) -> tuple[str, bytes, int, bytes, bool]:
    return message.method, message.target.data, message.status, message.body.data, message.complete


@given(st.lists(st.integers(0, 400), max_size=12))
def test_however_the_bytes_are_cut_the_messages_are_the_same(cuts: list[int]) -> None:
    assert [_shown(message) for message in _read(REQUESTS, cuts)] == [
        ("GET", b"/a?x=1", 0, b"", True),
        ("POST", b"/b", 0, b"hello", True),
        ("PUT", b"/c", 0, b"abcde", True),
        ("GET", b"/d", 0, b"", True),
    ]


def test_headers_keep_name_value_and_folding() -> None:
    first = _read(REQUESTS)[0]
    assert [(name, value.data) for name, value in first.headers] == [("Host", b"one.example"), ("X-Long", b"a b")]
    assert first.header("HOST".lower()) == b"one.example"


@pytest.mark.parametrize(
    ("response", "method", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "GET", b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HEAD", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", "GET", b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "GET", b""),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", "GET", b"to the end"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", "GET", b"ab"),
        (b"HTTP/1.1 200\r\nContent-Length: 2, 2\r\n\r\nab", "GET", b"ab"),
    ],
    ids=["length", "head", "304", "204", "to the end", "chunked wins", "equal lengths"],
)
def test_responses_are_framed_by_the_book(response: bytes, method: str, body: bytes) -> None:
    (message,) = _read(response, methods=(method,))
    assert (message.body.data, message.complete) == (body, True)


def test_an_interim_response_leaves_the_request_waiting() -> None:
    data = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    assert [message.status for message in _read(data, methods=("HEAD",))] == [100, 200]


def test_a_hole_in_a_body_is_counted_and_read_over() -> None:
    reader = HttpReader()
    head = b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"
    assert reader.push(Placed(head), 1) == []
    assert reader.skip(4) == []
    (first,) = reader.push(Placed(b"hijGET /next HTTP/1.1\r\n\r\n"), 2)[:1]
    assert (first.body.data, first.missing) == (b"abchij", (("body", 4),))


def test_after_a_hole_in_a_head_reading_goes_on_at_the_next_message() -> None:
    reader = HttpReader()
    reader.push(Placed(b"GET /lost HTTP/1.1\r\nHost: a"), 1)
    (cut,) = reader.skip(100)
    assert (cut.target.data, cut.complete) == (b"/lost", False)
    (found,) = reader.push(Placed(b"rest of something GET /no\r\nGET /found HTTP/1.1\r\nHost: b\r\n\r\n"), 2)
    assert found.target.data == b"/found"


def test_a_body_over_the_limit_is_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http1, "MAX_BODY", 100)
    (message,) = _read(b"POST / HTTP/1.1\r\nContent-Length: 300\r\n\r\n" + bytes(300), [90, 200])
    assert (len(message.body.data), message.over_limit, message.complete) == (100, True, True)


def test_a_body_that_never_ends_counts_what_is_missing() -> None:
    (message,) = _read(b"POST / HTTP/1.1\r\nContent-Length: 300\r\n\r\nabc")
    assert (message.body.data, message.missing, message.complete) == (b"abc", (("body", 297),), False)


def test_a_head_in_thousands_of_segments_is_searched_once() -> None:
    reader = HttpReader()
    reader.push(Placed(b"GET / HTTP/1.1\r\n"), 1)
    for _ in range(3_000):
        assert reader.push(Placed(b"X: " + b"a" * 70 + b"\r\n"), 2) == []
    (message,) = reader.push(Placed(b"\r\n"), 3)
    assert len(message.headers) <= MAX_HEADERS


def test_a_head_without_end_is_given_up() -> None:
    reader = HttpReader()
    reader.push(Placed(b"GET / HTTP/1.1\r\n"), 1)
    for _ in range(400):
        reader.push(Placed(b"a" * 1_000), 1)
    assert reader.held < 2 * http1.MAX_HEAD


def test_every_byte_of_a_chunked_body_knows_its_packet() -> None:
    data = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    (message,) = _read(data, [data.index(b"abc") + 1])
    assert [(place.start, place.packet) for place in message.body.places] == [(0, 1), (1, 2), (3, 2)]


@pytest.mark.parametrize(
    ("head", "answer"),
    [(b"G", None), (b"GET ", True), (b"HTTP/1.", True), (b"GETX", False), (b"\x16\x03", False), (b"", None), (b"\r\nGET ", True)],
)
def test_knows_the_begin_of_a_message(head: bytes, answer: bool | None) -> None:
    assert begins_message(head) is answer


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=6))
def test_any_bytes_return(data: bytes, cuts: list[int]) -> None:
    _read(data, cuts)
    _read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + data, cuts)


@given(
    st.lists(
        st.one_of(st.integers(0, 50), st.sampled_from([REQUESTS[:40], REQUESTS[40:150], b"HTTP/1.1 200 OK\r\n\r\n", b"\r\n"])),
        max_size=12,
    )
)
def test_any_holes_are_survived(events: list[int | bytes]) -> None:
    reader = HttpReader()
    for event in events:
        if isinstance(event, int):
            reader.skip(event)
        else:
            reader.push(Placed(event), 1)
    reader.end()


CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "header", "body"),
    [
        (CHUNKED + b"2\r\nab\r\n0\r\nX-Id: 7\r\n\r\n", ("X-Id", b"7"), b"ab"),
        (CHUNKED + b"2;x=7\r\nab\r\n0\r\n\r\n", ("chunk-extension", b"x=7"), b"ab"),
        (CHUNKED + b"2\r\nab7\r\n0\r\n\r\n", ("chunk-extension", b"7"), b"ab"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 3\r\n\r\nabc", ("Content-Length", b"3"), b"abc"),
    ],
    ids=["trailer", "chunk extension", "behind a chunk", "two lengths"],
)
def test_what_stands_beside_the_body_is_kept(data: bytes, header: tuple[str, bytes], body: bytes) -> None:
    """Trailers and chunk extensions are content, but no headers; of several lengths the longest counts, so that no byte is left unread."""
    (message,) = HttpReader().push(Placed(data), None)
    assert message.body.data == body
    assert header in [(name, value.data) for name, value in (*message.headers, *message.aside)]


@pytest.mark.parametrize("data", [b"1;x=y\r\na\r\n" * 1_100 + b"0\r\n\r\n", b"1\r\na\r\n0\r\n" + b"A: b\r\n" * 1_100 + b"\r\n"])
def test_too_much_beside_a_body_is_said(data: bytes) -> None:
    """A thousand trailers or extensions are kept; that there were more is no secret."""
    (message,) = HttpReader().push(Placed(CHUNKED + data), None)
    assert (len(message.aside), message.over_limit) == (1_000, True)
