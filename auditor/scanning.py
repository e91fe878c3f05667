"""The live scan: a recording's flow file, while it is written, in; planted values as lines out, masked, for its journal.

    python -m auditor.scanning SESSION FLOW_FILE START

A process of its own, so that a busy scan costs the proxy nothing, and one that dies takes nothing with it. It reads what the
proxy wrote; the flow file is the queue. Who falls too far behind steps over flows and says how many. It ends when its standard
input ends: the recorder's end, however that comes.

It is a preview, and the audit looks again at everything. Every flow is searched as it stands and with its content codings taken
off; what is nested deeper is opened for flows in which something was found, and for the first flows of each kind.
"""

import os
import select
import sys
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import msgspec

from auditor.capture import tnetstring
from auditor.capture.mitm import translate
from auditor.capture.mitm_frame import FlowState, read_state
from auditor.capture.mitm_state import HttpState
from auditor.capture.mitm_tail import StreamTails, Tail
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

LOOK_SECONDS = 0.05
TURN_SECONDS = 0.2
"""How long flows are looked at before the streams have their turn."""
FIRST_FLOWS = 2
"""Flows of a kind (host, method, path without numbers) that are opened to the bottom."""
KINDS = 4096
"""Kinds that are remembered."""
MAX_BEHIND = 64 << 20
"""Bytes; with more, flows are stepped over until a quarter is left."""
QUICK_BYTES = 96 << 10
"""Of a larger frame only so much of each body is searched."""
PATIENCE_SECONDS = 3.0
"""How long the rest is searched after the recording's end."""
MOST_A_FLOW = 64
"""Sightings of one flow that are told."""
NICENESS = 5

type Line = dict[str, object]


class LiveScan:
    """All that is looked for, and what was told of each flow."""

    def __init__(self, subjects: Subjects) -> None:
        self._detector = Detector.build(subjects, NO_KEY, identifier_knowledge.load_identifier_knowledge())
        self._planted = self._detector._planted  # compiling the needles again would take seconds
        self._kinds: OrderedDict[tuple[object, ...], int] = OrderedDict()

    def frame(self, frame: bytes) -> list[Line]:
        """The sightings of a flow. A frame that cannot be read has none: the audit says what is wrong with it."""
        try:
            state = None if len(frame) <= QUICK_BYTES and not _is_coded(frame) else read_state(frame)
            found = self._holds(frame) if state is None else any(self._holds(data) for data in _bodies(state))
            if not found and not self._is_new(frame, state):
                return []
            state = state or read_state(frame)
            return self.messages(state, translate(state)[1])
        except ValueError:
            return []

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
                        "flow_id": state.id,
                        "identifier": sighting.identifier,
                        "identifier_kind": sighting.kind,
                        "masked": sighting.masked,
                        "part": sighting.part,
                        "path": sighting.path,
                        "confidence": sighting.confidence,
                        "direction": sighting.direction,
                        "encodings": list(sighting.encodings),
                        "host": sighting.host and self._detector.mask_text(sighting.host),
                        **{name: state.metadata.get(f"audit_{name}") for name in ("recipient", "relation", "phase")},
                    },
                )
        for line in lines.values():
            line["recipient"] = self._detector.mask_text(str(line["recipient"])) if line["recipient"] else None
        return list(lines.values())

    def message(self, state: FlowState, message: Message) -> list[Line]:
        """The sightings of a message of a stream."""
        found = any(self._holds(piece.data[:QUICK_BYTES]) for piece in message.pieces)
        kind = (state.id, message.direction, message.protocol)
        return self.messages(state, (message,)) if found or self._count(kind) else []

    def _holds(self, data: bytes) -> bool:
        piece = Piece(Part.BODY, "", data)
        whole = Field(part=Part.BODY, path="", key="", value=data, encodings=(), piece=piece, offset=0)
        return bool(data) and bool(self._planted.hits(Batch((whole,))))

    def _is_new(self, frame: bytes, state: FlowState | None) -> bool:
        """Whether few flows of its kind were opened so far."""
        if isinstance(state, HttpState):
            return self._count((state.request.host, state.request.method, _shape(state.request.path)))
        spans = tnetstring.spans(frame, 0, len(frame), frozenset((b"request",)))
        start, stop, kind = spans.get(b"request", (0, 0, 0))
        if kind != tnetstring.DICTIONARY:
            return True
        said = tnetstring.spans(frame, start, stop, frozenset((b"host", b"method", b"path")))
        host, method, path = (frame[slice(*said.get(name, (0, 0, 0))[:2])] for name in (b"host", b"method", b"path"))
        return self._count((host, method, _shape(path)))

    def _count(self, kind: tuple[object, ...]) -> bool:
        count = self._kinds.pop(kind, 0)
        self._kinds[kind] = count + 1
        if len(self._kinds) > KINDS:
            self._kinds.popitem(last=False)
        return count < FIRST_FLOWS


def _is_coded(frame: bytes) -> bool:
    """Whether a content coding may have to be taken off."""
    return b"ncoding" in frame and (b"content-encoding" in frame or b"content-encoding" in frame.lower())


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
    deadline = float("inf")
    while True:
        began = time.monotonic()
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
