"""HTTP/1 messages (RFC 9112): stream bytes of one direction go in, in runs; messages come out when they are complete.

A state machine that takes what it can off its tape and remembers where it stands. A hole in a body of known length is counted and
read over; a hole anywhere else ends the message, and reading goes on at the next line that begins a message. What stands between
messages (bytes behind a body that is longer than its head says) is kept as strays: some server may read it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum

from auditor.capture.http1_lines import ANSWER, EXTENSION, METHODS, chunk_size, content_length, head_lines, header_lines
from auditor.capture.http_pieces import says_something
from auditor.capture.placed import Placed, Tape, joined

MAX_HEAD = 256 * 1024
MAX_BODY = 16 * 1024 * 1024
"""Bytes of one body that are kept; what stands behind is said to be unread."""
MAX_ASIDE = 1_000
"""Trailers and chunk extensions of one message that are kept."""
_REQUEST = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}) +(\S+)(?: +(HTTP/\d\.\d))? *")
_STATUS = re.compile(rb"HTTP/\d\.\d +(\d{3})(?: (.*))?", re.DOTALL)
_RESUME = re.compile(b"|".join(re.escape(word) for word in (*METHODS, ANSWER)))


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpMessage:
    """One request or response."""

    is_request: bool
    method: str
    """Empty in a response."""
    target: Placed
    """The request target; in a response the reason phrase, where it has one of its own."""
    status: int
    """0 in a request."""
    headers: tuple[tuple[str, Placed], ...]
    body: Placed
    at: int | None
    """Time of the packet with the first byte."""
    missing: tuple[tuple[str, int], ...] = ()
    """Parts (`head`, `body`) with the number of their bytes that the capture does not hold."""
    over_limit: bool = False
    """Whether the body goes on behind `MAX_BODY`."""
    complete: bool = True
    """Whether the end was seen."""
    cut: bool = False
    """Whether the last line of the head, or the first where it is alone, goes on where nobody saw it."""
    aside: tuple[tuple[str, Placed], ...] = ()
    """Trailers and chunk extensions (RFC 9112 section 7.1): content, but no headers (RFC 9110 section 6.5.1)."""

    @property
    def seen_whole(self) -> tuple[Placed | None, tuple[tuple[str, Placed], ...]]:
        """The target, and the headers, of which the ends were seen: what a name was cut to is another name."""
        if not self.cut:
            return self.target, self.headers
        return (self.target if self.headers else None), self.headers[:-1]

    def header(self, name: str) -> bytes | None:
        """The first header of that name (any case), raw."""
        return next((value.data for key, value in self.headers if key.lower() == name), None)


class _State(Enum):
    HEAD = "head"
    LENGTH = "length"
    CHUNK_SIZE = "chunk size"
    CHUNK = "chunk"
    CHUNK_END = "chunk end"
    TRAILER = "trailer"
    TO_END = "to end"
    LOST = "lost"
    OTHER = "other"


@dataclass(slots=True)
class _Open:
    """The message that is being read."""

    head: HttpMessage
    parts: list[Placed] = field(default_factory=list)
    kept: int = 0
    remaining: int = 0
    lost: int = 0
    over: bool = False
    aside: list[tuple[str, Placed]] = field(default_factory=list)

    def add(self, part: Placed) -> None:
        room = MAX_BODY - self.kept
        if len(part.data) > room:
            self.over = True
            part = part.part(0, room)
        if part.data:
            self.kept += len(part.data)
            self.parts.append(part)

    def add_aside(self, lines: Iterable[tuple[str, Placed]]) -> None:
        """Keeps what is not empty, as long as there is room."""
        self.aside += [line for line in lines if line[1].data]
        self.over = self.over or len(self.aside) > MAX_ASIDE
        del self.aside[MAX_ASIDE:]

    def message(self, complete: bool) -> HttpMessage:
        """The message with the body so far."""
        missing = (*self.head.missing, ("body", self.lost)) if self.lost else self.head.missing
        body = joined(self.parts) if len(self.parts) != 1 else self.parts[0]
        return replace(self.head, body=body, missing=missing, over_limit=self.over, complete=complete, aside=tuple(self.aside))


class HttpReader:
    """Reads one direction of an HTTP/1 connection."""

    def __init__(self) -> None:
        self.tape = Tape()
        self.strays = Tape()
        """Bytes that belong to no message; whoever owns the reader takes them."""
        self.methods: list[str] = []
        """Methods of requests that wait for their response (RFC 9112 section 9.3.2); the other direction's reader fills it."""
        self.unsaid = 0
        """Bytes of holes that no message says it lacks; whoever owns the reader says so."""
        self._state = _State.HEAD
        self._open: _Open | None = None
        self._at: int | None = None
        self._searched = 0

    @property
    def held(self) -> int:
        """Bytes of the message that is not complete yet."""
        return len(self.tape) + len(self.strays) + (self._open.kept if self._open else 0)

    def leave(self) -> None:
        """From here on the bytes belong to another protocol (after 101, or CONNECT)."""
        self._state = _State.OTHER

    def push(self, run: Placed, at: int | None) -> list[HttpMessage]:
        """Takes bytes in order; gives the messages that are complete now."""
        if not len(self.tape) and self._state is _State.HEAD:
            self._at = at
        self.tape.extend(run)
        found: list[HttpMessage] = []
        while len(self.tape) and self._state is not _State.OTHER and self._go_on(found, at):
            pass
        return found

    def skip(self, size: int) -> list[HttpMessage]:
        """Takes a hole of that size."""
        if self._state is _State.TO_END and self._open:
            self._open.lost += size
            return []
        if self._state in (_State.LENGTH, _State.CHUNK) and self._open and size <= self._open.remaining:
            self._open.lost += size
            self._open.remaining -= size
            found: list[HttpMessage] = []
            if not self._open.remaining:
                self._after_part(found)
            return found
        return self._lose(size)

    def end(self) -> list[HttpMessage]:
        """The connection is over: gives what is left."""
        if self._open is None:
            if self._state is _State.HEAD and len(self.tape):
                return self._cut_head(goes_on=False)
            self.strays.extend(self.tape.take_all())
            return []
        complete = self._state is _State.TO_END
        if self._state in (_State.LENGTH, _State.CHUNK):
            self._open.lost += self._open.remaining
        message = self._open.message(complete)
        self._open = None
        self._state = _State.LOST
        return [message]

    def _cut_head(self, *, goes_on: bool = True) -> list[HttpMessage]:
        """A head that never ended: its lines so far are read like a whole one."""
        raw = self.tape.take(MAX_HEAD)
        head = self._parse(raw, self._at, cut=goes_on and not raw.data.endswith((b"\r", b"\n")))
        self._state = _State.LOST
        if head is None:
            self.strays.extend(raw)
        return [_Open(head).message(False)] if head else []

    def _lose(self, size: int) -> list[HttpMessage]:
        found: list[HttpMessage] = []
        if self._open is not None:
            inside = min(size, self._open.remaining) or size
            self._open.lost += inside
            self.unsaid += size - inside
            found.append(self._open.message(False))
            self._open = None
        elif self._state is _State.HEAD and len(self.tape):
            found = self._cut_head()
        if not found:
            self.unsaid += size
        self.strays.extend(self.tape.take_all())
        self._state = _State.LOST
        return found

    def _go_on(self, found: list[HttpMessage], at: int | None) -> bool:
        """Takes one step; whether another one may be possible."""
        return _STEPS[self._state](self, found, at)

    def _read_head(self, found: list[HttpMessage], at: int | None) -> bool:
        while self.tape.peek(2)[:1] in (b"\r", b"\n"):  # RFC 9112 section 2.2: empty lines before a message are ignored
            self.tape.take(1)
            self._at = at
        size = self._head_size()
        if size < 0:
            if len(self.tape) > MAX_HEAD:
                found += self._cut_head()
                return True
            return False
        self._searched = 0
        raw = self.tape.take(size)
        head = self._parse(raw, self._at)
        self._at = at
        if head is None:
            self.strays.extend(raw)
            self._state = _State.LOST
            return True
        self._begin(head, found)
        return True

    def _head_size(self) -> int:
        """Where the head on the tape ends; -1 for not yet. A head is searched once, however many segments it comes in."""
        start = max(0, self._searched - 3)
        ends = [
            where + len(mark)
            for mark in (b"\r\n\r\n", b"\n\n", b"\n\r\n")
            if (where := self.tape.find(mark, start, MAX_HEAD)) >= 0
        ]
        self._searched = len(self.tape)
        return min(ends, default=-1)

    def _parse(self, raw: Placed, at: int | None, *, cut: bool = False) -> HttpMessage | None:
        """The head of a message; None where the first line is neither a request's nor a response's."""
        lines = head_lines(raw)
        if not lines:
            return None
        first = lines[0]
        status = _STATUS.fullmatch(first.data)
        headers = tuple(header_lines(lines[1:]))
        empty = Placed(b"")
        if status:
            reason = first.part(*status.span(2)) if status[2] and says_something(status[2]) else empty
            return HttpMessage(
                is_request=False, method="", target=reason, status=int(status[1]), headers=headers, body=empty, at=at, cut=cut
            )
        request = _REQUEST.fullmatch(first.data)
        if request is None:
            return None
        return HttpMessage(
            is_request=True,
            method=request[1].decode().upper(),
            target=first.part(*request.span(2)),
            status=0,
            headers=headers,
            body=empty,
            at=at,
            cut=cut,
        )

    def _is_bare(self, status: int) -> bool:
        """Whether a response has no body, whatever its headers say; the request that it answers is answered then."""
        if status // 100 == 1:
            return True
        method = self.methods.pop(0) if self.methods else ""
        return method == "HEAD" or status in (204, 304) or (method == "CONNECT" and status // 100 == 2)

    def _begin(self, head: HttpMessage, found: list[HttpMessage]) -> None:
        """Chooses how the body is framed (RFC 9112 section 6.3)."""
        self._open = _Open(head)
        if not head.is_request and self._is_bare(head.status):
            self._finish(found)
            return
        coding = b",".join(value.data for name, value in head.headers if name.lower() == "transfer-encoding").lower()
        lengths = [content_length(value.data) for name, value in head.headers if name.lower() == "content-length"]
        # Of several lengths the longest counts: it is an attack, and what a shorter one leaves over would be read by nobody.
        length = max((size for size in lengths if size is not None), default=None)
        if b"chunked" in coding:
            self._state = _State.CHUNK_SIZE
        elif length is not None and not coding:
            self._open.remaining = length
            self._state = _State.LENGTH
            if not length:
                self._finish(found)
        elif head.is_request:
            self._finish(found)
        else:
            self._state = _State.TO_END

    def _finish(self, found: list[HttpMessage]) -> None:
        if self._open is not None:
            found.append(self._open.message(True))
        self._open = None
        self._state = _State.HEAD

    def _after_part(self, found: list[HttpMessage]) -> None:
        if self._state is _State.CHUNK:
            self._state = _State.CHUNK_END
        else:
            self._finish(found)

    def _read_sized(self, found: list[HttpMessage], at: int | None) -> bool:
        if (message := self._open) is None:
            return False
        part = self.tape.take(message.remaining)
        message.add(part)
        message.remaining -= len(part.data)
        if message.remaining:
            return False
        self._after_part(found)
        self._at = at
        return True

    def _read_to_end(self, found: list[HttpMessage], at: int | None) -> bool:
        del found, at
        if self._open is not None:
            self._open.add(self.tape.take_all())
        return False

    def _line(self, found: list[HttpMessage]) -> Placed | None:
        """The next line without its end; None when it is not all there."""
        where = self.tape.find(b"\n", 0, MAX_HEAD)
        if where < 0:
            if len(self.tape) > MAX_HEAD:
                found += self._lose(0)
            return None
        return self.tape.take(where + 1)

    def _read_chunk_size(self, found: list[HttpMessage], at: int | None) -> bool:
        """RFC 9112 section 7.1."""
        del at
        line = self._line(found)
        if line is None or self._open is None:
            return self._state is _State.LOST
        size, extension = chunk_size(line)
        self._open.add_aside([(EXTENSION, extension)])
        if size is None:
            found += self._lose(0)
            return True
        self._open.remaining = size
        self._state = _State.CHUNK if self._open.remaining else _State.TRAILER
        return True

    def _read_chunk_end(self, found: list[HttpMessage], at: int | None) -> bool:
        del at
        line = self._line(found)
        if line is None or self._open is None:
            return self._state is _State.LOST
        self._open.add_aside([(EXTENSION, line.stripped())])
        self._state = _State.CHUNK_SIZE
        return True

    def _read_trailer(self, found: list[HttpMessage], at: int | None) -> bool:
        line = self._line(found)
        if line is None:
            return self._state is _State.LOST
        if not line.data.strip():
            self._finish(found)
            self._at = at
        elif self._open is not None:
            self._open.add_aside(header_lines([line.stripped()]))
        return True

    def _find_message(self, found: list[HttpMessage], at: int | None) -> bool:
        """After a loss: goes on at bytes that begin a message at the start of a segment or line."""
        del found
        data = self.tape.peek(len(self.tape))
        match = _RESUME.search(data)
        while match and match.start() and data[match.start() - 1] != 10:
            match = _RESUME.search(data, match.start() + 1)
        if match is None:
            keep = min(len(data), 16)
            self.strays.extend(self.tape.take(len(data) - keep if data[-keep:].rfind(b"\n") >= 0 else len(data)))
            return False
        self.strays.extend(self.tape.take(match.start()))
        self._state = _State.HEAD
        self._at = at
        self._searched = 0
        return True


_STEPS = {
    _State.HEAD: HttpReader._read_head,
    _State.LENGTH: HttpReader._read_sized,
    _State.CHUNK_SIZE: HttpReader._read_chunk_size,
    _State.CHUNK: HttpReader._read_sized,
    _State.CHUNK_END: HttpReader._read_chunk_end,
    _State.TRAILER: HttpReader._read_trailer,
    _State.TO_END: HttpReader._read_to_end,
    _State.LOST: HttpReader._find_message,
}
