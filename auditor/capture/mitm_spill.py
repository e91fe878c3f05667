"""The folder `streams/` beside a flow file in, the messages of its WebSockets and raw streams out.

`auditor record app` writes each message into a file of its flow as it passes, and keeps only the last in the flow file:

    the flow's state, without messages     a dictionary, as in the flow file
    each message                           a list, as in the flow's state
    null                                   where the flow ended in order

A flow of the flow file names its file in the metadata `audit_stream`. A recorder that was killed leaves files that no flow
names; their first value says which flow file they belong to (`audit_file`), and they are read as flows of it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from auditor.capture import tnetstring
from auditor.capture.mitm_frame import FlowState, read_state
from auditor.capture.mitm_state import DnsState, HttpState, StreamMessage, StreamState, WebSocket, WebSocketMessage

FOLDER = "streams"
NAMED, BELONGS = "audit_stream", "audit_file"
_NAME = re.compile(r"streams/[0-9A-Za-z_-]{1,64}\.stream")
"""What a flow may name: a flow file is hostile, and must not lead a reader elsewhere."""

type AnyMessage = StreamMessage | WebSocketMessage


@dataclass(frozen=True, slots=True)
class Spilled:
    """The messages of one file. Each iteration reads them again, so that none is kept."""

    path: Path
    kind: type[AnyMessage]
    start: int
    """Offset of the first message."""
    stop: int
    """Offset behind the last whole one."""

    def __iter__(self) -> Iterator[AnyMessage]:
        with self.path.open("rb") as file:
            file.seek(self.start)
            while file.tell() < self.stop and (found := tnetstring.read_value(file)):
                yield to_message(found[1], self.kind)

    def __bool__(self) -> bool:
        return self.stop > self.start


def to_message(data: bytes, kind: type[AnyMessage]) -> AnyMessage:
    """A message from the data of its list.

    Raises:
        ValueError: it is none.
    """
    try:
        raw = tnetstring.value(data, (0, len(data), tnetstring.LIST))
        return msgspec.convert(raw, kind, strict=False, builtin_types=(bytes,))
    except (msgspec.ValidationError, OverflowError) as error:
        raise ValueError(f"no message: {error}") from None


@dataclass(frozen=True, slots=True)
class StreamFile:
    """One file of the folder."""

    state: FlowState
    """The flow, with all its messages."""
    problem: str = ""
    """Where and why the file is broken; empty where it is not. A last message that was cut off is none: that is what a
    recorder leaves that was killed."""


class StreamFolder:
    """The files beside one flow file."""

    def __init__(self, flow_file: str) -> None:
        self._name = Path(flow_file).name
        self._folder = Path(flow_file).parent
        self._read: set[str] = set()

    def whole(self, state: FlowState) -> tuple[FlowState, str, str]:
        """The flow with the messages of its file, what of it is not there (for `unread`), and what is broken."""
        name = state.metadata.get(NAMED)
        if not isinstance(name, str) or isinstance(state, DnsState):
            return state, "", ""
        if not _NAME.fullmatch(name):
            return state, "", f"names a file that is none of its messages: {name[:80]!r}"
        path = self._folder / name
        self._read.add(path.name)
        try:
            found = read_stream(path)
        except OSError:
            return state, f"messages: {name} is not there", ""
        except ValueError as error:
            return state, f"messages: {name} cannot be read", f"{name}: {error}"
        return _with_messages(state, found.state), "", found.problem and f"{name}: {found.problem}"

    def left(self) -> Iterator[tuple[str, FlowState | None, str]]:
        """Name, flow and fault of each file of this flow file that no flow named, sorted by name."""
        folder = self._folder / FOLDER
        for path in sorted(folder.glob("*.stream")) if folder.is_dir() and not folder.is_symlink() else ():
            if path.name in self._read or path.is_symlink():
                continue
            name = f"{FOLDER}/{path.name}"
            try:
                found = read_stream(path)
            except (OSError, ValueError) as error:
                if path.stat().st_size > 0 and not isinstance(error, tnetstring.TornError):
                    yield name, None, str(error)
                continue
            if found.state.metadata.get(BELONGS) == self._name:
                yield name, found.state, found.problem


def read_stream(path: Path) -> StreamFile:
    """One file.

    Raises:
        OSError: it cannot be read.
        ValueError: it does not begin with a flow.
    """
    with path.open("rb") as file:
        frame = tnetstring.read_frame(file)
        if frame is None:
            raise tnetstring.TornError("is empty")
        state = read_state(frame)
        start = stop = file.tell()
        kind: type[AnyMessage] = WebSocketMessage if isinstance(state, HttpState) else StreamMessage
        problem = ""
        try:
            while (found := tnetstring.read_value(file)) and found[0] == tnetstring.LIST:
                to_message(found[1], kind)
                stop = file.tell()
        except tnetstring.TornError:
            pass
        except ValueError as error:
            problem = f"byte {stop}: {error}"
    return StreamFile(_filled(state, Spilled(path, kind, start, stop)), problem)


def self_contained(frame: bytes, flow_file: str) -> bytes:
    """The frame of a flow with the messages of its stream in it, as if they had never stood elsewhere; else the frame as it is.

    Raises:
        ValueError: the frame is no dictionary.
    """
    state = tnetstring.parse_dictionary(frame)
    metadata = state.get("metadata")
    name = metadata.get(NAMED) if isinstance(metadata, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return frame
    path = Path(flow_file).parent / name
    try:
        found = read_stream(path).state
    except (OSError, ValueError):
        return frame
    spilled = found.websocket.messages if isinstance(found, HttpState) and found.websocket else getattr(found, "messages", ())
    if not isinstance(spilled, Spilled):
        return frame
    with path.open("rb") as file:
        file.seek(spilled.start)
        messages = file.read(spilled.stop - spilled.start)
    where = (b"websocket", b"messages") if isinstance(found, HttpState) else (b"messages",)
    whole = _rewritten(frame, where, lambda _: messages)
    for fact in (NAMED, BELONGS):
        whole = _rewritten(whole, (b"metadata", fact.encode()), lambda _: None)
    return whole


def _rewritten(data: bytes, names: tuple[bytes, ...], make: Callable[[bytes], bytes | None]) -> bytes:
    """The data of a dictionary with another value under a name, or without it; lengths follow."""
    parts = []
    for key, at, (start, stop, kind) in tnetstring.entries(data):
        if key != names[0]:
            parts.append(data[at : stop + 1])
            continue
        body = data[start:stop]
        made = make(body) if len(names) == 1 else _rewritten(body, names[1:], make) if kind == tnetstring.DICTIONARY else body
        if made is not None:
            parts.append(b"%d:%s;%d:%s%c" % (len(key), key, len(made), made, kind))
    return b"".join(parts)


def _filled(state: FlowState, messages: Spilled) -> FlowState:
    """The state with these messages, which stand in for a tuple of them."""
    if isinstance(state, HttpState):
        ended = state.websocket.timestamp_end if state.websocket else None
        return msgspec.structs.replace(state, websocket=WebSocket(messages=messages, timestamp_end=ended))  # type: ignore[arg-type]
    return msgspec.structs.replace(state, messages=messages) if isinstance(state, StreamState) else state


def _with_messages(state: FlowState, spilled: FlowState) -> FlowState:
    """The flow file's own record of a flow knows its end; the stream's knows its messages."""
    if isinstance(state, HttpState) and isinstance(spilled, HttpState) and spilled.websocket:
        ended = state.websocket.timestamp_end if state.websocket else None
        return msgspec.structs.replace(state, websocket=msgspec.structs.replace(spilled.websocket, timestamp_end=ended))
    if isinstance(state, StreamState) and isinstance(spilled, StreamState):
        return msgspec.structs.replace(state, messages=spilled.messages)
    return state
