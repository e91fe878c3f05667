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

from auditor.capture import har_bodies, har_told, http_pieces
from auditor.capture.endpoint_names import address, distinct, host_name
from auditor.capture.har_entries import read_entries
from auditor.capture.har_entry import Content, Entry, NameValue, PostData, WebSocketMessage
from auditor.capture.har_told import encoded as _encoded
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
_LOCAL = frozenset({"about", "blob", "chrome", "chrome-extension", "data", "devtools", "file", "javascript", "moz-extension"})
"""Schemes of what browsers list although it never left them."""
_NO_BODY = frozenset({204, 205, 304})
"""Status codes whose responses have none (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5)."""
_MAX_TIME = 9_200_000_000_000_000_000
"""Nanoseconds: times before 1678 and after 2261 do not fit into a column."""
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
        flows: list[Flow] = []
        local = 0
        for item in read_entries(data):
            if isinstance(item, Damage):
                damage.append(item)
                continue
            index, entry = item
            try:
                url = _url(entry)
                if url.scheme in _LOCAL:
                    local += 1
                    continue
                flows.append(_flow(index, entry, url))
            except ValueError as error:
                damage.append(Damage(f"entry {index}", f"its URL is none: {error}"))
                continue
            if options.inspect:
                for message in _messages(index, entry, url):
                    options.inspect(message)
        outcome = Outcome.DAMAGED if damage else Outcome.READ if flows or local else Outcome.EMPTY
        return Reading(
            format=self.name,
            outcome=outcome,
            table=OBSERVED.of_rows(flow.row() for flow in flows),
            damage=tuple(damage),
            loss_known=True,
            notes=(f"{local} entries are no traffic (data:, blob: and the like)",) if local else (),
        )


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


def _url(entry: Entry) -> SplitResult:
    """The URL taken apart.

    Raises:
        ValueError: it is none.
    """
    url = urlsplit(entry.request.url)
    if not url.scheme:
        raise ValueError("no scheme")
    _ = url.port  # raises where the port is none
    return url


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
        ended=_last(_ended(started, entry.time), entry),
        bytes_up=_sum(request.headers_size, request.body_size, _payload(entry, up=True)),
        bytes_down=_sum(response.headers_size, response.body_size, _payload(entry, up=False)),
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
    """Of HTTP/2 and HTTP/3, which are negotiated; an exchange in HTTP/1.1 does not tell whether anything was."""
    version = (entry.response.http_version or entry.request.http_version or "").lower()
    return _ALPN.get(version)


def _tls_version(entry: Entry) -> str | None:
    match = _TLS.search((entry.security.protocol or "") if entry.security else "")
    return f"TLSv{match[1]}" if match else None


def _sum(head: float | None, body: float | None, more: int) -> int | None:
    """Head and body as transferred, and `more`; -1, absent and absurd sizes mean that the recorder does not know."""
    if head is None or body is None or not 0 <= head < 1e15 or not 0 <= body < 1e15:
        return None
    return int(head) + int(body) + more


def _payload(entry: Entry, *, up: bool) -> int:
    """Bytes of the WebSocket messages of one direction."""
    return sum(len(_websocket_data(message)) for message in entry.websocket or () if (message.type == "send") is up)


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
    return _within((since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000)


def _within(nanoseconds: int) -> int | None:
    return nanoseconds if -_MAX_TIME < nanoseconds < _MAX_TIME else None


def _last(ended: int | None, entry: Entry) -> int | None:
    """The end of the exchange, or of the WebSocket that began with it."""
    times = (ended, *(_message_time(message) for message in entry.websocket or ()))
    return max((time for time in times if time is not None), default=None)


def _message_time(message: WebSocketMessage) -> int | None:
    """Recorded in seconds since 1970."""
    seconds = message.time
    if seconds is None or not -_MAX_TIME < seconds * 1e9 < _MAX_TIME:
        return None
    return round(seconds * 1_000_000) * 1_000


def _ended(started: int | None, milliseconds: float | None) -> int | None:
    if started is None or milliseconds is None or not 0 <= milliseconds < 1e12:
        return started
    return _within(started + round(milliseconds * 1_000) * 1_000) or started


def _unread(entry: Entry) -> tuple[str, ...]:
    sides = (("request body", _request_gap(entry)), ("response body", _response_gap(entry)))
    return tuple(f"{part}: {gap}" for part, gap in sides if gap)


def _request_gap(entry: Entry) -> str | None:
    """Why the request's body is not all there; None where it is."""
    data = entry.request.post_data
    body = _body(data)
    if body is None:
        return "not valid base64"
    if data and not data.text and any(param.file_name and not param.value for param in data.params or ()):
        return "a file is not in the HAR"
    return "not in the HAR" if not body and (entry.request.body_size or 0) > 0 else None


def _response_gap(entry: Entry) -> str | None:
    """Why the response's body is not all there; None where it is, and where there was none."""
    content = entry.response.content
    body = _content(content)
    if body is None:
        return "not valid base64"
    size = -1 if content.size is None else content.size
    if body:
        # No character set has more than four bytes for a character: that much and more is missing for certain.
        held = len(body) if content.encoding == "base64" else 4 * len(content.text or "")
        return "cut in the HAR" if size > held else None
    if size >= 0:
        return "not in the HAR" if size > 0 else None
    return "not in the HAR" if _may_have_body(entry) else None


def _may_have_body(entry: Entry) -> bool:
    """Whether a response whose body's size is not known can have had one."""
    sent, status = entry.response.body_size, entry.response.status or 0
    if sent is not None and sent >= 0:
        return sent > 0
    return status >= 200 and status not in _NO_BODY and entry.request.method != "HEAD"


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
            *http_pieces.userinfo_pieces(_encoded(url.netloc.rpartition("@")[0])),
            *http_pieces.target_pieces(_encoded(target)),
            *http_pieces.fragment_pieces(_encoded(url.fragment)),
            *_headers(request.headers),
            *http_pieces.body_pieces(_body(request.post_data)),
            *har_told.request_pieces(request, url),
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
            pieces=(
                *http_pieces.reason_pieces(_encoded(response.status_text or "")),
                *_headers(response.headers),
                *har_told.response_pieces(response),
                *http_pieces.body_pieces(_content(response.content)),
            ),
        )
    for number, message in enumerate(entry.websocket or (), 2):
        yield _websocket(index, number, message, host)


def _websocket(index: int, number: int, message: WebSocketMessage, host: str | None) -> Message:
    data = _websocket_data(message)
    return Message(
        flow_id=str(index),
        number=number,
        direction=Direction.UP if message.type == "send" else Direction.DOWN,
        at=_message_time(message),
        host=host,
        protocol="websocket",
        coded=False,
        pieces=(Piece(Part.BODY, "", data),) if data else (),
    )


def _websocket_data(message: WebSocketMessage) -> bytes:
    binary = _unbase64(message.data) if message.opcode == 2 else None
    return _encoded(message.data) if binary is None else binary


def _headers(headers: tuple[NameValue, ...] | None) -> tuple[Piece, ...]:
    """Headers without HTTP/2's pseudo headers: those that do not repeat the URL are told by `har_told`."""
    return http_pieces.named_headers(
        (header.name, _encoded(header.value or "")) for header in headers or () if not header.name.startswith(":")
    )


def _body(data: PostData | None) -> bytes | None:
    """The request's body; b"" where there is none, None where it cannot be decoded."""
    if data is None:
        return b""
    if data.text:
        return _unbase64(data.text) if data.encoding == "base64" else har_bodies.encoded(data.text)
    fields = ((quote_plus(param.name), quote_plus(param.value or "")) for param in data.params or ())
    return "&".join(f"{name}={value}" for name, value in fields).encode()


def _content(content: Content) -> bytes | None:
    if not content.text:
        return b""
    return _unbase64(content.text) if content.encoding == "base64" else har_bodies.encoded(content.text)


def _unbase64(text: str) -> bytes | None:
    """Lines do not matter."""
    try:
        return base64.b64decode(text if "\n" not in text else "".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
