"""HTTP/1 over TCP: requests and responses go to the story as messages; CONNECT and Upgrade hand the connection on."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from auditor.capture.endpoint_names import host_name, url_host
from auditor.capture.http1 import HttpMessage, HttpReader
from auditor.capture.http_pieces import host_pieces, is_usual_name
from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.resolving import Asked, Resolver
from auditor.capture.story import Story
from auditor.capture.talk import Talk
from auditor.capture.talk_http2 import Http2Talk
from auditor.capture.talk_websocket import WebSocketTalk
from auditor.model.content import Piece
from auditor.model.vocabulary import HostSource, Part, Visibility

_COOKIES = frozenset({"cookie", "set-cookie"})
_SWITCHING = 101
MAX_WAITING = 1_000
"""Requests that wait for their response."""
MAX_STRAYS = 1024 * 1024
SEAM = 256
"""Bytes between messages that are told at once, and how many of them again, for a value may stand across the cut."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that waits for its response."""

    method: str
    host: str | None
    of_resolver: Asked


_NOBODY = _Asked("", None, Asked())


class HttpTalk:
    """Both directions of an HTTP/1 connection."""

    def __init__(self, story: Story, names: Names, unknown: Callable[[Story], Talk]) -> None:
        """`names` learns what HTTPDNS answers; `unknown` makes the reader for what follows CONNECT or Upgrade."""
        self._story = story
        self._unknown = unknown
        self._readers = (HttpReader(), HttpReader())
        self._names = names
        self._resolver = Resolver(story, names)
        self._asked: deque[_Asked] = deque(maxlen=MAX_WAITING)
        self._answered = _NOBODY
        self._host: str | None = None
        self._inner: Talk | None = None
        story.spoke("http", Visibility.CLEARTEXT)

    @property
    def held(self) -> int:
        """Bytes of messages that are not complete yet."""
        return self._inner.held if self._inner else sum(reader.held for reader in self._readers)

    def take(self, side: int, run: Placed, at: int) -> None:
        """Takes the next bytes of a side."""
        if self._inner:
            self._inner.take(side, run, at)
            return
        for message in self._readers[side].push(run, at):
            self._tell(side, message)
            if self._inner or self._hands_on(message):
                self._hand_on(message, at)
        self._tell_strays(side, at, MAX_STRAYS)

    def gap(self, side: int, size: int, at: int) -> None:
        """Takes a hole."""
        if self._inner:
            self._inner.gap(side, size, at)
            return
        reader = self._readers[side]
        for message in reader.skip(size):
            self._tell(side, message)
        if reader.unsaid:
            self._story.lose("http messages", reader.unsaid)
            reader.unsaid = 0

    def end(self, at: int) -> None:
        """Tells the messages that never ended."""
        if self._inner:
            self._inner.end(at)
            return
        for side in sorted((0, 1), key=lambda side: not self._story.is_up(side)):
            for message in self._readers[side].end():
                self._tell(side, message)
            self._tell_strays(side, at)

    def _tell_strays(self, side: int, at: int, least: int = 1) -> None:
        """What belongs to no message is looked through as it stands."""
        strays = self._readers[side].strays
        if len(strays) < least:
            return
        run = strays.take_all()
        if self._story.emit:
            self._story.say(side=side, at=at, protocol="http", pieces=(run.piece(Part.PAYLOAD),), host=self._host)
        if least > 1:
            strays.extend(run.part(len(run.data) - SEAM))

    def _tell(self, side: int, message: HttpMessage) -> None:
        if message.is_request:
            self._story.opened_by(side)
            self._readers[1 - side].methods.append(message.method)
            host = self._name(side, message)
            target, _ = message.seen_whole
            asked = self._resolver.asked(target, message.header("accept") or b"") if target else Asked()
            self._asked.append(_Asked(message.method, host, asked))
            inside = asked.pieces
        else:
            self._story.opened_by(1 - side)
            inside = ()
            host = self._asked[0].host if self._asked else self._host
            if message.status // 100 != 1:
                self._answered = self._asked.popleft() if self._asked else _NOBODY
                self._learn(side, message)
        body = self._resolver.body(message.header("content-type") or b"", message.header("content-encoding") or b"", message.body)
        self._story.say(
            side=side,
            at=message.at,
            protocol="http",
            pieces=(*_pieces(message), *body, *inside) if self._story.emit else (),
            host=host,
            missing=tuple(_missing(message, bodies=self._story.emit is not None)),
        )

    def _name(self, side: int, message: HttpMessage) -> str | None:
        """Notes the host that a request is for (RFC 9112 section 3.3), and the flow's URL.

        What the server of the connection asks of its client names nobody that the client reached.
        """
        story = self._story
        whole, headers = message.seen_whole
        target = message.target.data
        asks = story.is_up(side)
        hosts = [value.data for name, value in headers if name.lower() == "host"] or [b""]
        if message.method == "CONNECT":
            host = story.name(target, HostSource.CONNECT if asks else None) if whole else None
            story.name(hosts[0])
            return host
        _, path, authority = split_target(target)
        authority = _asked_authority(authority if whole or path else "", hosts[0])
        host = story.name(authority, HostSource.HTTP_HOST if asks else None) if authority else None
        for again in hosts:  # a second one is a mistake (RFC 9112 section 3.2) by which readers differ
            story.name(again)
        self._host = host or self._host
        if story.url is None and asks and whole:
            shown = path.partition(b"?")[0].partition(b"#")[0].decode("utf-8", "backslashreplace")
            shown = f"/{shown}" if shown[:1] not in ("", "/") else shown  # else the host would go on with it
            story.url = f"http://{_authority(url_host(authority), story)}{shown}"
        return host

    def _hands_on(self, message: HttpMessage) -> bool:
        """Whether the response turns the connection over to another protocol (RFC 9110 sections 7.8 and 9.3.6)."""
        if message.is_request:
            return False
        if message.status == _SWITCHING:
            return True
        return message.status // 100 == 2 and self._answered.method == "CONNECT"

    def _learn(self, side: int, message: HttpMessage) -> None:
        """Notes the addresses that a resolver's response gives."""
        kind, coding = message.header("content-type") or b"", message.header("content-encoding") or b""
        client = self._story.addresses[1 - side]
        self._resolver.answered(client, self._answered.of_resolver, kind, coding, message.body.data, message.at)

    def _hand_on(self, message: HttpMessage, at: int) -> None:
        inner = self._inner = self._successor(message)
        for side, reader in enumerate(self._readers):
            reader.leave()
            self._tell_strays(side, at)
            rest = reader.tape.take_all()
            if rest.data:
                inner.take(side, rest, at)

    def _successor(self, message: HttpMessage) -> Talk:
        """Who reads on: after `Upgrade` to WebSocket or HTTP/2 (RFC 7540 section 3.2) that, else whatever shows itself."""
        upgrade = (message.header("upgrade") or b"").strip().lower() if message.status == _SWITCHING else b""
        if upgrade == b"h2c":
            return Http2Talk(self._story, self._names)
        if upgrade == b"websocket":
            deflate = b"permessage-deflate" in (message.header("sec-websocket-extensions") or b"").lower()
            protocol = (message.header("sec-websocket-protocol") or b"").decode("latin-1").strip()
            return WebSocketTalk(self._story, deflate=deflate, host=self._host, protocol=protocol)
        return self._unknown(self._story)


def _asked_authority(authority: str, host: bytes) -> str:
    """The target's authority, or the Host header where it has none, or only an address while the header names the host."""
    named = host.decode("utf-8", "backslashreplace").strip()
    is_less = not authority or (host_name(authority) is None and host_name(named))
    return named if is_less else authority


def _authority(authority: str, story: Story) -> str:
    """The authority for the URL: what the request says, else the server's address and port."""
    if authority:
        return authority
    address, port = story.addresses[story.server], story.ports[story.server]
    shown = f"[{address}]" if ":" in address else address
    return shown if port == 80 else f"{shown}:{port}"


def split_target(target: bytes) -> tuple[int, bytes, str]:
    """Where the path of a request target starts, the path with its query, and the authority of an absolute form
    (RFC 9112 section 3.2.2)."""
    scheme, mark, rest = target.partition(b"://")
    if not mark or not scheme.isalpha():
        return 0, target, ""
    ends = [where for sign in b"/?#" if (where := rest.find(bytes([sign]))) >= 0]
    size = min(ends, default=len(rest))
    authority = rest[:size].rpartition(b"@")[2].decode("utf-8", "backslashreplace")
    return len(scheme) + 3 + size, rest[size:], authority


def _pieces(message: HttpMessage) -> Iterator[Piece]:
    """Those of a message's head."""
    if message.is_request:
        yield from _target_pieces(message.target)
        yield from _host_pieces(message)
    elif message.target.data:
        yield message.target.piece(Part.HEADER, "reason")
    for name, value in (*message.headers, *message.aside):
        if not is_usual_name(name):
            yield Piece(Part.HEADER, "name", name.encode("latin-1"), value.places[:1])
        yield value.piece(Part.COOKIE if name.lower() in _COOKIES else Part.HEADER, name)


def _host_pieces(message: HttpMessage) -> Iterator[Piece]:
    """The host of an absolute target, where it is another one than the Host header's: its labels may hold anything."""
    start, _, authority = split_target(message.target.data)
    for piece in host_pieces((authority,), (message.header("host"),)) if authority else ():
        at = message.target.data.rfind(piece.data, 0, start)
        yield message.target.part(at, at + len(piece.data)).piece(Part.HEADER, piece.name)


def _target_pieces(target: Placed) -> Iterator[Piece]:
    start, _, _ = split_target(target.data)
    at_sign = target.data.rfind(b"@", 0, start)
    if at_sign >= 0:
        yield target.part(target.data.find(b"://") + 3, at_sign).piece(Part.URL_PATH, "userinfo")
    mark = target.data.find(b"?", start)
    end = len(target.data) if mark < 0 else mark
    if end > start:
        yield target.part(start, end).piece(Part.URL_PATH, "path")
    if mark >= 0 and mark + 1 < len(target.data):
        yield target.part(mark + 1).piece(Part.QUERY)


def _missing(message: HttpMessage, *, bodies: bool) -> Iterator[str]:
    """What is missing of a message; of bodies only where they are looked through."""
    kind = "request" if message.is_request else "response"
    for part, size in message.missing:
        if bodies or part != "body":
            yield f"{kind} {part}: {size} bytes missing from the capture"
    if message.over_limit and bodies:
        yield f"{kind} body: longer than the limit of 16 MiB"
    if not message.complete and not message.missing:
        yield f"{kind}: the capture does not hold its end"
