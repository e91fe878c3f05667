"""mitmproxy flow files: frames in, flows and messages out. The current version is read by this module alone; older ones go
through mitmproxy's own migration first.

A frame is a typed netstring of a flow's state. The state is checked against the records below before anything is made of
it, so that a hostile file can only be damaged, never surprising.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from auditor.capture import tnetstring
from auditor.capture.mitm_frame import FlowState, read_state
from auditor.capture.mitm_spill import StreamFolder
from auditor.capture.mitm_state import DnsState, HttpState
from auditor.capture.opened import open_capture
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.content import Message
from auditor.model.flow import Flow
from auditor.model.reading import Damage, Reading
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import Outcome, Surface

if TYPE_CHECKING:
    import pyarrow as pa

_HEAD = re.compile(rb"\d{1,12}:\d{1,6}:[a-z_]{2,40}[;,]")


class MitmReader:
    """mitmproxy's `-w` and `save.file`."""

    name = "mitmproxy"
    surface = Surface.APP

    def recognises(self, head: bytes) -> bool:
        """A typed netstring whose first key is a word."""
        return _HEAD.match(head) is not None

    def read(self, path: str, options: ReadOptions) -> Reading:
        """Reads flow by flow; a flow that cannot be read is damage, and so is everything behind a broken frame."""
        flows: list[Flow] = []
        damage: list[Damage] = []
        ids = _Ids()
        for item, missing in _with_streams(path, _states(path, options)):
            if isinstance(item, Damage):
                damage.append(item)
                continue
            flow, messages = translate(ids.distinct(item))
            flows.append(replace(flow, unread=(*flow.unread, missing)) if missing else flow)
            if options.inspect:
                for message in messages:
                    options.inspect(message)
        outcome = Outcome.DAMAGED if damage else Outcome.READ if flows else Outcome.EMPTY
        return Reading(format=self.name, outcome=outcome, table=_table(flows), damage=tuple(damage), loss_known=True)


READER = MitmReader()


def _table(flows: list[Flow]) -> "pa.Table":
    """The flows as rows of `OBSERVED`, column by column: a dictionary for each would cost more than the reading of it."""
    import pyarrow as pa

    schema = OBSERVED.arrow_schema()
    columns = list(zip(*map(attrgetter(*schema.names), flows), strict=True)) or [()] * len(schema)
    return pa.Table.from_arrays([pa.array(rows, kind.type) for rows, kind in zip(columns, schema, strict=True)], schema=schema)


def _with_streams(path: str, states: Iterator[FlowState | Damage]) -> Iterator[tuple[FlowState | Damage, str]]:
    """The flows with the messages that stand in files of their own, each with what of it is not there."""
    folder = StreamFolder(path)
    for item in states:
        if isinstance(item, Damage):
            yield item, ""
            continue
        state, missing, fault = folder.whole(item)
        yield state, missing
        if fault:
            yield Damage(f"flow {item.id[:64]}", fault), ""
    for name, left, fault in folder.left():
        if left is not None:
            yield left, ""
        if fault:
            yield Damage(name, fault), ""


class _Ids:
    """Tells flows of one id apart: files that were joined, and old ones with WebSockets, hold several. None may hide another."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def distinct(self, state: FlowState) -> FlowState:
        """The flow; with `~2`, `~3` ... behind its id where it is not the first one of it."""
        name = state.id
        while name in self._taken:
            self._taken[state.id] += 1
            name = f"{state.id}~{self._taken[state.id]}"
        self._taken[name] = 1
        return state if name == state.id else msgspec.structs.replace(state, id=name)


def _states(path: str, options: ReadOptions) -> Iterator[FlowState | Damage]:
    """The flows of a file in order, and its damaged places."""
    with open_capture(path) as stream:
        frames = tnetstring.Frames(stream)
        while True:
            position = frames.position
            try:
                frame = next(frames, None)
            except (ValueError, CaptureError) as error:
                yield Damage(f"byte {position}", error.what if isinstance(error, CaptureError) else str(error))
                return
            if frame is None:
                return
            yield _state(frame, position)
            if options.progress:
                options.progress(frames.position - position)


def _state(frame: bytes, position: int) -> FlowState | Damage:
    try:
        return read_state(frame)
    except ValueError as error:
        return Damage(f"byte {position}", str(error))


def translate(state: FlowState) -> tuple[Flow, Iterator[Message]]:
    """The flow, and its messages."""
    from auditor.capture import mitm_http, mitm_streams  # whoever reads another format does not need their protocols

    if isinstance(state, HttpState):
        return mitm_http.http(state)
    if isinstance(state, DnsState):
        return mitm_streams.dns(state)
    return mitm_streams.stream(state)
