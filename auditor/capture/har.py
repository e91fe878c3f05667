"""HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/): a browser's own record of its exchanges. Entries in, flows out.

A recorder takes content codings off before it writes a body, so the messages say that theirs are gone. What a HAR leaves
out (addresses, sizes of -1, bodies of cached or cross-origin answers) stays null or is named as unread; it is never zero.
"""

import base64
import binascii
import datetime
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, quote_plus, urlsplit

from auditor.capture import http_pieces
from auditor.capture.endpoint_names import address, distinct, host_name
from auditor.capture.har_entries import read_entries
from auditor.capture.har_entry import Content, Entry, NameValue, PostData, WebSocketMessage
from auditor.capture.opened import open_capture
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.content import Message, Piece
from auditor.model.flow import Flow
from auditor.model.reading import Damage, Reading
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import Direction, HostSource, Outcome, Part, Surface, Visibility

MAX_SIZE = 2 << 30
"""Bytes of one HAR file. It is one JSON value and is held whole."""
BLOCK = 1 << 22

_HEAD = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{')
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_ENCRYPTED = frozenset({"https", "wss"})
_ALPN = {"h2": "h2", "http/2": "h2", "http/2.0": "h2", "h3": "h3", "http/3": "h3", "http/3.0": "h3"}
_TLS = re.compile(r"TLS\s*v?(1(?:\.\d)?)", re.IGNORECASE)


class HarReader:
    """Browsers, Playwright, mitmproxy, Charles, Fiddler, HTTP Toolkit ..."""

    name = "har"
    surface = Surface.APP

    def recognises(self, head: bytes) -> bool:
        """A JSON object whose first key is `log`."""
        return _HEAD.match(head) is not None

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads the whole file, then entry by entry."""
        data, damage = _bytes(path, options)
        flows = []
        for item in read_entries(data):
            if isinstance(item, Damage):
                damage.append(item)
                continue
            index, entry = item
            try:
                url = urlsplit(entry.request.url)
                flows.append(_flow(index, entry, url))
            except ValueError as error:
                damage.append(Damage(f"entry {index}", f"its URL is none: {error}"))
                continue
            if options.inspect:
                for message in _messages(index, entry, url):
                    options.inspect(message)
        outcome = Outcome.DAMAGED if damage else Outcome.READ if flows else Outcome.EMPTY
        frame = OBSERVED.frame(flow.row() for flow in flows)
        return Reading(format=self.name, outcome=outcome, flows=frame, damage=tuple(damage), loss_known=True)


READER = HarReader()


def _bytes(path: str, options: ReadOptions) -> tuple[bytes, list[Damage]]:
    blocks: list[bytes] = []
    size = 0
    with open_capture(path) as stream:
        try:
            while (block := stream.read(BLOCK)) and size <= MAX_SIZE:
                blocks.append(block)
                size += len(block)
                if options.progress:
                    options.progress(len(block))
        except CaptureError as error:
            return b"".join(blocks), [Damage(error.source.where if error.source else f"byte {size}", error.what)]
    if size > MAX_SIZE:
        return b"".join(blocks)[:MAX_SIZE], [
            Damage(f"byte {MAX_SIZE}", f"is larger than {MAX_SIZE >> 30} GiB; the rest was not read")
        ]
    return b"".join(blocks), []


def _flow(index: int, entry: Entry, url: SplitResult) -> Flow:
    request, response = entry.request, entry.response
    started = _nanoseconds(entry.started)
    asked = host_name(url.hostname)
    named = host_name(_header(request.headers, "host") or _header(request.headers, ":authority"))
    host = asked or named
    encrypted = url.scheme in _ENCRYPTED
    return Flow(
        flow_id=str(index),
        server_ip=address(entry.server_address) or address(url.hostname),
        server_port=url.port or _PORTS.get(url.scheme),
        transport="udp" if _alpn(entry) == "h3" else "tcp",
        application="websocket" if entry.websocket is not None or url.scheme in ("ws", "wss") else "http",
        host=host,
        host_source=HostSource.HTTP_HOST if host else HostSource.NONE,
        names=distinct((asked, named)),
        url=_shown_url(url, named),
        started=started,
        ended=_ended(started, entry.time),
        bytes_up=_sum(request.headers_size, request.body_size),
        bytes_down=_sum(response.headers_size, response.body_size),
        visibility=Visibility.DECRYPTED if encrypted else Visibility.CLEARTEXT,
        tls_version=_tls_version(entry) if encrypted else None,
        alpn=_alpn(entry),
        unread=_unread(entry),
    )


def _shown_url(url: SplitResult, named: str | None) -> str:
    host = url.hostname or ""
    if address(host) is not None:
        host = named or (f"[{host}]" if ":" in host else host)
    port = f":{url.port}" if url.port and url.port != _PORTS.get(url.scheme) else ""
    return f"{url.scheme}://{host}{port}{url.path}"


def _alpn(entry: Entry) -> str | None:
    version = (entry.response.http_version or entry.request.http_version or "").lower()
    return _ALPN.get(version, "http/1.1" if version == "http/1.1" else None)


def _tls_version(entry: Entry) -> str | None:
    match = _TLS.search((entry.security.protocol or "") if entry.security else "")
    return f"TLSv{match[1]}" if match else None


def _sum(head: float | None, body: float | None) -> int | None:
    """Head and body as transferred; -1 and absent mean that the recorder does not know."""
    if head is None or body is None or head < 0 or body < 0:
        return None
    return int(head) + int(body)


def _header(headers: tuple[NameValue, ...] | None, name: str) -> str | None:
    return next((header.value for header in headers or () if header.name.lower() == name), None)


def _nanoseconds(text: str | None) -> int | None:
    """An ISO 8601 time; None where it is absent, lacks its offset or is none."""
    try:
        time = datetime.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if time.tzinfo is None:
        return None
    since = time - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000


def _ended(started: int | None, milliseconds: float | None) -> int | None:
    if started is None or milliseconds is None or not 0 <= milliseconds < 1e12:
        return started
    return started + round(milliseconds * 1_000) * 1_000


def _unread(entry: Entry) -> tuple[str, ...]:
    found = []
    request, content = entry.request, entry.response.content
    if request.post_data is None and (request.body_size or 0) > 0:
        found.append("request body: not in the HAR")
    elif _body(request.post_data) is None and request.post_data is not None:
        found.append("request body: not valid base64")
    if content.text is None and (content.size or 0) > 0:
        found.append("response body: not in the HAR")
    elif content.text is not None and _content(content) is None:
        found.append("response body: not valid base64")
    return tuple(found)


def _messages(index: int, entry: Entry, url: SplitResult) -> Iterator[Message]:
    request, response = entry.request, entry.response
    host = host_name(url.hostname) or host_name(_header(request.headers, "host"))
    started = _nanoseconds(entry.started)
    target = f"{url.path}?{url.query}" if url.query else url.path
    yield Message(
        flow_id=str(index),
        number=0,
        direction=Direction.UP,
        at=started,
        host=host,
        protocol="http",
        coded=False,
        pieces=(
            *http_pieces.target_pieces(_encoded(target)),
            *_headers(request.headers),
            *http_pieces.body_pieces(_body(request.post_data)),
        ),
    )
    if response.status or response.headers or response.content.text:
        yield Message(
            flow_id=str(index),
            number=1,
            direction=Direction.DOWN,
            at=_ended(started, entry.time),
            host=host,
            protocol="http",
            coded=False,
            pieces=(*_headers(response.headers), *http_pieces.body_pieces(_content(response.content))),
        )
    for number, message in enumerate(entry.websocket or (), 2):
        yield _websocket(index, number, message, host)


def _websocket(index: int, number: int, message: WebSocketMessage, host: str | None) -> Message:
    binary = _unbase64(message.data) if message.opcode == 2 else None
    data = _encoded(message.data) if binary is None else binary
    return Message(
        flow_id=str(index),
        number=number,
        direction=Direction.UP if message.type == "send" else Direction.DOWN,
        at=None if message.time is None else round(message.time * 1_000_000) * 1_000,
        host=host,
        protocol="websocket",
        coded=False,
        pieces=(Piece(Part.BODY, "", data),) if data else (),
    )


def _headers(headers: tuple[NameValue, ...] | None) -> tuple[Piece, ...]:
    """Headers without HTTP/2's pseudo headers, which repeat the URL."""
    return tuple(
        http_pieces.header_piece(header.name, _encoded(header.value or ""))
        for header in headers or ()
        if not header.name.startswith(":")
    )


def _body(data: PostData | None) -> bytes | None:
    """The request's body; b"" where there is none, None where it cannot be decoded."""
    if data is None:
        return b""
    if data.text:
        return _unbase64(data.text) if data.encoding == "base64" else _encoded(data.text)
    fields = ((quote_plus(param.name), quote_plus(param.value or "")) for param in data.params or ())
    return "&".join(f"{name}={value}" for name, value in fields).encode()


def _content(content: Content) -> bytes | None:
    if not content.text:
        return b""
    return _unbase64(content.text) if content.encoding == "base64" else _encoded(content.text)


def _unbase64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _encoded(text: str) -> bytes:
    """UTF-8; lone surrogates, which JSON allows and UTF-8 does not, as escapes."""
    return text.encode("utf-8", "backslashreplace")
