"""A child follows the packets and this process takes the closer look: the same tables, whoever is faster, alive, or there at all."""

import os
import signal
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture import engine, sibling
from auditor.capture.reader import ReadOptions
from auditor.errors import DamagedError
from auditor.model.reading import Reading
from tests.benchmarks.household import write
from tests.unit.capture.both_ways import GLANCING
from tests.unit.capture.reading_of import reader_of
from tests.unit.capture.test_mqtt import connect
from tests.unit.capture.test_quic import initial_datagrams
from tests.unit.capture.wire import (
    CLIENT,
    SERVER,
    Wire,
    block,
    client_hello,
    enhanced,
    interface,
    of_users,
    pcapng,
    records,
    section,
)

MQTT_SERVER = "198.51.100.9"
APP = bytes.fromhex("01072021") + bytes(4) + b"O2Nails".ljust(20, b"\0")


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that were started: one for each capture, however small."""
    made: list[int] = []
    fork = os.fork

    def noted() -> int:
        child = fork()
        if child:
            made.append(child)
        return child

    monkeypatch.setattr(sibling, "LARGE", 0)
    monkeypatch.setattr(sibling, "QUIET", 0)
    monkeypatch.setattr(sibling, "cores", lambda: 2)
    monkeypatch.setattr(os, "fork", noted)
    return made


def _read(path: Path, meanwhile: Callable[[], object] | None = None, progress: Callable[[int], None] | None = None) -> Reading:
    return reader_of(path).read(str(path), ReadOptions(meanwhile=meanwhile, progress=progress))


def _same(path: Path, children: list[int], meanwhile: Callable[[], object] = lambda: None) -> Reading:
    """The reading, which is the same with a child as without one."""
    before = len(children)
    alone, both = _read(path), _read(path, meanwhile)
    assert (len(children), both.table.equals(alone.table)) == (before + 1, True)
    said = [(one.outcome, one.damage, one.losses, one.loss_known, one.notes) for one in (alone, both)]
    assert said[0] == said[1]
    assert not Path(f"/proc/{children[-1]}").exists()
    return both


def _wire() -> Wire:
    """A conversation of each kind: plain, for the closer look, handed over in the middle of a hello, and of no known protocol."""
    wire, ports = Wire(), iter(range(50_000, 60_000))
    wire.resolve("a.example", SERVER)
    hello = records(client_hello("a.example"))
    wire.connect(sport=next(ports)).open().up(hello).down(b"\x16\x03\x03").close()
    wire.connect(sport=next(ports)).open().up(hello[:80]).up(b"\x17" + bytes(90))
    wire.connect(sport=next(ports)).open().up(hello[:80])
    wire.connect(sport=next(ports)).open().up(connect(b"printer", b"user", b"secret")).down(b"\x20\2\0\0").close()
    for seed in range(9):
        wire.connect(sport=next(ports)).open().up(bytes((seed * at * at) & 255 for at in range(6_000))).down(bytes(50))
    for datagram in initial_datagrams("quic.example", padding=8)[:1]:
        wire.udp(CLIENT, next(ports), MQTT_SERVER, 443, datagram)
    wire.udp(CLIENT, next(ports), MQTT_SERVER, 9_999, b"what is this")
    return wire


@pytest.mark.parametrize("glances", [True, False])
def test_a_child_changes_nothing(glances: bool, children: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a first look at payloads, as in large captures, and without."""
    monkeypatch.setattr(engine, "engine_for", lambda size: GLANCING if glances else engine.PLAIN)
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())
    assert len(_same(path, children).table) == 16


def test_nor_in_a_household(children: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "engine_for", lambda size: GLANCING)
    path = tmp_path / "a.pcap"
    write(path, 1_500, seed=3)
    _same(path, children)


def test_apps_are_named_all_the_same(children: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PCAPdroid's trailers stand behind the payloads, and so do its comments."""
    monkeypatch.setattr(engine, "engine_for", lambda size: GLANCING)
    wire = Wire()
    wire.connect().open().up(records(client_hello("a.example"))).up(b"more").close()
    frames = [(at, frame + APP) for at, frame in wire.frames]
    path = tmp_path / "a.pcapng"
    path.write_bytes(pcapng(frames))
    assert _same(path, children).table["app"].to_pylist() == ["O2Nails"]
    path.write_bytes(of_users(wire.frames, {50_000: (10_123, "O2Nails")}))
    assert _same(path, children).table["app"].to_pylist() == ["O2Nails"]


def test_names_of_the_capture_itself_are_told(children: list[int], tmp_path: Path) -> None:
    """Name resolution blocks of pcapng stand between the packets."""
    wire = Wire()
    wire.connect().open().up(b"binary payload").close()
    address = bytes(map(int, SERVER.split("."))) + b"given.example\0"
    names = block(4, struct.pack("<HH", 1, len(address)) + address + bytes(-len(address) % 4) + bytes(4))
    (at, first), *others = wire.frames
    path = tmp_path / "a.pcapng"
    path.write_bytes(
        section() + interface() + enhanced(at, first) + names + b"".join(enhanced(at, frame) for at, frame in others)
    )
    assert _same(path, children).table["host"].to_pylist() == ["given.example"]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(24, 6_000), flips=st.lists(st.tuples(st.integers(24, 5_999), st.integers(1, 255)), max_size=8))
def test_nor_do_damage_and_hostile_bytes(cut: int, flips: list[tuple[int, int]], children: list[int], tmp_path: Path) -> None:
    data = bytearray(_wire().pcap()[:cut])
    for at, mask in flips:
        if at < len(data):
            data[at] ^= mask
    path = tmp_path / "a.pcap"
    path.write_bytes(data)
    _same(path, children)


def test_a_file_that_gives_nothing_is_the_same_error(children: list[int], tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap()[:20])
    with pytest.raises(DamagedError, match="the file header is cut"):
        _read(path, lambda: None)
    assert len(children) == 1


def test_a_child_that_dies_costs_nothing_but_time(children: list[int], tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())

    def kill() -> None:
        with suppress(ProcessLookupError, ChildProcessError):  # this is done a second time without it
            os.kill(children[-1], signal.SIGKILL)
            os.waitid(os.P_PID, children[-1], os.WEXITED | os.WNOWAIT)

    assert len(_same(path, children, kill).table) == 16


def test_what_went_wrong_meanwhile_ends_both(children: list[int], tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())

    def fail() -> None:
        raise KeyError("meanwhile")

    with pytest.raises(KeyError, match="meanwhile"):
        _read(path, fail)
    assert not Path(f"/proc/{children[0]}").exists()


@pytest.mark.parametrize("why", ["small", "one core", "no process"])
def test_without_a_child_this_process_does_it_all(
    why: str, children: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And does what is left to do once, before."""

    def refused() -> int:
        raise OSError

    if why == "small":
        monkeypatch.setattr(sibling, "LARGE", 1 << 30)
    elif why == "one core":
        monkeypatch.setattr(sibling, "cores", lambda: 1)
    else:
        monkeypatch.setattr(os, "fork", refused)
    path, done = tmp_path / "a.pcap", []
    path.write_bytes(_wire().pcap())
    assert len(_read(path, lambda: done.append(1)).table) == 16
    assert (done, children) == ([1], [])


def test_progress_is_heard_of_to_the_end(children: list[int], tmp_path: Path) -> None:
    heard: list[int] = []
    path = tmp_path / "a.pcap"
    path.write_bytes(_wire().pcap())
    _read(path, lambda: None, heard.append)
    assert (sum(heard), len(children)) == (path.stat().st_size, 1)
