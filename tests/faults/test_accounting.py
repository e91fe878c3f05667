"""Nothing goes missing without a word: what was seen is what was looked through and what was flagged, exactly, whatever is damaged.

    flows seen = audited + flagged        messages seen = looked through + flagged        packets sent = delivered + dropped

Each over generated captures with damage and faults in the middle.
"""

import json
import tempfile
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import knowledge
from auditor.capture.formats import READERS
from auditor.capture.reader import ReadOptions
from auditor.decode import message as decoding
from auditor.decode.formats import worth_trying
from auditor.decode.signs import BRACKET
from auditor.identify.detector import Detector
from auditor.model.reading import Reading
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.observe import Observations, observe
from auditor.record.counters import Counters
from auditor.record.pcapng_blocks import enhanced_packet, interface_description, interface_statistics, section_header
from tests.unit.capture.flow_files import asked, flow_file
from tests.unit.capture.har_files import entry, har_file
from tests.unit.capture.wire import CLIENT, SERVER, Wire, ethernet, ip, pcap, udp_datagram

IMEI = "490154203237518"
SEVERAL = f"imei={IMEI}&".encode()
FEW = settings(max_examples=25)


def _read(data: bytes, name: str) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        reader = next(reader for reader in READERS if reader.recognises(data[:65_536]))
        return reader.read(str(path), ReadOptions())


# Flows ----------------------------------------------------------------------------------------------------------------------

BROKEN_ENTRIES: tuple[object, ...] = (None, 7, "text", [], {}, {"request": 3}, entry("https://["), entry(request=[]))


@FEW
@given(st.lists(st.sampled_from([None, *range(len(BROKEN_ENTRIES))]), min_size=1, max_size=20))
def test_every_entry_of_a_har_is_a_flow_or_is_named_as_damage(broken: list[int | None]) -> None:
    entries = [entry() if which is None else BROKEN_ENTRIES[which] for which in broken]
    reading = _read(har_file(*entries), "x.har")
    flagged = {damage.where for damage in reading.damage}
    audited = {f"entry {flow}" for flow in reading.flows["flow_id"]}
    assert audited | flagged == {f"entry {number}" for number in range(len(entries))}
    assert audited.isdisjoint(flagged)
    assert len(reading.flows) + len(reading.damage) == len(entries)
    assert {f"entry {number}" for number, which in enumerate(broken) if which is None} <= audited


BROKEN_STATES: tuple[Mapping[str, object], ...] = (
    {"version": 10**9},
    {"type": "carrier pigeon"},
    {"request": None},
    {"client_conn": 3},
    {"id": None},
)


@FEW
@given(st.lists(st.sampled_from([None, *range(len(BROKEN_STATES))]), min_size=1, max_size=20), st.booleans())
def test_every_frame_of_a_flow_file_is_a_flow_or_is_named_as_damage(broken: list[int | None], same: bool) -> None:
    """Also where several flows bear one id."""
    states = []
    for number, which in enumerate(broken):
        state = asked("regular", "api.o2nails.com", id="same" if same else f"flow-{number}")
        states.append(state if which is None else {**state, **BROKEN_STATES[which]})
    data = flow_file(states)
    if not any(reader.recognises(data[:65_536]) for reader in READERS):
        return
    reading = _read(data, "x.mitm")
    assert len(reading.flows) + len(reading.damage) == len(states)
    assert reading.flows["flow_id"].is_unique
    assert len(reading.flows) >= sum(which is None for which in broken)


# Messages -------------------------------------------------------------------------------------------------------------------


def _chunked(data: bytes) -> dict[str, Any]:
    text = b64encode(data).decode()
    return {"mimeType": "application/octet-stream", "text": text, "encoding": "base64"}


def _plain(text: str) -> dict[str, Any]:
    return {"mimeType": "application/json", "text": text}


BODIES: tuple[Callable[[], dict[str, Any]], ...] = (
    lambda: _plain(json.dumps({"imei": IMEI})),
    lambda: _plain(b64encode(IMEI.encode()).decode()),
    lambda: _chunked(zlib.compress(SEVERAL * 9)),
    lambda: _chunked(zlib.compress(SEVERAL * 900)[:-9]),
    lambda: _chunked(b"\x1f\x8b\x08\x00" + IMEI.encode()),
    lambda: _chunked(zlib.compress(bytes(1 << 22))),
    lambda: _plain("[" * 3000 + IMEI),
    lambda: _plain(""),
)
READABLE = (0, 1, 2)
"""Bodies that are sound: the value is found in them, and nothing is flagged."""
WITHOUT = (5, 7)
"""Bodies without the value."""


@pytest.fixture(scope="module")
def detector() -> Detector:
    planted = PlantedValue(label="phone", kind="imei", value=IMEI, owner="phone")
    return Detector.build(Subjects(identifiers=(planted,)), bytes(32), knowledge.load("o2nails-1.1").identifiers)


def _observed(data: bytes, detector: Detector) -> Observations:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.har"
        path.write_bytes(data)
        capture = CaptureFile(path=str(path), name="x.har", surface=None)
        return observe(Session(name="x", folder=None, captures=(capture,)), detector)


def _unread(observed: Observations) -> set[str]:
    pairs = zip(observed.flows["flow_id"].to_pylist(), observed.flows["unread"].to_pylist(), strict=True)
    return {flow for flow, unread in pairs if unread is not None and len(unread)}


@FEW
@given(chosen=st.lists(st.integers(0, len(BODIES) - 1), min_size=1, max_size=10))
def test_every_body_was_looked_through_or_is_flagged(detector: Detector, chosen: list[int]) -> None:
    """What hides the value and is not flagged was looked through: the value was found in it."""
    entries = [entry(f"https://x.example/{number}", response__content=BODIES[which]()) for number, which in enumerate(chosen)]
    observed = _observed(har_file(*entries), detector)
    flagged, found = _unread(observed), set(observed.sightings["flow_id"].to_pylist())
    readable = {str(number) for number, which in enumerate(chosen) if which in READABLE}
    holds = {str(number) for number, which in enumerate(chosen) if which not in WITHOUT}
    assert set(observed.flows["flow_id"].to_pylist()) == {str(number) for number in range(len(chosen))}
    assert holds <= flagged | found
    assert readable <= found - flagged


FAULTS: tuple[Callable[[], Exception], ...] = (
    lambda: ValueError("fault"),
    lambda: MemoryError(),
    lambda: RecursionError("fault"),
    lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "fault"),
    lambda: KeyError(IMEI),
    lambda: OSError(5, "fault"),
)


@FEW
@given(faults=st.lists(st.none() | st.integers(0, len(FAULTS) - 1), min_size=1, max_size=12))
def test_a_format_that_fails_flags_its_own_messages_and_no_others(detector: Detector, faults: list[int | None]) -> None:
    """A fault in the middle of a session: the message it struck is flagged, all the others are looked through."""
    struck = {f"m{number}".encode(): which for number, which in enumerate(faults) if which is not None}

    class Failing:
        signs = BRACKET

        def open(self, value: bytes, budget: object) -> None:
            mark = next((which for mark, which in struck.items() if b'"%s"' % mark in value), None)
            if mark is not None:
                raise FAULTS[mark]()

    entries = [
        entry(f"https://x.example/{number}", response__content=_plain(json.dumps({"mark": f"m{number}", "imei": IMEI})))
        for number in range(len(faults))
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "worth_trying", lambda value, signs: (Failing(), *worth_trying(value, signs)))
        observed = _observed(har_file(*entries), detector)
    assert _unread(observed) == {str(number) for number, which in enumerate(faults) if which is not None}
    assert set(observed.sightings["flow_id"].to_pylist()) == {str(number) for number in range(len(faults))}
    assert IMEI not in str(observed.flows["unread"].to_pylist())


# Packets --------------------------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(
    readings=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=12),
    cut=st.floats(0, 1),
)
def test_packets_sent_are_delivered_and_dropped_also_in_a_file_that_was_cut(readings: list[tuple[int, int]], cut: float) -> None:
    """What the kernel passed and what it dropped, reading by reading, comes out of the file again: all of it where the file is
    whole, and exactly what the last whole statistics say where it was cut."""
    counters, at, blocks = Counters(), 0, [section_header("t", "t"), interface_description(1, "eth0", "", "t")]
    told: list[tuple[int, Counters]] = [(sum(map(len, blocks)), counters)]
    frame = ethernet(ip(CLIENT, SERVER, 17, udp_datagram(4000, 9999, b"x" * 20)))
    for delivered, dropped in readings:
        counters = counters.read(delivered + dropped, dropped).wrote(delivered)
        assert counters.received == counters.delivered + counters.dropped
        for _ in range(delivered):
            at += 1_000_000
            blocks.append(enhanced_packet(at, frame, len(frame)))
        blocks.append(interface_statistics(at + 1, 0, counters))
        told.append((sum(map(len, blocks)), counters))
    data = b"".join(blocks)
    end = told[0][0] + round(cut * (len(data) - told[0][0]))
    reading = _read(data[:end], "x.pcapng")
    last = max((entry for entry in told if entry[0] <= end), key=lambda entry: entry[0])[1]
    assert sum(loss.delivered for loss in reading.losses) == last.delivered
    assert sum(loss.dropped for loss in reading.losses) == last.dropped
    assert reading.loss_known == (last is not told[0][1])
    assert bool(reading.damage) == (end not in _ends(blocks))


def _ends(blocks: list[bytes]) -> set[int]:
    ends, at = set(), 0
    for block in blocks:
        at += len(block)
        ends.add(at)
    return ends


@FEW
@given(
    kinds=st.lists(st.sampled_from(["udp", "arp", "half", "fragment"]), min_size=1, max_size=30),
    cut=st.integers(0, 40),
)
def test_every_packet_of_a_capture_is_in_a_flow_or_counted_in_a_note(kinds: list[str], cut: int) -> None:
    """Damage in the middle of a packet or at the end of the file costs that packet, and says so."""
    wire = Wire()
    for number, kind in enumerate(kinds):
        if kind == "udp":
            wire.udp(CLIENT, 41_000 + number % 3, SERVER, 9_999, b"x" * 60)
        elif kind == "arp":
            wire.frames.append((wire.now, ethernet(bytes(46), 0x0806)))
        elif kind == "half":
            wire.frames.append((wire.now, ethernet(b"\x45\x00\x00")[: 14 + 3]))
        else:
            wire.add(ip(CLIENT, SERVER, 17, bytes(16), fragment=100, ident=number))
    data = pcap(wire.frames)
    reading = _read(data[: len(data) - cut], "x.pcap")
    sent = [kind for position, kind in enumerate(kinds) if _stands(wire.frames, position, len(data) - cut)]
    audited = int(reading.flows["packets_up"].sum() + reading.flows["packets_down"].sum())
    noted = {meaning: int(note.split()[0]) for note in reading.notes for meaning in MEANINGS if meaning in note}
    assert audited == sent.count("udp")
    assert noted == {meaning: sent.count(kind) for meaning, kind in MEANINGS.items() if kind in sent}
    assert audited + sum(noted.values()) == len(sent)
    assert bool(reading.damage) == _cut_inside(wire.frames, len(data) - cut)


MEANINGS = {"carry no IP": "arp", "headers that are cut": "half", "are IP fragments": "fragment"}
"""How a note counts packets that are in no flow."""


def _stands(frames: list[tuple[int, bytes]], position: int, size: int) -> bool:
    return 24 + sum(16 + len(frame) for _, frame in frames[: position + 1]) <= size


def _cut_inside(frames: list[tuple[int, bytes]], size: int) -> bool:
    return size not in {24 + sum(16 + len(frame) for _, frame in frames[:count]) for count in range(len(frames) + 1)}
