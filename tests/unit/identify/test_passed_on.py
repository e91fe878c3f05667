"""Tokens that one company sets and another gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.identify.passed_on import Heard, PassedOn, passed_across
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Direction, Part

TOKEN = b"8f3a2c91-d7e4b05566"


def told(direction: Direction, host: str | None, *pieces: Piece) -> Message:
    """A request or a response."""
    return Message(flow_id="f", number=0, direction=direction, at=None, host=host, protocol="http", pieces=pieces)


def passed(*messages: tuple[Message, bytes]) -> list[str]:
    """What was passed on; a company is the last two labels."""
    tokens = PassedOn(lambda host: ".".join(host.split(".")[-2:]))
    for message, body in messages:
        tokens.hear(message, body)
    return [value.value for value in tokens.values()]


def cookie(value: bytes, name: bytes = b"uid", host: str = "a.tracker.example") -> tuple[Message, bytes]:
    """A response that sets a cookie."""
    return told(Direction.DOWN, host, Piece(Part.HEADER, "Set-Cookie", name + b"=" + value + b"; Path=/")), b""


def query(text: bytes, host: str | None = "b.other.example") -> tuple[Message, bytes]:
    """A request with a query."""
    return told(Direction.UP, host, Piece(Part.QUERY, "query", text)), b""


@pytest.mark.parametrize(
    "setting",
    [
        cookie(TOKEN),
        cookie(b'"' + TOKEN + b'"'),
        (told(Direction.DOWN, "a.tracker.example", Piece(Part.COOKIE, "Set-Cookie", b"sid=" + TOKEN)), b""),
        (told(Direction.DOWN, "a.tracker.example", Piece(Part.HEADER, "X-Session-Token", TOKEN)), b""),
        (told(Direction.DOWN, "a.tracker.example"), b'{"code":0,"data":{"deviceId" : "' + TOKEN + b'"}}'),
        (told(Direction.DOWN, "a.tracker.example"), b'{"visitor_id":"' + TOKEN + b'"}'),
        (told(Direction.DOWN, "a.tracker.example"), b'{"data":"{\\"sessionId\\":\\"' + TOKEN + b'\\"}"}'),
        (told(Direction.DOWN, "a.tracker.example"), b"<r><SessionId>" + TOKEN + b"</SessionId></r>"),
        (told(Direction.DOWN, "a.tracker.example"), b"code=0&access_token=" + TOKEN + b"&expires=1"),
        (told(Direction.UP, "a.tracker.example"), b'{"device_id":"' + TOKEN + b'"}'),
        (told(Direction.UP, "a.tracker.example", Piece(Part.COOKIE, "Cookie", b"a=1; puid=" + TOKEN)), b""),
        (told(Direction.UP, "a.tracker.example", Piece(Part.HEADER, "X-Device-Id", TOKEN)), b""),
        query(b"a=1&uuid=" + TOKEN, "a.tracker.example"),
    ],
)
@pytest.mark.parametrize(
    "getting",
    [
        query(b"a=1&puid=" + TOKEN + b"&z=2"),
        query(b"u=https%3A%2F%2Fx.example%2F%3Fid%3D" + TOKEN),
        (told(Direction.UP, "b.other.example", Piece(Part.HEADER, "Authorization", b"Bearer " + TOKEN)), b""),
        (told(Direction.UP, "b.other.example"), b'{"id":"' + TOKEN + b'"}'),
    ],
)
def test_set_by_one_and_got_by_another(setting: tuple[Message, bytes], getting: tuple[Message, bytes]) -> None:
    """By cookie, header or document, or by the client; in a query, a URL within it, a header or a body."""
    assert passed(setting, getting) == [TOKEN.decode()]


BASE64 = b"qL/8Zt+0mVx4/Ru2kD7Y"


@pytest.mark.parametrize(
    "getting",
    [
        query(b"t=qL%2F8Zt%2B0mVx4%2FRu2kD7Y"),
        (told(Direction.UP, "b.other.example"), b'{"t":"qL\\/8Zt+0mVx4\\/Ru2kD7Y"}'),
        (told(Direction.UP, "b.other.example", Piece(Part.HEADER, "X-T", BASE64)), b""),
    ],
)
@pytest.mark.parametrize("body", [b'{"user_token":"%b=="}' % BASE64, b'{"user_token":"%b"}' % BASE64.replace(b"/", b"\\/")])
def test_base64_with_its_slashes(body: bytes, getting: tuple[Message, bytes]) -> None:
    """Two tokens of base64 in five have a slash, which some write behind a backslash."""
    assert passed((told(Direction.DOWN, "a.tracker.example"), body), getting) == [BASE64.decode()]


def test_a_long_token() -> None:
    """A signed token of several claims is longer than five hundred characters."""
    token = b"eyJhbGciOiJIUzI1NiJ9." + b"Ab3" * 300 + b".x9-_Zk2"
    assert passed(cookie(token), query(b"t=" + token)) == [token.decode()]


@pytest.mark.parametrize(
    "messages",
    [
        [cookie(TOKEN), query(b"uid=" + TOKEN, "b.tracker.example")],
        [query(b"uid=" + TOKEN), cookie(TOKEN)],
        [cookie(TOKEN), query(b"uid=" + TOKEN, None)],
        [cookie(b"2026-11-23T10:00:00Z"), query(b"t=2026-11-23T10:00:00Z")],
        [cookie(b"17000000000000"), query(b"t=17000000000000")],
        [cookie(b"aaaaaaaaaaaaaaaa1"), query(b"t=aaaaaaaaaaaaaaaa1")],
        [(told(Direction.DOWN, "a.tracker.example"), b'{"amapKey":"' + TOKEN + b'"}'), query(b"key=" + TOKEN)],
        [(told(Direction.DOWN, "a.tracker.example"), b'{"appid":"' + TOKEN + b'"}'), query(b"appid=" + TOKEN)],
        [cookie(TOKEN), query(b"uid=" + TOKEN + b"77")],
        [cookie(b"default-session-v2"), query(b"t=default-session-v2")],
        [cookie(b"deleted20261"), query(b"t=deleted20261")],
        [cookie(TOKEN + b"; Max-Age=0"), query(b"t=" + TOKEN)],
        [
            (
                told(Direction.DOWN, "a.tracker.example"),
                b'[{"uuid":"%b1"},{"uuid":"%b2"},{"uuid":"%b3"}]' % (TOKEN, TOKEN, TOKEN),
            ),
            query(b"seen=" + TOKEN + b"2"),
        ],
    ],
)
def test_what_is_not_passed_on(messages: list[tuple[Message, bytes]]) -> None:
    """Within one company, before it was set, to nobody known; dates, numbers, runs; keys of SDKs; a longer word; words, cookies that
    are taken away, entries of a list."""
    assert passed(*messages) == []


def test_there_is_a_limit() -> None:
    """A server that sets a thousand tokens does not make a thousand needles."""
    tokens = [b"tok%06dabcdefgh" % number for number in range(1000)]
    assert len(passed(*(cookie(token) for token in tokens), query(b"&".join(tokens)))) == 50


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes(head: bytes, body: bytes) -> None:
    """Whatever is set and sent, tokens are text."""
    found = passed(cookie(head), (told(Direction.DOWN, "a.tracker.example"), body), (query(head)[0], body))
    assert all(value.isascii() for value in found)


def heard(*messages: tuple[Message, bytes]) -> Heard:
    """What one of several captures tells the others."""
    tokens = PassedOn(lambda host: ".".join(host.split(".")[-2:]), among_others=True)
    for message, body in messages:
        tokens.hear(message, body)
    return tokens.heard()


@pytest.mark.parametrize(
    ("getting", "expected"),
    [
        (query(b"id=" + TOKEN), [TOKEN.decode()]),
        (query(b"id=" + TOKEN, host="c.tracker.example"), []),
        (query(b"id=" + TOKEN[:-1]), []),
    ],
)
def test_set_in_one_capture_and_got_in_another(getting: tuple[Message, bytes], expected: list[str]) -> None:
    """The phone is given a token, and the printer shows it to another company; to the same one it is not passed on."""
    phone, printer = heard(cookie(TOKEN)), heard(query(b"a=1"), getting)
    for captures in ((phone, printer), (printer, phone)):
        assert [value.value for value in passed_across(captures)] == expected


def test_one_capture_alone_tells_the_others_nothing() -> None:
    """What it shows within itself is told by it."""
    assert passed_across([heard(cookie(TOKEN), query(b"id=" + TOKEN))]) == ()
