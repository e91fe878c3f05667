"""Messages of WebSockets and raw streams in, files of the session's folder `streams/` out, each message as soon as it was read.

mitmproxy keeps the messages of a connection in memory until it ends, and writes them then. So a recorder that is killed loses
them, and a connection that lives for days eats the machine. Here each flow with messages has a file of its own:

    the flow's state, without messages     a typed netstring, as in a flow file
    each message                           a list, as in a flow file's state
    null                                   the flow ended in order

The flow's metadata name the file (`audit_stream`), so that a reader of the flow file finds the messages.
"""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mitmproxy.io import tnetstring

if TYPE_CHECKING:
    from mitmproxy.flow import Flow

FOLDER = "streams"
ENDING = ".stream"
FACT = "audit_stream"
"""The flow's metadata that name its file."""
BELONGS = "audit_file"
"""And the flow file that it belongs to."""


class StreamFiles:
    """The files of the flows that are open."""

    def __init__(self, session: Path, flow_file: str, *, trims: bool) -> None:
        """`trims`: whether mitmproxy's own list is cut down to the last message, which some of its addons look at."""
        self._folder = session / FOLDER
        self._flow_file = Path(flow_file).name
        self._trims = trims
        self.begun = 0
        """How many files there are."""
        self._open: dict[str, int] = {}
        self._hashes: dict[str, hashlib._Hash] = {}

    def add(self, flow: "Flow") -> None:
        """Writes the flow's last message.

        Raises:
            OSError: the disk is full, or worse.
        """
        messages = messages_of(flow)
        descriptor = self._open.get(flow.id)
        if descriptor is None:
            descriptor = self._begin(flow)
        self._write(flow.id, descriptor, tnetstring.dumps(messages[-1].get_state()))
        if self._trims:
            del messages[:-1]

    def _begin(self, flow: "Flow") -> int:
        name = f"{FOLDER}/{flow.id}{ENDING}"
        self._folder.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(self._folder.parent / name, flags, 0o600)
        self._open[flow.id], self._hashes[flow.id] = descriptor, hashlib.sha256()
        self.begun += 1
        flow.metadata[FACT] = name
        flow.metadata[BELONGS] = self._flow_file
        state: dict[str, Any] = dict(flow.get_state())
        if state.get("websocket"):
            state["websocket"] = {**state["websocket"], "messages": []}
        else:
            state["messages"] = []
        self._write(flow.id, descriptor, tnetstring.dumps(state))
        return descriptor

    def end(self, flow: "Flow") -> str | None:
        """Ends the flow's file, if it has one, and gives the SHA-256 of it.

        Raises:
            OSError: as `add`.
        """
        descriptor = self._open.get(flow.id)
        if descriptor is None:
            return None
        self._write(flow.id, descriptor, tnetstring.dumps(None))
        return self.leave(flow)

    def leave(self, flow: "Flow") -> str | None:
        """Closes the flow's file as it is; its SHA-256."""
        descriptor = self._open.pop(flow.id, None)
        if descriptor is None:
            return None
        os.close(descriptor)
        return self._hashes.pop(flow.id).hexdigest()

    def _write(self, flow_id: str, descriptor: int, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.write(descriptor, view)
            self._hashes[flow_id].update(view[:written])
            view = view[written:]

    def close(self) -> None:
        """Closes all files as they are."""
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open.clear()


def messages_of(flow: "Flow") -> list[Any]:
    """mitmproxy's own list of the flow's messages."""
    websocket = getattr(flow, "websocket", None)
    found: list[Any] = websocket.messages if websocket is not None else flow.messages  # type: ignore[attr-defined]
    return found
