"""Serves the page of a live view: a folder in, HTTP on a port of its own out, until it is told to stop.

HTTP/1.1 through h11 (RFC 9112), server-sent events for the rows. Everything that a stranger could use up has a bound: heads,
bodies, connections, the time until a request is there. A reader that is slow is not waited for: it gets what is new when it
comes back for it.
"""

import asyncio
import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import batched
from pathlib import Path

import h11
import orjson

from auditor.errors import UsageError
from auditor.live import marking
from auditor.live.following import LOOK_SECONDS, Following
from auditor.live.own_ports import announced_port
from auditor.live.page_access import GET, POST, Access, PageRequest, Refusal, authorities
from auditor.live.page_data import ROW_FIELDS, Whys, row_data, scenarios, summary
from auditor.live.words import page_words

HOST = "127.0.0.1"
MOST_CONNECTIONS = 32
MOST_HEAD = 16 << 10
MOST_BODY = 4 << 10
REQUEST_SECONDS = 10
STATE_SECONDS = 0.2
"""Between two summaries for one reader."""
BEAT_SECONDS = 10
"""A summary is sent at least that often, so that clocks go on and a dead reader is noticed."""
ROWS_AT_ONCE = 2_000

_EVERY_ADDRESS = ("", "0.0.0.0", "::", "*")  # noqa: S104 - refused
"""A page must know its own name, or any name would lead to it."""
_ASSETS = Path(__file__).with_name("assets")
_FILES: Mapping[str, tuple[str, str]] = {
    "": ("page.html", "text/html; charset=utf-8"),
    "page.css": ("page.css", "text/css; charset=utf-8"),
    "page.js": ("page.js", "text/javascript; charset=utf-8"),
    "list.js": ("list.js", "text/javascript; charset=utf-8"),
}
_ROUTES = {**dict.fromkeys(_FILES, GET), "words": GET, "events": GET, "phase": POST, "note": POST}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_SAFE_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer."""

    status: HTTPStatus = HTTPStatus.OK
    kind: str = "application/json"
    body: bytes = b"{}"


class _Talk:
    """One connection: h11's state machine on asyncio's streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._machine = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEAD)

    async def request(self) -> tuple[PageRequest, bytes] | None:
        """The next request with its body; None where the other side is done.

        Raises:
            h11.RemoteProtocolError: it is none, or too long.
        """
        head, body = None, b""
        while True:
            event = await self._event()
            if isinstance(event, h11.Request):
                head = _head(event)
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
                if len(body) > MOST_BODY:
                    raise h11.RemoteProtocolError("the body is too long", error_status_hint=413)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return head, body
            else:
                return None

    async def _event(self) -> object:
        while (event := self._machine.next_event()) is h11.NEED_DATA:
            if self._machine.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._machine.receive_data(await self._reader.read(4096))
        return event

    async def answer(self, answer: Answer) -> bool:
        """Sends it; whether the connection can be used again."""
        await self._send(_response(answer.status, (("Content-Type", answer.kind), ("Content-Length", str(len(answer.body))))))
        await self._send(h11.Data(data=answer.body))
        await self._send(h11.EndOfMessage())
        if self._machine.our_state is h11.MUST_CLOSE or self._machine.their_state is not h11.DONE:
            return False
        self._machine.start_next_cycle()
        return True

    async def begin_stream(self) -> None:
        """The head of an answer that goes on."""
        await self._send(_response(HTTPStatus.OK, (("Content-Type", "text/event-stream; charset=utf-8"),)))

    async def stream(self, event: str, data: object, last_id: int) -> None:
        """One server-sent event."""
        text = b"event: %b\nid: %d\ndata: %b\n\n" % (event.encode(), last_id, orjson.dumps(data))
        await self._send(h11.Data(data=text))

    async def _send(self, event: h11.Event) -> None:
        data = self._machine.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()


class PageServer:
    """The page of one session."""

    def __init__(self, following: Following, *, host: str = HOST, port: int = 0, token: str = "") -> None:
        self.following = following
        self.token = token or secrets.token_urlsafe(24)
        self.host, self.port = host, port
        self.connections = 0
        self._access = Access(token=self.token, authorities=(), routes=_ROUTES)
        self._changed = asyncio.Event()
        self._name = secrets.token_hex(8)
        self._whys = Whys()

    @property
    def url(self) -> str:
        """What to open in the browser."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/{self.token}/"

    async def run(self, stop: asyncio.Event, ready: Callable[[str], None]) -> None:
        """Serves until `stop` is set. `ready` gets the URL.

        Raises:
            UsageError: the address or the port is not to be had, or is no single address.
        """
        if self.host in _EVERY_ADDRESS:
            raise UsageError(f"--host {self.host} is every address", fix="name the one under which the page will be opened")
        try:
            server = await asyncio.start_server(self._serve, self.host, self.port, limit=MOST_HEAD)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else "that is no address of this machine"
            what = f"cannot listen on {self.host}:{self.port}: {why}"
            raise UsageError(what, fix="choose another --port, or an address of this machine") from None
        self.port = server.sockets[0].getsockname()[1]
        self._access = Access(token=self.token, authorities=authorities(self.host, self.port), routes=_ROUTES)
        look = asyncio.create_task(self._look_regularly())
        with announced_port(self.port):
            try:
                ready(self.url)
                await stop.wait()
            finally:
                look.cancel()
                server.close()

    async def _look_regularly(self) -> None:
        while True:
            if self.following.look():
                self._changed.set()
                self._changed = asyncio.Event()
            await asyncio.sleep(LOOK_SECONDS)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            if self.connections <= MOST_CONNECTIONS:
                await self._talk(_Talk(reader, writer))
        except (OSError, TimeoutError, h11.ProtocolError, asyncio.CancelledError):
            pass  # the other side broke it off, or never meant it
        finally:
            self.connections -= 1
            writer.close()

    async def _talk(self, talk: _Talk) -> None:
        goes_on = True
        while goes_on:
            try:
                async with asyncio.timeout(REQUEST_SECONDS):
                    got = await talk.request()
            except h11.RemoteProtocolError as error:
                with contextlib.suppress(h11.LocalProtocolError):
                    await talk.answer(_refusal(HTTPStatus(error.error_status_hint), "no request that is understood"))
                return
            if got is None:
                return
            goes_on = await self._reply(talk, *got)

    async def _reply(self, talk: _Talk, request: PageRequest, body: bytes) -> bool:
        path = self._access.route(request)
        if isinstance(path, Refusal):
            return await talk.answer(_refusal(path.status, path.why))
        if path == "events":
            await self._stream(talk, _last_id(request))
            return False
        if path in _FILES:
            name, kind = _FILES[path]
            return await talk.answer(Answer(kind=kind, body=(_ASSETS / name).read_bytes()))
        return await talk.answer(_ACTIONS[path](self, body))

    # What the paths do

    def words(self, _body: bytes) -> Answer:
        """All texts, the lists of phases, and the names of a row's fields."""
        return Answer(body=orjson.dumps({"words": page_words(), "scenarios": scenarios(), "fields": [*ROW_FIELDS, "why"]}))

    def mark(self, body: bytes) -> Answer:
        """Begins a phase."""
        return _done(lambda: marking.begin_phase(self.following.folder, _field(body, "phase")))

    def note(self, body: bytes) -> Answer:
        """Keeps a note."""
        return _done(lambda: marking.keep_note(self.following.folder, _field(body, "text"), self.following.phase()[0]))

    async def _stream(self, talk: _Talk, cursor: int) -> None:
        """Rows and summaries as they come, until the reader is gone."""
        clock, has = asyncio.get_running_loop().time, 0
        await talk.begin_stream()
        await talk.stream("hello", {"server": self._name}, cursor)
        cursor, told = 0 if cursor > self.following.state.revision else cursor, -BEAT_SECONDS * 1.0
        while True:
            changed = self._changed
            for news in batched(self.following.state.news(cursor), ROWS_AT_ONCE):
                cursor = news[-1].revision
                rows = [row_data(row, self._whys) for row in news]
                has = await self._tell(talk, "rows", {"rows": rows}, cursor, has)
            if clock() - told >= STATE_SECONDS:
                told = clock()
                has = await self._tell(talk, "state", summary(self.following, self._whys), cursor, has)
            await self._pause(changed, told + BEAT_SECONDS - clock())

    async def _tell(self, talk: _Talk, event: str, data: dict[str, object], cursor: int, has: int) -> int:
        """Sends an event with the why-lines that the reader lacks; how many it has then."""
        new = self._whys.after(has)
        await talk.stream(event, {"whys": new, **data}, cursor)
        return has + len(new)

    async def _pause(self, changed: asyncio.Event, seconds: float) -> None:
        """Waits for news; phases and clocks move on without any, so never for long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(max(seconds, 0), 1.0)):
                await changed.wait()


_ACTIONS: Mapping[str, Callable[[PageServer, bytes], Answer]] = {
    "words": PageServer.words,
    "phase": PageServer.mark,
    "note": PageServer.note,
}


def _done(action: Callable[[], None]) -> Answer:
    try:
        action()
    except UsageError as error:
        return Answer(status=HTTPStatus.UNPROCESSABLE_ENTITY, body=orjson.dumps({"error": str(error)}))
    return Answer(body=b'{"ok":true}')


def _field(body: bytes, name: str) -> str:
    """A text of a JSON object; empty where there is none, which every action refuses."""
    try:
        value = orjson.loads(body)
    except ValueError:
        return ""
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


def _head(event: h11.Request) -> PageRequest:
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in event.headers:
        key = name.decode("latin-1").lower()
        headers[key] = (*headers.get(key, ()), value.decode("latin-1"))
    return PageRequest(method=event.method.decode("latin-1"), target=event.target.decode("latin-1"), headers=headers)


def _last_id(request: PageRequest) -> int:
    text = request.headers.get("last-event-id", ("",))[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _response(status: HTTPStatus, headers: tuple[tuple[str, str], ...]) -> h11.Response:
    return h11.Response(status_code=int(status), headers=[*headers, *_SAFE_HEADERS], reason=status.phrase.encode())


def _refusal(status: HTTPStatus, why: str) -> Answer:
    return Answer(status=status, kind="text/plain; charset=utf-8", body=f"{why}\n".encode())


def serve(following: Following, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serves until Ctrl-C or SIGTERM.

    Raises:
        UsageError: the address or the port is not to be had.
    """
    import signal

    async def main() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await PageServer(following, host=host, port=port).run(stop, ready)

    asyncio.run(main())
