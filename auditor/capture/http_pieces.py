"""An HTTP message that is already taken apart (method, target, headers, body) to pieces, the same for every source."""

from collections.abc import Iterable

from auditor.model.content import Piece
from auditor.model.vocabulary import Part

_COOKIE_HEADERS = frozenset({"cookie", "set-cookie"})


def target_pieces(target: bytes) -> tuple[Piece, ...]:
    """Path and query of a request target in origin form (RFC 9112 section 3.2.1)."""
    path, question, query = target.partition(b"?")
    pieces = (Piece(Part.URL_PATH, "path", path),) if path else ()
    return (*pieces, Piece(Part.QUERY, "", query)) if question and query else pieces


def header_pieces(headers: Iterable[tuple[bytes, bytes]]) -> tuple[Piece, ...]:
    """Each header, cookies apart."""
    return tuple(header_piece(name.decode("utf-8", "backslashreplace"), value) for name, value in headers)


def header_piece(name: str, value: bytes) -> Piece:
    """One header."""
    return Piece(Part.COOKIE if name.lower() in _COOKIE_HEADERS else Part.HEADER, name, value)


def body_pieces(body: bytes | None) -> tuple[Piece, ...]:
    """The body, where there is one."""
    return (Piece(Part.BODY, "", body),) if body else ()


def head_size(start_line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> int:
    """Bytes of a message's head in HTTP/1.1 form: start line, headers, blank line, each with its line end."""
    return len(start_line) + 2 + sum(len(name) + len(value) + 4 for name, value in headers) + 2
