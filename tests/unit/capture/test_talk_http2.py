"""HTTP/2 in the clear: requests and answers of a connection; a hole or a damaged header block ends the reading, and says so."""

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.talk_http2 import PREFACE, begins_http2
from tests.unit.capture.test_unknown import told


def _request(*, body: bytes = b"body", padded: int | None = None, continued: int = 0) -> bytes:
    client = H2Connection()
    client.initiate_connection()
    more = [(f"x-{number}", "v" * 100) for number in range(continued)]
    headers = [(":method", "POST"), (":scheme", "http"), (":authority", "H2.example"), (":path", "/p?q=1"), *more]
    client.send_headers(1, headers)
    client.send_data(1, body, end_stream=True, pad_length=padded)
    return client.data_to_send()


def _answer(request: bytes) -> bytes:
    server = H2Connection(H2Configuration(client_side=False))
    server.initiate_connection()
    server.receive_data(request)
    server.send_headers(1, [(":status", "200"), ("set-cookie", "a=b")])
    server.send_data(1, b"answer", end_stream=True)
    return server.data_to_send()


@pytest.mark.parametrize("size", [7, 10_000])
@pytest.mark.parametrize("kind", ["plain", "padded", "continued"])
def test_an_exchange_is_read_however_it_is_cut(size: int, kind: str) -> None:
    up = {"plain": _request(), "padded": _request(padded=7), "continued": _request(continued=170)}[kind]
    parts: list[tuple[int, bytes | int]] = [(0, up[at : at + size]) for at in range(0, len(up), size)]
    story, messages = told([*parts, (1, _answer(up))], 8_080)
    assert (story.application, story.host[0], story.url, story.alpn) == ("http", "h2.example", "http://h2.example/p", "h2c")
    bodies = [piece.data for message in messages for piece in message.pieces if piece.part == "body"]
    assert bodies == [b"body", b"answer"]


@pytest.mark.parametrize("size", [5, 10_000])
@pytest.mark.parametrize("window", [False, True])
def test_a_server_may_speak_first(size: int, window: bool) -> None:
    """Servers of gRPC send their settings as soon as the connection stands; a segment of theirs may come before the client's."""
    up = _request()
    down = _answer(up)
    first = 9 + int.from_bytes(down[:3], "big")
    greeting = down[:first] + (b"\0\0\4\x08\0\0\0\0\0\0\x3f\0\1" if window else b"")
    parts: list[tuple[int, bytes | int]] = [(1, greeting[at : at + size]) for at in range(0, len(greeting), size)]
    parts += [(0, up[at : at + size]) for at in range(0, len(up), size)]
    story, messages = told([*parts, (1, down[first:])], 50_051)
    assert (story.application, story.host[0], story.alpn) == ("http", "h2.example", "h2c")
    bodies = [piece.data for message in messages for piece in message.pieces if piece.part == "body"]
    assert bodies == [b"body", b"answer"]


@pytest.mark.parametrize("later", [b"\1\2hello", b"PRI and more"])
def test_what_only_looks_like_a_servers_settings_is_payload(later: bytes) -> None:
    """The client's first bytes decide; nothing is lost while they are waited for, and a server alone is not waited for long."""
    greeting = b"\0\0\0\4\0\0\0\0\0"
    _, messages = told([(1, greeting), (0, later)], 9_000)
    assert [piece.data for message in messages for piece in message.pieces] == [greeting, later]
    _, messages = told([(1, greeting), *[(1, b"x" * 1_000)] * 500], 9_000)
    assert sum(len(piece.data) for message in messages for piece in message.pieces) >= len(greeting) + 500_000


def test_a_hole_loses_what_follows_and_says_so() -> None:
    up = _request()
    story, messages = told([(0, up[:60]), (0, 10), (0, up[70:])], 8_080)
    assert not any(piece.part == "body" for message in messages for piece in message.pieces)
    (unread,) = (reason for reason in story.all_unread() if reason.startswith("http2 frames"))
    assert str(10 + len(up) - 70) in unread


@pytest.mark.parametrize("frame", [b"\0\0\1\1\4\0\0\0\1\xff", b"\0\0\0\x09\4\0\0\0\1", b"\xff\xff\xff\1\4\0\0\0\1"])
def test_damaged_headers_end_the_reading(frame: bytes) -> None:
    story, _ = told([(0, PREFACE + frame + b"\0\0\1\0\1\0\0\0\1x")], 8_080)
    assert story.application == "http"
    assert story.host[0] is None


@pytest.mark.parametrize(
    ("head", "answer"),
    [(PREFACE, True), (PREFACE[:5], None), (b"", None), (b"PRI * HTTP/1", False), (PREFACE[:-1] + b"x", False)],
)
def test_how_it_begins(head: bytes, answer: bool | None) -> None:
    assert begins_http2(head) is answer


@given(st.integers(24, 120), st.binary(max_size=8), st.integers(24, 200))
@settings(max_examples=80, deadline=None)
def test_any_change_is_told(at: int, change: bytes, size: int) -> None:
    wounded = bytearray(_request())
    wounded[at : at + len(change)] = change
    told([(0, bytes(wounded[:size])), (1, bytes(wounded[24:size]))], 8_080)
