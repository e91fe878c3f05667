"""The printer's own access point: which one it is, how it is protected, and whether its key can be guessed."""

from pathlib import Path

import pytest

from auditor import access_points
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.model.vocabulary import Surface
from tests.unit.devices.air import beacon, handshake, pcap

OTHER = bytes.fromhex("02005e999999")


def look(
    folder: Path, *frames: bytes, planted: tuple[tuple[str, str], ...] = (), surface: Surface | None = Surface.PRINTER
) -> list[tuple[str, str, str | None]]:
    (folder / "air.pcap").write_bytes(pcap(*frames))
    capture = CaptureFile(path=str(folder / "air.pcap"), name="air.pcap", surface=surface)
    subjects = Subjects(
        identifiers=tuple(PlantedValue(label=kind, kind=kind, value=value, owner="printer") for kind, value in planted)
    )
    found = access_points.look(Session(name="s", folder=None, captures=(capture,)), subjects, {capture.path: "air.pcap"})
    return [(one.name, one.security, one.default_key.en if one.default_key else None) for one in found]


def test_the_only_one_in_the_printers_capture(tmp_path: Path) -> None:
    """In a capture of the app it may be the office's."""
    assert [security for _, security, _ in look(tmp_path, beacon(private=False, elements=b""))] == ["open"]
    assert look(tmp_path, beacon(private=False, elements=b""), surface=Surface.APP) == []


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("ssid", "AcmeNails-1020", 1),
        ("mac", "02:00:5e:10:20:31", 1),
        ("bssid", "00-00-5E-10-20-30", 1),
        ("mac", "02:00:5e:10:21:30", 0),
        ("ssid", "acmenails-1020", 0),
        ("mac", "no address", 0),
    ],
)
def test_among_neighbours_the_planted_one(tmp_path: Path, kind: str, value: str, found: int) -> None:
    """By name, or by address but for its last byte and the local bit; neighbours are nobody's business."""
    neighbour = beacon(b"Office", private=False, elements=b"", bssid=OTHER)
    assert len(look(tmp_path, beacon(), neighbour, planted=((kind, value),))) == found


def test_no_clear_name_and_no_key_comes_out(tmp_path: Path) -> None:
    """The name masked, the key not at all."""
    (one,) = look(tmp_path, beacon(), *handshake("12345678"))
    assert "AcmeNails" not in str(one)
    assert "12345678" not in str(one)


@pytest.mark.parametrize(
    ("key", "how"),
    [
        ("12345678", access_points.USUAL.en),
        ("AcmeNails-1020", access_points.DERIVED.en),
        ("02005E102030", access_points.DERIVED.en),
        ("a key of its own", None),
    ],
)
def test_a_handshake_tells_a_default_key(tmp_path: Path, key: str, how: str | None) -> None:
    """One that everybody tries, one that follows from name or address; another one is not known."""
    assert look(tmp_path, beacon(), *handshake(key))[0][2] == how


def test_the_planted_key_is_judged_without_a_handshake(tmp_path: Path) -> None:
    """What the tester wrote down for the printer."""
    assert look(tmp_path, beacon(), planted=(("password", "88888888"),))[0][2] == access_points.USUAL.en
    assert look(tmp_path, beacon(), planted=(("password", "a key of its own"),))[0][2] is None


def test_halves_of_different_handshakes_are_none(tmp_path: Path) -> None:
    """The second message without its first one."""
    assert look(tmp_path, beacon(), handshake("12345678")[1])[0][2] is None


def test_other_captures_say_nothing(tmp_path: Path) -> None:
    """Ethernet, no capture at all, a missing file."""
    for data in (pcap(bytes(60), link=1), b"{}", b""):
        path = tmp_path / "x"
        path.write_bytes(data)
        captures = tuple(CaptureFile(path=str(file), name="x", surface=Surface.PRINTER) for file in (path, tmp_path / "gone"))
        assert access_points.look(Session(name="s", folder=None, captures=captures), Subjects(), {}) == ()
