"""SOCKS: the target is the host, what follows is a conversation of its own; a handshake that goes wrong is handed on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.talk_socks import begins_socks
from tests.unit.capture.test_unknown import HELLO, told

GREETING, CHOSEN, GRANTED = b"\5\1\0", b"\5\0", b"\5\0\0\1\0\0\0\0\0\0"
NAMED = b"\5\1\0\3\x0etarget.example\1\xbb"
ADDRESSED = b"\5\1\0\1\xc6\x33\x64\x07\1\xbb"
SIX = b"\5\1\0\4" + bytes(16) + b"\1\xbb"


@pytest.mark.parametrize(
    ("parts", "host", "names"),
    [
        ([(0, GREETING), (1, CHOSEN), (0, NAMED), (1, GRANTED)], "target.example", ("target.example", "api.example.com")),
        ([(0, GREETING), (1, CHOSEN), (0, ADDRESSED), (1, GRANTED)], "api.example.com", ("api.example.com",)),
        ([(0, GREETING), (1, CHOSEN), (0, SIX), (1, b"\5\0\0\4" + bytes(18))], "api.example.com", ("api.example.com",)),
        ([(0, b"\4\1\1\xbb\xc6\x33\x64\x07me\0"), (1, b"\0\x5a" + bytes(6))], "api.example.com", ("api.example.com",)),
        ([(0, b"\4\1\1\xbb\0\0\0\1me\0four.example\0"), (1, b"\0\x5a" + bytes(6))], "four.example", ("four.example", "api.example.com")),
        ([(0, GREETING), (1, CHOSEN[:1]), (1, CHOSEN[1:]), (0, NAMED[:7]), (0, NAMED[7:]), (1, GRANTED)], "target.example", ("target.example", "api.example.com")),
    ],
)  # fmt: skip
def test_what_is_inside_is_read_on(parts: list[tuple[int, bytes | int]], host: str, names: tuple[str, ...]) -> None:
    story, _ = told([*parts, (0, HELLO)], 1_080)
    assert (story.application, story.host[0], story.all_names) == ("tls", host, names)


def test_a_password_in_the_clear_is_content() -> None:
    login = b"\1\5user1\6secret"
    _, messages = told([(0, b"\5\1\2"), (1, b"\5\2"), (0, login), (1, b"\1\0"), (0, NAMED), (1, GRANTED)], 1_080)
    pieces = [(piece.name, piece.data) for message in messages for piece in message.pieces]
    assert pieces[:2] == [("username", b"user1"), ("password", b"secret")]


@pytest.mark.parametrize("login", [b"", b"\1\5user1\6secret"], ids=["nobody", "a user"])
@pytest.mark.parametrize("cut", [(), ((0, 200),)], ids=["whole", "cut"])
def test_what_a_client_asked_without_an_answer_is_read(login: bytes, cut: tuple[tuple[int, bytes | int], ...]) -> None:
    """One side alone was captured, or the client did not wait and the snap length cut what follows."""
    story, messages = told([(0, GREETING), (0, login + NAMED), (0, HELLO), *cut], 1_080)
    assert (story.host, story.application) == (("target.example", "connect"), "tls")
    assert story.all_names == ("target.example", "api.example.com")
    assert any(piece.data == b"secret" for message in messages for piece in message.pieces) == bool(login)


def test_a_hole_in_the_handshake_ends_it() -> None:
    story, messages = told([(0, GREETING), (1, 2), (0, NAMED)], 1_080)
    assert story.host[0] is None
    assert any(NAMED in piece.data for message in messages for piece in message.pieces)


def test_an_endless_handshake_is_handed_on() -> None:
    _, messages = told([(0, b"\4\1\1\xbb\0\0\0\1"), *[(0, b"x" * 900)] * 4], 1_080)
    assert sum(len(piece.data) for message in messages for piece in message.pieces) >= 3_600


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (GREETING, True), (b"\5", None), (b"\4\1", None), (b"", None), (b"\4\1\0", True), (b"\4\2\0", False), (b"\5\0\0", False),
        (b"\5\1\x55", False), (b"\5\2\0", False), (b"\5\1\0\0", False), (b"GE", False),
    ],
)  # fmt: skip
def test_how_it_begins(head: bytes, answer: bool | None) -> None:
    assert begins_socks(head) is answer


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (b"\4\1\0\x50\0\0\0\7", True), (b"\4\1\0\x50\0\0", True), (b"\4\1\0\x50\xc6\x33\x64\7", True),
        (b"\4\1\0\x50\0\0\0\0", False), (b"\4\1\0\x2b\0\x35\1\0", False), (b"\4\1\0\x2b\0\0\1\0", False),
    ],
)  # fmt: skip
def test_version_4_has_no_address_that_reaches_nobody(head: bytes, answer: bool) -> None:
    """An SQL server's answer begins alike, and may be captured first."""
    assert begins_socks(head) is answer


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from([NAMED, CHOSEN, GRANTED, SIX]) | st.binary(max_size=12) | st.integers(1, 9)),
        max_size=6,
    )
)
@settings(max_examples=150, deadline=None)
def test_any_talk_is_told(parts: list[tuple[int, bytes | int]]) -> None:
    told([(0, GREETING), *parts], 1_080)
    told([(0, b"\4\1\1\xbb"), *parts], 1_080)


def test_an_answer_that_was_captured_before_its_greeting_is_the_server_s() -> None:
    """Two directions may be captured out of order; who opened the connection is known from its SYN."""
    story, _ = told([(1, CHOSEN), (0, GREETING), (0, NAMED), (1, GRANTED), (0, HELLO)], 1_080)
    assert story.host == ("target.example", "connect")


@pytest.mark.parametrize("behind", [NAMED, NAMED + HELLO, b"\1\5user1\6secret" + NAMED + HELLO])
def test_a_client_that_waits_for_no_answer_is_understood(behind: bytes) -> None:
    """All in one segment, as clients do that know their proxy."""
    greeting = b"\5\1\2" if behind[0] == 1 else GREETING
    answers = [(1, greeting[:1] + greeting[2:]), *([(1, b"\1\0")] if behind[0] == 1 else []), (1, GRANTED)]
    story, _ = told([(0, greeting + behind), *answers], 1_080)
    assert story.host == ("target.example", "connect")
    assert ("api.example.com" in story.all_names) is (HELLO in behind)


def test_as_whom_the_proxy_connects_is_a_name_among_others() -> None:
    """RFC 1928 section 6: the reply may hold a name."""
    asked = b"\5\1\0\3\x08x.target\1\xbb"
    story, _ = told([(0, b"\5\1\0"), (1, b"\5\0"), (0, asked), (1, b"\5\0\0\3\x06a.exit\0\0"), (0, HELLO)], 1_080)
    assert (story.host[0], list(story.names)) == ("x.target", ["x.target", "a.exit", "api.example.com"])
