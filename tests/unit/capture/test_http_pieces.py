"""A message that is taken apart already becomes pieces, and its head has its size on the wire."""

import pytest

from auditor.capture.http_pieces import (
    body_pieces,
    fragment_pieces,
    head_size,
    header_pieces,
    host_pieces,
    method_pieces,
    named_headers,
    reason_pieces,
    target_pieces,
    userinfo_pieces,
)
from auditor.model.vocabulary import Part

TARGETS: tuple[tuple[bytes, list[tuple[Part, str, bytes]]], ...] = (
    (b"/a/b?x=1", [(Part.URL_PATH, "path", b"/a/b"), (Part.QUERY, "", b"x=1")]),
    (b"/a?x=1?y", [(Part.URL_PATH, "path", b"/a"), (Part.QUERY, "", b"x=1?y")]),
    (b"/a?", [(Part.URL_PATH, "path", b"/a")]),
    (b"?x", [(Part.QUERY, "", b"x")]),
    (b"*", [(Part.URL_PATH, "path", b"*")]),
    (b"", []),
)


@pytest.mark.parametrize(("target", "expected"), TARGETS)
def test_a_target_is_a_path_and_a_query(target: bytes, expected: list[tuple[Part, str, bytes]]) -> None:
    assert [(piece.part, piece.name, piece.data) for piece in target_pieces(target)] == expected


def test_cookies_are_a_part_of_their_own_in_both_directions() -> None:
    pieces = header_pieces(((b"Cookie", b"a"), (b"SET-COOKIE", b"b"), (b"X-Cookie", b"c"), (b"\xff", b"d")))
    assert [(piece.part, piece.name) for piece in pieces] == [
        (Part.COOKIE, "Cookie"),
        (Part.COOKIE, "SET-COOKIE"),
        (Part.HEADER, "X-Cookie"),
        (Part.HEADER, "\\xff"),
        (Part.HEADER, "name"),
    ]


@pytest.mark.parametrize(("name", "count"), [("X-B3-TraceId", 1), ("X-352099001761481", 2), ("a@b.example", 2), ("\udc80", 2)])
def test_a_header_name_that_may_hold_something_is_searched_too(name: str, count: int) -> None:
    assert len(named_headers([(name, b"v")])) == count


@pytest.mark.parametrize(("body", "count"), [(None, 0), (b"", 0), (b"x", 1)])
def test_only_a_body_that_is_there_is_a_piece(body: bytes | None, count: int) -> None:
    assert len(body_pieces(body)) == count


def test_the_head_has_its_size_in_http_1() -> None:
    assert head_size(b"GET / HTTP/1.1", [(b"Host", b"a")]) == len(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")


@pytest.mark.parametrize(("reason", "count"), [(b"OK", 0), (b"not found", 0), (b"", 0), (b"352099001761481", 1)])
def test_a_reason_phrase_counts_where_it_is_no_registered_one(reason: bytes, count: int) -> None:
    assert [piece.name for piece in reason_pieces(reason)] == ["reason"] * count


def test_what_stands_before_the_host_and_behind_the_hash_sign_is_kept() -> None:
    assert [(piece.part, piece.name) for piece in (*userinfo_pieces(b"a:b"), *fragment_pieces(b"id=1"))] == [
        (Part.URL_PATH, "userinfo"),
        (Part.QUERY, "fragment"),
    ]
    assert not (*userinfo_pieces(b""), *fragment_pieces(b""))


def test_methods_of_its_own_and_hosts_that_nothing_tells() -> None:
    """Usual methods, addresses, and hosts that a header or a server name tells are no pieces."""
    assert [piece.data for method in (b"GET", b"", b"X352") for piece in method_pieces(method)] == [b"X352"]
    told = ("A.example:443", b"b.example", None)
    names = ("a.example", "B.example:80", "203.0.113.5", "", None, "C.example:1")
    assert [(piece.name, piece.data) for piece in host_pieces(names, told)] == [("Host", b"C.example")]
