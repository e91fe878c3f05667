"""QUIC conversations whose secrets are known: tshark decrypts their streams, and HTTP/3 in them is told to their stories.

tshark writes a line for each packet with STREAM frames (RFC 9000 section 19.8): its number, time, conversation, port, the types
of all its frames, and the streams, offsets and bytes of those that carry data. What does not look like that is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.capture.naming import Names
from auditor.capture.placed import Placed
from auditor.capture.story import Story
from auditor.capture.talk_http3 import Http3Talk, tell_http3
from auditor.capture.tshark import Tshark
from auditor.model.content import Place

FIELDS = (
    "frame.number", "frame.time_epoch", "udp.stream", "udp.srcport", "quic.frame_type", "quic.stream.stream_id",
    "quic.stream.offset", "quic.stream.length", "quic.stream_data",
)  # fmt: skip
MAX_HELD = 16 * 1024 * 1024
"""Bytes of a stream that wait for an earlier part."""
MAX_STREAMS = 4_096
SECOND = 1_000_000_000
_STREAM_FRAMES = range(0x08, 0x10)
_HAS_FIN, _HAS_LENGTH, _HAS_OFFSET = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Run:
    """The data of one STREAM frame."""

    packet: int
    at: int
    conversation: int
    port: int
    """Of the sender."""
    stream: int
    offset: int
    data: bytes
    ends: bool


@dataclass(slots=True)
class _Incoming:
    """One direction of a stream: what is told of it, and what waits."""

    told: int = 0
    waiting: dict[int, Run] = field(default_factory=dict)
    held: int = 0


def decrypt_quic(tshark: Tshark, stories: dict[int, Story], names: Names) -> int:
    """Tells the stories, by number of the UDP conversation, what was inside; how many were opened."""
    said = tshark.says("-Y", "quic.stream_data", "-T", "fields", "-E", "occurrence=a", *_words())
    streams: dict[tuple[int, int, int], _Incoming] = {}
    talks: dict[int, tuple[Http3Talk, int]] = {}
    for run in (run for line in said.splitlines() for run in read_line(line)):
        story = stories.get(run.conversation)
        if story is None:
            continue
        side = 0 if story.ports[0] == run.port else 1
        key = (run.conversation, side, run.stream)
        if key not in streams and len(streams) >= MAX_STREAMS * len(stories):
            continue
        if run.conversation not in talks:
            talks[run.conversation] = (tell_http3(story, max(story.client, 0), names), run.at)
        for piece in _in_order(streams.setdefault(key, _Incoming()), run):
            place = (Place(0, piece.packet, 0),)  # encrypted in the capture: the place is the packet's
            talks[run.conversation][0].take(side, run.stream, Placed(piece.data, place), piece.at, ends=piece.ends)
    for conversation, (talk, at) in talks.items():
        talk.end(at)
        if any(incoming.waiting for (number, *_), incoming in streams.items() if number == conversation):
            stories[conversation].miss(("http3: parts of streams are missing from the capture",))
    return len(talks)


def _words() -> Iterator[str]:
    for name in FIELDS:
        yield from ("-e", name)


def read_line(line: str) -> Iterator[Run]:
    """The STREAM frames of one packet; none where the line is not of the expected form."""
    cells = line.split("\t")
    if len(cells) != len(FIELDS):
        return
    try:
        packet, conversation, port = int(cells[0]), int(cells[2].split(",")[-1]), int(cells[3].split(",")[-1])
        seconds, _, fraction = cells[1].partition(".")
        at = int(seconds) * SECOND + int(fraction.ljust(9, "0")[:9] or 0)
        kinds = [kind for kind in (int(text, 0) for text in _listed(cells[4])) if kind in _STREAM_FRAMES]
        streams, offsets, lengths = ([int(text, 0) for text in _listed(cell)] for cell in cells[5:8])
        data = [bytes.fromhex(text.replace(":", "")) for text in _listed(cells[8])]
    except ValueError:
        return
    yield from _runs(packet, at, conversation, port, kinds, (iter(streams), iter(offsets), iter(lengths), iter(data)))


def _runs(
    packet: int,
    at: int,
    conversation: int,
    port: int,
    kinds: list[int],
    parts: tuple[Iterator[int], Iterator[int], Iterator[int], Iterator[bytes]],
) -> Iterator[Run]:
    """Puts the parts of the frames together: an absent offset is 0, an empty frame has no data."""
    streams, offsets, lengths, data = parts
    try:
        for kind in kinds:
            stream = next(streams)
            offset = next(offsets) if kind & _HAS_OFFSET else 0
            empty = bool(kind & _HAS_LENGTH) and next(lengths) == 0
            yield Run(packet, at, conversation, port, stream, offset, b"" if empty else next(data), bool(kind & _HAS_FIN))
    except (StopIteration, RuntimeError):
        return


def _listed(cell: str) -> list[str]:
    return cell.split(",") if cell else []


def _in_order(incoming: _Incoming, run: Run) -> Iterator[Run]:
    """The run, or what it and those that waited for it make, without what was told already."""
    known = incoming.waiting.get(run.offset)
    if incoming.held + len(run.data) <= MAX_HELD and (known is None or len(run.data) >= len(known.data)):
        incoming.waiting[run.offset] = run
        incoming.held += len(run.data)
    while incoming.waiting:
        offset = min(incoming.waiting)
        if offset > incoming.told:
            return
        found = incoming.waiting.pop(offset)
        incoming.held -= len(found.data)
        fresh = found.data[incoming.told - offset :]
        if fresh or (found.ends and offset + len(found.data) == incoming.told):
            incoming.told += len(fresh)
            yield Run(found.packet, found.at, found.conversation, found.port, found.stream, offset, fresh, found.ends)
