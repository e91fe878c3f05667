"""What a reading says beside its flows: its outcome, and every packet that could not be followed."""

from pathlib import Path

import pytest

from auditor.capture import compiled, engine
from tests.unit.capture.reading_of import read
from tests.unit.capture.wire import CLIENT, SERVER, Wire, enhanced, interface, ip, pcap, section, udp_datagram

FRAME = Wire()
FRAME.udp(CLIENT, 40_000, SERVER, 9_000, b"hello")
(AT, DATA), *_ = FRAME.frames


@pytest.mark.parametrize(
    ("frames", "options", "outcome", "notes"),
    [
        ([(AT, DATA)], {}, "read", ()),
        ([], {}, "empty", ()),
        ([(AT, DATA)], {"link": 250}, "read", ("1 packets have a link type that is not known (250)",)),
        ([(AT, DATA[:20])], {}, "read", ("1 packets have headers that are cut or lie",)),
        ([(AT, DATA[:12] + b"\x08\x06" + bytes(28))], {}, "read", ("1 frames carry no IP",)),
        ([(AT, DATA), (AT - 10**9, DATA)], {}, "read", ("1 packets are older than the one before",)),
    ],
)  # fmt: skip
def test_outcome_and_notes(
    frames: list[tuple[int, bytes]], options: dict[str, int], outcome: str, notes: tuple[str, ...], tmp_path: Path
) -> None:
    reading = read(pcap(frames, **options), tmp_path).reading
    assert (str(reading.outcome), reading.notes, reading.format) == (outcome, notes, "pcap")


def test_damage_is_an_outcome_with_what_was_read(tmp_path: Path) -> None:
    reading = read(pcap([(AT, DATA), (AT, DATA)])[:-3], tmp_path).reading
    assert (str(reading.outcome), len(reading.flows), len(reading.damage)) == ("damaged", 1, 1)


def test_fragments_that_never_met_are_told(tmp_path: Path) -> None:
    packet = ip(CLIENT, SERVER, 17, udp_datagram(40_000, 9_000, b"x" * 32))
    wire = Wire()
    wire.add(packet[:6] + b"\x20\0" + packet[8:])
    notes = read(wire.pcap(), tmp_path).reading.notes
    assert notes == ("1 datagrams lack a fragment", "1 packets are IP fragments")


def test_packets_of_an_unknown_link_type_count_as_lost(tmp_path: Path) -> None:
    """What they carried was not seen: a capture with some of them shows no pass, also beside flows."""
    data = section() + interface(1) + interface(250) + enhanced(AT, DATA) + enhanced(AT, DATA, number=1)
    (loss,) = read(data, tmp_path).reading.losses
    assert (loss.delivered, loss.dropped, loss.kind) == (1, 1, "unreadable")
    assert read(pcap([(AT, DATA)]), tmp_path).reading.losses == ()


def test_encrypted_frames_count_as_lost_in_both_engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the file, but nobody sees what they carry, which is another thing than a frame without IP."""
    frames = [(AT, b"\x08\x42" + bytes(60)), (AT, b"\x80\0" + bytes(60))]
    for kind in (engine.PLAIN, compiled.engine()):
        monkeypatch.setattr(engine, "engine_for", lambda size, kind=kind: kind)
        reading = read(pcap(frames, link=105), tmp_path, inspect=False).reading
        (loss,) = reading.losses
        assert (loss.delivered, loss.dropped) == (1, 1)
        assert [note.split(" (")[0] for note in reading.notes] == ["1 frames are encrypted below IP", "1 frames carry no IP"]
