"""The first cut of each part of a message."""

import pytest

from auditor.decode.pieces import cut
from auditor.model.content import Piece
from auditor.model.vocabulary import Part


@pytest.mark.parametrize(
    ("piece", "found"),
    [
        (
            Piece(Part.URL_PATH, "path", b"/device/3520/x"),
            [("[1]", "", b"device"), ("[2]", "device", b"3520"), ("[3]", "3520", b"x")],
        ),
        (Piece(Part.QUERY, "query", b"a=1&b=x+y"), [("a", "a", b"1"), ("b", "b", b"x+y"), ("b", "b", b"x y")]),
        (Piece(Part.COOKIE, "Cookie", b'a=1; b="2"'), [("a", "a", b"1"), ("b", "b", b"2")]),
        (Piece(Part.HEADER, "Set-Cookie", b"sid=9; Path=/"), [("sid", "sid", b"9"), ("Path", "Path", b"/")]),
        (Piece(Part.HEADER, "Authorization", b"Bearer abc"), [("Authorization", "Authorization", b"abc")]),
        (Piece(Part.HEADER, "X-Auth", b"Hawk abc"), [("X-Auth", "X-Auth", b"abc")]),
        (Piece(Part.HEADER, "X-Key", b"Bearer abc"), [("X-Key", "X-Key", b"abc")]),
        (Piece(Part.HEADER, "X-Name", b"Studio &quot;Blush&quot;"), []),
        (Piece(Part.HEADER, "X-Ctx", b"os=x; id=%28"), [("X-Ctx.os", "os", b"x"), ("X-Ctx.id", "id", b"%28")]),
        (Piece(Part.HEADER, "X-Ctx", b"text/html; charset=utf-8"), []),
        (Piece(Part.HEADER, "X-Ctx", b"id=&#40;&#41;"), []),
        (Piece(Part.DNS, "question", b"a.b.example"), [("[1]", "", b"a"), ("[2]", "a", b"b"), ("[3]", "b", b"example")]),
        (
            Piece(Part.MQTT, "topic", b"/dev/3520/up"),
            [("topic", "", b"dev"), ("topic", "dev", b"3520"), ("topic", "3520", b"up")],
        ),
        (Piece(Part.MQTT, "client_id", b"a/b"), []),
        (Piece(Part.PAYLOAD, "payload", b"a=1"), []),
    ],
)
def test_cut(piece: Piece, found: list[tuple[str, str, bytes]]) -> None:
    """The whole first, then its values with path and name, each where it stands."""
    whole, *inners = cut(piece)
    assert whole.value == piece.data
    assert [(inner.path, inner.key, inner.value) for inner in inners] == found
    assert all(piece.data.startswith(inner.value, inner.at) for inner in inners if inner.at >= 0)


def test_a_document_in_a_header_has_no_parameters() -> None:
    """The attributes of XML are no quoted parameters: the header is taken apart as XML."""
    told = list(cut(Piece(Part.HEADER, "X-Device", b'<?xml version="1.0"?><imei>352099001761481</imei>')))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("first", "rest", "joined"),
    [
        (63, "b" * 20, [83]),
        (63, "bc", [65]),
        (63, "", [70]),
        (60, "bc", [62]),
        (30, "bc", [32]),
        (40, "b" * 20, [60]),
        (20, "bc", []),
    ],
)
def test_the_rest_of_a_long_label_is_joined_to_it(first: int, rest: str, joined: list[int]) -> None:
    """What is longer than a label goes on in the next one, however short that is; senders cut at 63 bytes or before."""
    name = ".".join(part for part in ("a" * first, rest, "example", "cn") if part).encode()
    together = [inner.value for inner in cut(Piece(Part.DNS, "question", name)) if inner.path == "labels"]
    assert [len(value) for value in together] == joined


def test_a_host_header_is_cut_like_the_name_that_it_is() -> None:
    """Where a label is long enough to hide something; other hosts stay whole."""
    name = ("6d" * 30 + ".6d6d.example.com").encode()
    found = [(inner.path, inner.value) for inner in cut(Piece(Part.HEADER, "Host", name))]
    assert ("labels", b"6d" * 32) in found
    assert len(list(cut(Piece(Part.HEADER, "Host", b"api.example.com:8443")))) == 1
