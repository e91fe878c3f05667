"""The live scan: a recording's flow file, while it is written, in; planted values as lines out, masked, for its journal.

    python -m auditor.scanning SESSION FLOW_FILE START

A process of its own, so that a busy scan costs the proxy nothing, and one that dies takes nothing with it. It reads what the
proxy wrote; the flow file is the queue. Who falls too far behind steps over flows and says how many. It ends when its standard
input ends: the recorder's end, however that comes.

It is a preview, and the audit looks again at everything. Every flow is searched as it stands and with its content codings taken
off; what is nested deeper is opened for the first flows of each kind, and for the first of a kind with the same values in it.
"""

import ctypes
import os
import select
import sys
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from auditor.capture import tnetstring
from auditor.capture.mitm import translate
from auditor.capture.mitm_frame import FlowState, read_state
from auditor.capture.mitm_state import HttpState
from auditor.capture.mitm_tail import StreamTails, Tail
from auditor.capture.mitm_written import read_target
from auditor.catalog import identifier_knowledge
from auditor.decode.content_coding import Uncoded
from auditor.decode.limits import Budget, Limits
from auditor.decode.message import decode
from auditor.equipment import NO_KEY, planted_in
from auditor.errors import AuditError
from auditor.identify.batch import Batch
from auditor.identify.detector import Detector
from auditor.model.content import Field, Message, Piece
from auditor.model.session import Subjects
from auditor.model.vocabulary import Match, Part

LOOK_SECONDS = 0.1
TURN_SECONDS = 0.2
"""How long flows are looked at before the streams have their turn."""
FIRST_FLOWS = 2
"""Flows of a kind (host, method, path without numbers) that are opened to the bottom."""
KINDS = 4096
"""Kinds that are remembered."""
MAX_BEHIND = 64 << 20
"""Bytes; with more, flows are stepped over until a quarter is left."""
QUICK_BYTES = 32 << 10
"""Of a larger frame only so much of each body is searched."""
PATIENCE_SECONDS = 3.0
"""How long the rest is searched after the recording's end."""
MOST_A_FLOW = 64
"""Sightings of one flow that are told."""
NICENESS = 5
TIDY_SECONDS = 30.0
"""How often memory that is free is given back: the change to the faster search frees much at once."""

_SIDES = frozenset((b"request", b"response"))
_TARGET = frozenset((b"host", b"method", b"path"))
_CONTENT = frozenset((b"content",))

type Line = dict[str, object]


class LiveScan:
    """All that is looked for, and what was told of each flow."""

    def __init__(self, subjects: Subjects) -> None:
        self._detector = Detector.build(subjects, NO_KEY, identifier_knowledge.load_identifier_knowledge())
        self._planted = self._detector._planted  # compiling the needles again would take seconds
        self._kinds: OrderedDict[tuple[object, ...], int] = OrderedDict()
        self._known: OrderedDict[tuple[object, ...], list[Line]] = OrderedDict()

    def frame(self, frame: bytes) -> list[Line]:
        """The sightings of a flow. A frame that cannot be read has none: the audit says what is wrong with it."""
        try:
            parts: Iterable[bytes] = tuple(_slices(frame))
            state = read_state(frame) if any(map(_is_coded, parts)) else None
            parts = parts if state is None else _bodies(state)
            held = frozenset(label for part in parts for label in self._labels(part))
            kind = _kind(frame)
            if not held and not self._count(kind):
                return []
            state = state or read_state(frame)
            known = self._known.get((kind, held)) if held else None
            if known is not None:
                return [{**line, **_stamp(state, self._detector.mask_text)} for line in known]
            lines = self.messages(state, translate(state)[1])
        except ValueError:
            return []
        if held:
            self._known[kind, held] = lines
        if len(self._known) > KINDS:
            self._known.popitem(last=False)
        return lines

    def messages(self, state: FlowState, messages: Iterable[Message]) -> list[Line]:
        """The sightings of messages of a flow, opened to the bottom."""
        lines: dict[tuple[object, ...], Line] = {}
        for message in messages:
            for sighting in self._detector.sightings(message, decode(message).fields):
                if sighting.match is not Match.PLANTED or len(lines) >= MOST_A_FLOW:
                    continue
                key = (sighting.identifier, sighting.part, sighting.path, sighting.direction)
                lines.setdefault(
                    key,
                    {
                        "identifier": sighting.identifier,
                        "identifier_kind": sighting.kind,
                        "masked": sighting.masked,
                        "part": sighting.part,
                        "path": sighting.path,
                        "confidence": sighting.confidence,
                        "direction": sighting.direction,
                        "encodings": list(sighting.encodings),
                        "host": sighting.host and self._detector.mask_text(sighting.host),
                        **_stamp(state, self._detector.mask_text),
                    },
                )
        return list(lines.values())

    def message(self, state: FlowState, message: Message) -> list[Line]:
        """The sightings of a message of a stream."""
        found = any(self._labels(piece.data[:QUICK_BYTES]) for piece in message.pieces)
        kind = (state.id, message.direction, message.protocol)
        return self.messages(state, (message,)) if found or self._count(kind) else []

    def _labels(self, data: bytes) -> set[int]:
        """Numbers of the planted values that stand in the bytes."""
        piece = Piece(Part.BODY, "", data)
        whole = Field(part=Part.BODY, path="", key="", value=data, encodings=(), piece=piece, offset=0)
        return {hit.needle.value for hit in self._planted.hits(Batch((whole,)))} if data else set()

    def _count(self, kind: tuple[object, ...]) -> bool:
        count = self._kinds.pop(kind, 0)
        self._kinds[kind] = count + 1
        if len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        return count < FIRST_FLOWS


def _stamp(state: FlowState, mask: Callable[[str], str]) -> Line:
    """What of a line belongs to its flow."""
    said = {name: state.metadata.get(f"audit_{name}") for name in ("recipient", "relation", "phase")}
    recipient = said["recipient"]
    return {"flow_id": state.id, **said, "recipient": mask(recipient) if isinstance(recipient, str) else None}


def _kind(frame: bytes) -> tuple[object, ...]:
    """Host, method and the path's shape of an HTTP flow; one kind for all others."""
    known = read_target(frame)
    if known is not None:
        return (*known[:2], _shape(known[2]))
    start, stop, kind = tnetstring.spans(frame, 0, len(frame), _SIDES).get(b"request", (0, 0, 0))
    if kind != tnetstring.DICTIONARY:
        return ()
    said = tnetstring.spans(frame, start, stop, _TARGET)
    host, method, path = (frame[slice(*said.get(name, (0, 0, 0))[:2])] for name in (b"host", b"method", b"path"))
    return (host, method, _shape(path))


def _slices(frame: bytes) -> Iterable[bytes]:
    """A frame without the middle of its large bodies."""
    if len(frame) <= QUICK_BYTES:
        yield frame
        return
    at = 0
    for start, stop, kind in sorted(tnetstring.spans(frame, 0, len(frame), _SIDES).values()):
        if kind == tnetstring.DICTIONARY:
            for begin, end, _ in tnetstring.spans(frame, start, stop, _CONTENT).values():
                yield frame[at : min(end, begin + QUICK_BYTES)]
                at = end
    yield frame[at : at + QUICK_BYTES]


def _is_coded(part: bytes) -> bool:
    """Whether a content coding may have to be taken off."""
    return b"ncoding" in part and (b"content-encoding" in part or b"content-encoding" in part.lower())


def _shape(path: bytes) -> bytes:
    """The path without its query and numbers."""
    return path.partition(b"?")[0].translate(None, b"0123456789")[:200]


def _bodies(state: FlowState) -> Iterable[bytes]:
    """Heads and bodies of a flow, content codings taken off, the first part of each."""
    if not isinstance(state, HttpState):
        for message in getattr(state, "messages", ()):
            yield message.content[:QUICK_BYTES]
        return
    budget = Budget(Limits())
    for message in (state.request, state.response):
        if message is None:
            continue
        yield b"\n".join((message.start_line, *(value for header in message.headers for value in header)))
        body = Uncoded(message.content or b"")
        coding = next((value for name, value in message.headers if name.lower() == b"content-encoding"), b"")
        body.take_off(coding.decode("latin-1"), budget)
        yield body.data[:QUICK_BYTES]


class Output:
    """Standard output, one JSON object a line."""

    def tell(self, kind: str, lines: Iterable[Line]) -> None:
        """Lines of a kind."""
        data = b"".join(msgspec.json.encode({"record": kind, **line}) + b"\n" for line in lines)
        while data:
            data = data[os.write(1, data) :]


def follow(session: Path, flow_file: Path, start: int, scan: LiveScan) -> None:
    """Scans until standard input ends, and the rest for as long as patience lasts.

    Raises:
        OSError: the flow file is gone, or nobody listens any more.
        ValueError: the flow file is broken.
    """
    flows, streams, output = Tail(flow_file, start), StreamTails(session, flow_file.name), Output()
    deadline, tidied = float("inf"), time.monotonic()
    while True:
        began = time.monotonic()
        if began - tidied > TIDY_SECONDS:
            give_back()
            tidied = began
        is_over = deadline < float("inf")
        worked = streams.take(lambda state, message: output.tell("sighting", scan.message(state, message)))
        for kind, frame in flows.values():
            worked = True
            if kind == tnetstring.DICTIONARY:
                output.tell("sighting", scan.frame(frame))
            if flows.behind > MAX_BEHIND:
                count, size = flows.skip(MAX_BEHIND // 4)
                output.tell("skipped", ({"flows": count, "bytes": size, "reason": "the live scan fell behind"},))
            if time.monotonic() > min(deadline, began + TURN_SECONDS):
                break
        if is_over and (not worked or time.monotonic() > deadline):
            break
        if not is_over and select.select([0], [], [], 0 if worked else LOOK_SECONDS)[0] and not os.read(0, 4096):
            deadline = time.monotonic() + PATIENCE_SECONDS
    count, size = flows.skip(0)
    if count:
        output.tell("skipped", ({"flows": count, "bytes": size, "reason": "the recording ended"},))


def give_back() -> None:
    """Gives memory that is free back to the system, where the C library can (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def wait_for(flow_file: Path) -> None:
    """The proxy opens the file about when it starts this."""
    for _ in range(100):
        if flow_file.exists():
            return
        time.sleep(LOOK_SECONDS)


def main(arguments: list[str]) -> int:
    """The process. Answers 0, or 2 with a line on standard error."""
    session, flow_file, start = Path(arguments[0]), Path(arguments[1]), int(arguments[2])
    os.nice(NICENESS)
    try:
        scan = LiveScan(planted_in(session))
        wait_for(flow_file)
        follow(session, flow_file, start, scan)
    except BrokenPipeError:
        return 0
    except (AuditError, OSError, ValueError) as error:
        sys.stderr.write(f"live scan: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
