"""What an entry lists and says nowhere else; what only repeats is no second piece."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from auditor.capture.har_entry import Entry
from auditor.capture.har_told import encoded, request_pieces, response_pieces
from tests.unit.capture.har_files import chrome, entry, firefox, playwright, posted

NAMED = [{"name": "d", "value": "352 099"}]
HEADERS = [{"name": "Cookie", "value": "d=352"}, {"name": "Set-Cookie", "value": "d=352"}, {"name": "Location", "value": "/"}]


def told(made: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    """Part, name and bytes of what is told of an entry."""
    read = msgspec.convert(made, Entry, strict=False)
    pieces = (*request_pieces(read.request, urlsplit(read.request.url)), *response_pieces(read.response))
    return [(piece.part, piece.name, piece.data) for piece in pieces]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (entry(request__method="X1"), [("header", "method", b"X1")]),
        (entry("https://other.example/"), [("header", "Host", b"other.example")]),
        (entry(request__cookies=NAMED), [("cookie", "d", b"352 099")]),
        (entry(response__cookies=NAMED), [("cookie", "d", b"352 099")]),
        (entry("https://shop.example/", request__queryString=NAMED), [("query", "", b"d=352+099")]),
        (posted({"text": "x", "params": NAMED}), [("body", "params", b"d=352+099")]),
        (posted({"params": [{"name": "d", "fileName": "352.png"}]}), [("body", "filename", b"352.png")]),
        (entry(response__redirectURL="/352"), [("header", "Location", b"/352")]),
        (entry(response__headers=[{"name": ":status", "value": "302"}]), [("header", ":status", b"302")]),
    ],
)
def test_what_stands_nowhere_else(made: dict[str, Any], expected: list[tuple[str, str, bytes]]) -> None:
    """Each list, where the header or the query that it repeats is not there."""
    assert told(made) == expected


@pytest.mark.parametrize(
    "made",
    [
        entry(),
        chrome(),
        firefox(),
        entry(request__headers=[*HEADERS, {"name": "host", "value": "shop.example:443"}], request__cookies=NAMED),
        entry(response__headers=HEADERS, response__cookies=NAMED, response__redirectURL="/352"),
        entry(request__queryString=NAMED),
        posted({"text": "d=352+099", "params": NAMED}),
        entry(response__headers=[{"name": ":status", "value": "200"}]),
    ],
)
def test_what_repeats_is_not_told(made: dict[str, Any]) -> None:
    """Most recorders write everything twice."""
    assert [piece for piece in told(made) if piece[1] != "Host"] == []


def test_hosts_without_a_header() -> None:
    """HTTP/2 has none."""
    made = entry("https://cdn.example/x.js", request__headers=playwright()["request"]["headers"][:0])
    assert told(made) == [("header", "Host", b"cdn.example")]


def test_lone_surrogates_are_escapes() -> None:
    """No encoding holds them."""
    assert encoded("a\ud800") == b"a\\ud800"
