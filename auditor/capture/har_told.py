"""What a HAR entry tells of an exchange beside its URL, its headers and its bodies: entries in, pieces out.

A recorder may leave out the header and list its cookies, leave out the query and list its parameters, or the other way round.
What is listed and stands nowhere else is a piece of its own; what only repeats is none.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import SplitResult, quote_plus

from auditor.capture import http_pieces
from auditor.capture.har_entry import NameValue, PostData, Request, Response
from auditor.model.content import Piece
from auditor.model.vocabulary import Part


def request_pieces(request: Request, url: SplitResult) -> Iterator[Piece]:
    """Of a request: its method, the host of its URL, and what its lists hold that stands nowhere else."""
    yield from http_pieces.method_pieces(encoded(request.method))
    yield from http_pieces.host_pieces((url.hostname,), (_value(request.headers, "host"),))
    target = f"{url.path}?{url.query}" if url.query else url.path
    yield from _pseudo(request.headers, (target, url.path, url.netloc, url.hostname, url.scheme, request.method))
    if request.cookies and _value(request.headers, "cookie") is None:
        yield from _cookies(request.cookies)
    if request.query_string and not url.query:
        yield Piece(Part.QUERY, "", _pairs(request.query_string))
    if request.post_data and request.post_data.params:
        yield from _params(request.post_data)


def response_pieces(response: Response) -> Iterator[Piece]:
    """Of a response, likewise."""
    yield from _pseudo(response.headers, (f"{response.status or 0:.0f}",))
    if response.cookies and _value(response.headers, "set-cookie") is None:
        yield from _cookies(response.cookies)
    if response.redirect_url and _value(response.headers, "location") is None:
        yield http_pieces.header_piece("Location", encoded(response.redirect_url))


def _pseudo(headers: Iterable[NameValue] | None, known: tuple[str | None, ...]) -> Iterator[Piece]:
    """Pseudo headers (RFC 9113 section 8.3) that say something else than the entry says."""
    for header in headers or ():
        if header.name.startswith(":") and header.value and header.value not in known:
            yield http_pieces.header_piece(header.name, encoded(header.value))


def _cookies(cookies: Iterable[NameValue]) -> Iterator[Piece]:
    for cookie in cookies:
        if cookie.value:
            yield Piece(Part.COOKIE, cookie.name, encoded(cookie.value))


def _params(data: PostData) -> Iterator[Piece]:
    """Names of files, and parameters that do not stand in the text beside them."""
    text, params = data.text or "", data.params or ()
    missing = [param for param in params if text and param.value and not _stands(param.value, text)]
    if missing:
        yield Piece(Part.BODY, "params", _pairs(missing))
    for param in params:
        if param.file_name and param.file_name not in text:
            yield Piece(Part.BODY, "filename", encoded(param.file_name))


def _stands(value: str, text: str) -> bool:
    return value in text or quote_plus(value) in text


def _pairs(listed: Iterable[NameValue]) -> bytes:
    return "&".join(f"{quote_plus(each.name)}={quote_plus(each.value or '')}" for each in listed).encode()


def _value(headers: Iterable[NameValue] | None, name: str) -> str | None:
    return next((header.value for header in headers or () if header.name.lower() == name), None)


def encoded(text: str) -> bytes:
    """UTF-8; lone surrogates, which JSON allows and UTF-8 does not, as escapes."""
    return text.encode("utf-8", "backslashreplace")
