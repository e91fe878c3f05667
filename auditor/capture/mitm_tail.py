"""A flow file and its streams while they are written in; whole flows and messages out, each once, as soon as they are there.

The file is the queue between the proxy and whoever looks at its flows: it cannot be full, it holds nobody up, and who falls too
far behind steps over frames and knows how many.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.capture import tnetstring
from auditor.capture.endpoint_names import host_name
from auditor.capture.mitm_frame import FlowState, read_state
from auditor.capture.mitm_spill import FOLDER, to_message
from auditor.capture.mitm_state import HttpState, StreamMessage, StreamState, WebSocketMessage
from auditor.capture.mitm_streams import Telling, websocket_message
from auditor.model.content import Message

BLOCK = 1 << 20
MAX_FRAME = 256 << 20


class Tail:
    """The growing end of one file of typed netstrings."""

    def __init__(self, path: Path, start: int = 0) -> None:
        """`start`: offset of the first value of interest.

        Raises:
            OSError: there is no such file.
        """
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        self._at = start
        """Offset of the first byte that is not in the buffer."""
        self._buffer = b""

    @property
    def behind(self) -> int:
        """Bytes of the file that were not taken."""
        return os.fstat(self._descriptor).st_size - self._at + len(self._buffer)

    def values(self) -> Iterator[tuple[int, bytes]]:
        """Type and data of each value that is whole by now.

        Raises:
            ValueError: the file is broken.
        """
        while True:
            head = self._head()
            if head is None:
                return
            start, size = head
            if not self._fill(start + size + 1):
                return
            kind, data = self._buffer[start + size], self._buffer[start : start + size]
            self._buffer = self._buffer[start + size + 1 :]
            yield kind, data

    def skip(self, left: int) -> tuple[int, int]:
        """Steps over whole values until at most `left` bytes are not taken; gives their number and bytes.

        Raises:
            ValueError: the file is broken.
        """
        count = skipped = 0
        while (size := self.behind) > left and (head := self._head()) is not None:
            length = sum(head) + 1
            if length > size:
                break
            count, skipped = count + 1, skipped + length
            rest = length - len(self._buffer)
            self._buffer = self._buffer[length:]
            self._at += max(0, rest)
        return count, skipped

    def _head(self) -> tuple[int, int] | None:
        """Where the next value's data begins in the buffer, and its size; None where that is not there yet."""
        self._fill(tnetstring.MAX_DIGITS + 1)
        colon = self._buffer.find(b":", 0, tnetstring.MAX_DIGITS + 1)
        digits = self._buffer[: max(colon, 0)]
        if colon < 0 and len(self._buffer) <= tnetstring.MAX_DIGITS:
            return None
        if not digits.isdigit() or int(digits) > MAX_FRAME:
            raise ValueError("no value begins here")
        return colon + 1, int(digits)

    def _fill(self, size: int) -> bool:
        """Whether that many bytes are in the buffer."""
        while len(self._buffer) < size:
            part = os.pread(self._descriptor, max(BLOCK, size - len(self._buffer)), self._at)
            if not part:
                return False
            self._at += len(part)
            self._buffer += part
        return True

    def close(self) -> None:
        """Closes the file."""
        os.close(self._descriptor)


@dataclass(slots=True)
class _Open:
    """A stream that goes on."""

    tail: Tail
    state: FlowState | None = None
    telling: Telling | None = None
    count: int = 0
    said: list[Message] = field(default_factory=list)


class StreamTails:
    """The files of `streams/` that grow."""

    def __init__(self, session: Path, flow_file: str) -> None:
        self._folder = session / FOLDER
        self._flow_file = flow_file
        self._open: dict[str, _Open] = {}
        self._done: set[str] = set()

    def take(self, look: Callable[[FlowState, Message], None]) -> bool:
        """Gives each new message to `look`; says whether there was one."""
        found = False
        for name in self._names():
            entry = self._open.get(name)
            try:
                if entry is None:
                    entry = self._open[name] = _Open(Tail(self._folder / name))
                found = self._advance(name, entry, look) or found
            except (OSError, ValueError):  # the audit reads the file again, and says what is wrong with it
                self._forget(name)
        return found

    def _names(self) -> list[str]:
        try:
            return [name for name in os.listdir(self._folder) if name.endswith(".stream") and name not in self._done]
        except OSError:
            return []

    def _advance(self, name: str, entry: _Open, look: Callable[[FlowState, Message], None]) -> bool:
        found = False
        for kind, data in entry.tail.values():
            found = True
            if kind == tnetstring.DICTIONARY and entry.state is None:
                self._begin(entry, read_state(data))
            elif kind == tnetstring.LIST and entry.state is not None:
                self._tell(entry, data)
            else:
                self._forget(name)
            said, entry.said[:] = entry.said[:], []
            for message in said:
                if entry.state is not None:
                    look(entry.state, message)
        return found

    def _begin(self, entry: _Open, state: FlowState) -> None:
        if state.metadata.get("audit_file") != self._flow_file:
            raise ValueError("belongs to another recording")
        entry.state = state
        if isinstance(state, StreamState):
            entry.telling = Telling(state, entry.said.append)

    def _tell(self, entry: _Open, data: bytes) -> None:
        if entry.telling is not None:
            message = to_message(data, StreamMessage)
            if isinstance(message, StreamMessage):
                entry.telling.take(message)
        elif isinstance(entry.state, HttpState):
            said = to_message(data, WebSocketMessage)
            if isinstance(said, WebSocketMessage):
                host = host_name(entry.state.client_conn.sni) or host_name(entry.state.request.host)
                entry.said.append(websocket_message(entry.state.id, entry.count, said, host))
        entry.count += 1

    def _forget(self, name: str) -> None:
        self._done.add(name)
        entry = self._open.pop(name, None)
        if entry is not None:
            if entry.telling is not None:
                entry.telling.end()
            entry.tail.close()
