"""An HTTP message that is already taken apart (method, target, headers, body) to pieces, the same for every source."""

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPMethod, HTTPStatus

from auditor.capture.endpoint_names import host_name
from auditor.model.content import Piece
from auditor.model.vocabulary import Part

_COOKIE_HEADERS = frozenset({"cookie", "set-cookie"})
_USUAL_NAME = re.compile(r"[A-Za-z_.:-]{0,40}\d{0,3}[A-Za-z_.:-]{0,40}")
_METHODS = frozenset(
    {*(method.encode() for method in HTTPMethod), b"", b"PROPFIND", b"REPORT", b"M-SEARCH", b"NOTIFY", b"SUBSCRIBE"}
)
_PHRASES = frozenset({b"", b"connection established", *(status.phrase.lower().encode() for status in HTTPStatus)})


def target_pieces(target: bytes) -> tuple[Piece, ...]:
    """Path and query of a request target in origin form (RFC 9112 section 3.2.1)."""
    path, question, query = target.partition(b"?")
    pieces = (Piece(Part.URL_PATH, "path", path),) if path else ()
    return (*pieces, Piece(Part.QUERY, "", query)) if question and query else pieces


def method_pieces(method: bytes) -> tuple[Piece, ...]:
    """The method, where it is none of the usual ones: a server takes any word (RFC 9110 section 9.1)."""
    return () if method in _METHODS else (Piece(Part.HEADER, "method", method),)


def host_pieces(names: Iterable[str | None], told: Iterable[str | bytes | None]) -> tuple[Piece, ...]:
    """Hosts that a request was sent to or was meant for, and that no header and no server name tells: their labels may hold
    anything."""
    known = {None, *map(host_name, told)}
    asked = {host_name(name): name for name in names}
    sent = [name for key, name in asked.items() if key not in known and name]
    return tuple(Piece(Part.HEADER, "Host", name.partition(":")[0].encode(errors="backslashreplace")) for name in sent)


def userinfo_pieces(userinfo: bytes) -> tuple[Piece, ...]:
    """What stands before the host in a URL (RFC 3986 section 3.2.1)."""
    return (Piece(Part.URL_PATH, "userinfo", userinfo),) if userinfo else ()


def fragment_pieces(fragment: bytes) -> tuple[Piece, ...]:
    """What stands behind the hash sign of a URL: it is not sent, but a page's scripts and its recorder know it."""
    return (Piece(Part.QUERY, "fragment", fragment),) if fragment else ()


def says_something(reason: bytes) -> bool:
    """Whether a status line's reason phrase (RFC 9112 section 4) is none of the registered ones."""
    return reason.strip().lower() not in _PHRASES


def reason_pieces(reason: bytes) -> tuple[Piece, ...]:
    """The reason phrase of a response, where it is the server's own."""
    return (Piece(Part.HEADER, "reason", reason),) if says_something(reason) else ()


def header_pieces(headers: Iterable[tuple[bytes, bytes]]) -> tuple[Piece, ...]:
    """Each header, cookies apart."""
    return named_headers((name.decode("utf-8", "backslashreplace"), value) for name, value in headers)


def named_headers(headers: Iterable[tuple[str, bytes]]) -> tuple[Piece, ...]:
    """The same where names are text already; a name that may hold something is a piece of its own."""
    pieces = []
    for name, value in headers:
        pieces.append(header_piece(name, value))
        if not is_usual_name(name):
            pieces.append(Piece(Part.HEADER, "name", name.encode(errors="backslashreplace")))
    return tuple(pieces)


@lru_cache(4096)
def is_usual_name(name: str) -> bool:
    """Whether a header's name holds no more than words and a small number."""
    return _USUAL_NAME.fullmatch(name) is not None


def header_piece(name: str, value: bytes) -> Piece:
    """One header."""
    return Piece(Part.COOKIE if name.lower() in _COOKIE_HEADERS else Part.HEADER, name, value)


def body_pieces(body: bytes | None) -> tuple[Piece, ...]:
    """The body, where there is one."""
    return (Piece(Part.BODY, "", body),) if body else ()


def head_size(start_line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> int:
    """Bytes of a message's head in HTTP/1.1 form: start line, headers, blank line, each with its line end."""
    return len(start_line) + 2 + sum(len(name) + len(value) + 4 for name, value in headers) + 2
