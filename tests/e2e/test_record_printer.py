"""The printer's recorder on a real interface, as a process of its own, stopped in every way there is."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path
from struct import unpack_from

import pytest

from tests.e2e.command_line import run
from tests.e2e.wire_bench import NEEDS_ROOT, RECORDER, Bench, bench, can_run, stop

pytestmark = pytest.mark.skipif(not can_run(), reason=NEEDS_ROOT)


@pytest.fixture(scope="module")
def lab() -> Iterator[Bench]:
    with bench("rp") as made:
        yield made


def blocks(path: Path) -> list[tuple[int, bytes]]:
    """Every block of a file; fails on one that is cut short."""
    data, found, at = path.read_bytes(), [], 0
    while at < len(data):
        kind, length = unpack_from("<II", data, at)
        assert at + length <= len(data), "the last block is cut short"
        assert unpack_from("<I", data, at + length - 4) == (length,)
        found.append((kind, data[at : at + length]))
        at += length
    return found


def frames(path: Path) -> list[bytes]:
    return [block[28 : 28 + unpack_from("<I", block, 20)[0]] for kind, block in blocks(path) if kind == 6]


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.ndjson").read_bytes().splitlines()]


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_sent_is_delivered_and_a_signal_ends_it_with_0(lab: Bench, tmp_path: Path, with_signal: int) -> None:
    folder = tmp_path / "session"
    process = lab.record(folder)
    lab.send(500, 300, 5000)
    code, result, err = stop(process, with_signal)
    assert (code, result[:4]) == (0, ["500", "0", "500", "user"]), err
    assert len(frames(folder / "printer.pcapng")) == 500
    assert err == ""


def test_the_counts_stand_in_the_file_and_in_the_journal(lab: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    process = lab.record(folder)
    lab.send(100, 100, 5000)
    stop(process)
    kind, last = blocks(folder / "printer.pcapng")[-1]
    assert kind == 5
    counts = {unpack_from("<H", last, at)[0]: unpack_from("<Q", last, at + 4)[0] for at in (44, 56, 68)}
    assert counts == {4: 100, 5: 0, 8: 100}
    found = records(folder)
    assert [record["kind"] for record in found] == ["started", "file", "loss", "ended"]
    ended = found[-1]
    assert (ended["received"], ended["dropped"], ended["delivered"], ended["reason"]) == (100, 0, 100, "user")


@pytest.mark.parametrize(
    ("printer", "wanted"),
    [("02:00:5e:10:00:02", 50), ("192.0.2.3", 0)],
)
def test_the_filter_keeps_the_printers_packets_only(lab: Bench, tmp_path: Path, printer: str, wanted: int) -> None:
    process = lab.record(tmp_path, printer=printer)
    lab.send(50, 100, 5000)
    code, result, err = stop(process)
    assert (code, result[:3]) == (0, [str(wanted), "0", str(wanted)]), err


def test_a_killed_recorder_leaves_whole_blocks(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path)
    lab.send(3000, 500, 3000)
    process.kill()
    process.communicate()
    assert 2000 <= len(frames(tmp_path / "printer.pcapng")) <= 3000
    assert records(tmp_path)[-1]["kind"] != "ended"


def test_on_loopback_each_packet_shows_once(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path, interface="lo")
    script = "import socket; s = socket.socket(type=socket.SOCK_DGRAM); r = socket.socket(type=socket.SOCK_DGRAM); "
    script += "r.bind(('127.0.0.1', 0)); [s.sendto(b'x', r.getsockname()) for _ in range(20)]"
    assert lab.run(lab.near, sys.executable, "-c", script).returncode == 0
    code, result, err = stop(process)
    assert (code, result[:3]) == (0, ["20", "0", "20"]), err


def test_an_interface_that_is_not_there_names_those_that_are(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path, interface="wlan7")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert err == "there is no interface 'wlan7' (there are: eth0, lo)\n"
    assert list(tmp_path.iterdir()) == []


def test_without_the_right_it_says_what_to_type(lab: Bench, tmp_path: Path) -> None:
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c"]
    script = "from auditor.record.printer import record_printer; from threading import Event\n"
    script += "from auditor.errors import UsageError\n"
    script += f"try: record_printer('eth0', {str(tmp_path / 'a b')!r}, printer='192.0.2.2', stop=Event())\n"
    script += "except UsageError as error: print(error)"
    process = lab.start(lab.near, *command, script)
    out, err = process.communicate(timeout=20)
    typed = (
        f"type: sudo {sys.executable} -m auditor record printer --interface eth0 --out '{tmp_path / 'a b'}' --printer 192.0.2.2"
    )
    assert out == f"may not capture on eth0: that needs root or the capability cap_net_raw ({typed})\n", err


RING = {"LEAST_BUFFER": str(1 << 40)}
"""No buffer is large enough, so a packet ring takes its place."""


@pytest.mark.parametrize("environment", [{"BUFFER": "65536", "LEAST_BUFFER": "0"}, RING])
def test_when_packets_are_lost_sent_is_delivered_plus_dropped_exactly(
    lab: Bench, tmp_path: Path, environment: dict[str, str]
) -> None:
    process = lab.record(tmp_path, environment=environment)
    sent = 0
    for count in (300, 1000, 30_000 if environment is RING else 2000):
        process.send_signal(signal.SIGSTOP)
        lab.send(count, 1400, 1e9)
        process.send_signal(signal.SIGCONT)
        time.sleep(0.5)
        sent += count
    code, result, err = stop(process)
    delivered, lost, received = map(int, result[:3])
    assert (code, received, delivered + lost) == (3, sent, sent), err
    assert lost > 0
    assert len(frames(tmp_path / "printer.pcapng")) == delivered
    _, last = blocks(tmp_path / "printer.pcapng")[-1]
    assert [unpack_from("<Q", last, at)[0] for at in (48, 60, 72)] == [sent, lost, delivered]
    assert sum(int(str(record["dropped"])) for record in records(tmp_path) if record["kind"] == "loss") == lost


@pytest.mark.parametrize("number", range(3))
def test_the_counters_add_up_run_after_run(lab: Bench, tmp_path: Path, number: int) -> None:
    """`python -m tests.benchmarks.record_wire_bench --counters 20` does the same twenty times, with sizes at random."""
    process = lab.record(tmp_path, environment={"BUFFER": str(1 << 16), "LEAST_BUFFER": "0"})
    sent = 0
    for count in (100, 3000, 500 * number + 1):
        process.send_signal(signal.SIGSTOP if count == 3000 else signal.SIGCONT)
        lab.send(count, 400 + 300 * number, 1e9)
        process.send_signal(signal.SIGCONT)
        sent += count
    _, result, err = stop(process)
    delivered, lost, received = map(int, result[:3])
    assert (received, delivered + lost) == (sent, sent), err
    assert sum(int(str(record["delivered"])) for record in records(tmp_path) if record["kind"] == "loss") == delivered


def _held_while_stopped(
    lab: Bench, folder: Path, count: int, environment: dict[str, str], before: int = 0
) -> tuple[int, int, int]:
    """Sends to a recorder that is stopped meanwhile; packets that it has in the end, lost ones, and all."""
    process = lab.record(folder, environment=environment)
    if before:
        lab.send(before, 10, 10_000)
        time.sleep(2.5)
    process.send_signal(signal.SIGSTOP)
    lab.send(count, 1400, 1e9)
    process.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    _, result, _ = stop(process)
    return int(result[0]), int(result[1]), int(result[2])


def test_a_loss_in_one_interval_makes_the_verdict_inconclusive_however_small_it_is_in_all(lab: Bench, tmp_path: Path) -> None:
    """0.1 % counts in each interval: the first holds many packets and loses none, the second few and loses some."""
    environment = {"BUFFER": str(1 << 20), "LEAST_BUFFER": "0", "INTERVAL": "2"}
    room = _held_while_stopped(lab, tmp_path / "trial", 3000, environment)[0]
    lost, received = _held_while_stopped(lab, tmp_path, room + 20, environment, before=30_000)[1:]
    assert received == 30_000 + room + 20
    assert 0 < lost / received < 0.001
    done = run("audit", tmp_path / "printer.pcapng", "--out", tmp_path / "reports")
    document = json.loads(next((tmp_path / "reports").glob("*/audit.json")).read_bytes())
    (gate,) = [gate for gate in document["coverage"]["gates"] if gate["name"] == "packet_loss"]
    assert not gate["passed"]
    assert gate["value"] > 0.01
    assert document["verdict"]["result"] in ("inconclusive", "fail"), done.err
    assert any("packet_loss" in reason for reason in document["verdict"]["reasons"])


@pytest.mark.parametrize("printer", ["192.0.2.2"])
def test_with_a_packet_ring_sent_is_delivered_too(lab: Bench, tmp_path: Path, printer: str) -> None:
    process = lab.record(tmp_path, printer=printer, environment=RING)
    lab.send(3000, 700, 20000)
    code, result, err = stop(process)
    assert (code, result[:3]) == (0, ["3000", "0", "3000"]), err
    assert {len(frame) for frame in frames(tmp_path / "printer.pcapng")} == {742}
    assert records(tmp_path)[0]["engine"] == "socket with a packet ring"


ENGINES = [
    pytest.param("dumpcap", marks=pytest.mark.skipif(shutil.which("dumpcap") is None, reason="dumpcap is not installed")),
    pytest.param("libpcap", marks=pytest.mark.skipif(find_library("pcap") is None, reason="libpcap is not installed")),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("printer", "wanted"), [("192.0.2.2", 2000), ("192.0.2.3", 0)])
def test_another_engine_delivers_the_same(lab: Bench, tmp_path: Path, engine: str, printer: str, wanted: int) -> None:
    process = lab.record(tmp_path, printer=printer, engine=engine)
    lab.send(2000, 700, 10000)
    time.sleep(0.5)  # there is no gate: what was sent must have arrived
    code, result, err = stop(process)
    assert (code, result[:4]) == (0, [str(wanted), "0", str(wanted), "user"]), err
    assert len(frames(tmp_path / "printer.pcapng")) == wanted
    assert records(tmp_path)[0]["engine"] == engine


@pytest.mark.parametrize("engine", ENGINES)
def test_another_engine_names_a_wrong_interface(lab: Bench, tmp_path: Path, engine: str) -> None:
    process = lab.record(tmp_path, interface="wlan7", engine=engine)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "wlan7" in err
    assert len(err.splitlines()) == 1


@pytest.mark.skipif(shutil.which("dumpcap") is None, reason="dumpcap is not installed")
def test_a_dumpcap_that_is_killed_ends_the_recording_with_3(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path, engine="dumpcap")
    lab.send(100, 700, 10000)
    time.sleep(0.5)
    child = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True).stdout.strip()
    os.kill(int(child), signal.SIGKILL)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 3, err
    assert "dumpcap ended" in out
    assert len(frames(tmp_path / "printer.pcapng")) == 100


def test_a_packet_ring_survives_an_interface_that_goes_down(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path, environment=RING)
    lab.run(lab.near, "ip", "link", "set", "eth0", "down")
    time.sleep(0.5)
    lab.run(lab.near, "ip", "link", "set", "eth0", "up")
    lab.send(50, 100, 5000)
    code, result, err = stop(process)
    assert (code, result[0]) == (3, "50"), err


def test_a_frame_is_kept_byte_for_byte_with_the_kernels_time(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path)
    before = time.time_ns()
    lab.send(1, 10, 10)
    after = time.time_ns()
    stop(process)
    ((_, block),) = (found for found in blocks(tmp_path / "printer.pcapng") if found[0] == 6)
    high, low, kept, original = unpack_from("<IIII", block, 12)
    assert before < (high << 32 | low) < after
    assert kept == original == 52
    assert block[28:40].hex(":") == "02:00:5e:10:00:09:02:00:5e:10:00:02"


@pytest.mark.parametrize("environment", [{}, RING])
def test_the_vlan_tag_that_the_kernel_takes_off_is_put_back(lab: Bench, tmp_path: Path, environment: dict[str, str]) -> None:
    process = lab.record(tmp_path, environment=environment)
    script = "import socket; s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind(('eth0', 0)); "
    script += "s.send(bytes.fromhex('02005e10000902005e1000028100000788b5') + b'x' * 60)"
    done = lab.run(lab.far, sys.executable, "-c", script)
    assert done.returncode == 0, done.stderr
    stop(process)
    (frame,) = frames(tmp_path / "printer.pcapng")
    assert frame == bytes.fromhex("02005e10000902005e1000028100000788b5") + b"x" * 60


def test_the_capability_alone_is_enough(lab: Bench, tmp_path: Path) -> None:
    """As with cap_net_raw on an unprivileged user: no other right, in particular none to enlarge the buffer by force."""
    script = RECORDER.replace("sys.argv[1:]", f"('eth0', {str(tmp_path)!r}, '', 'socket')")
    keep = ["setpriv", "--bounding-set=-all,+net_raw", "--inh-caps=-all", sys.executable, "-c", script]
    process = lab.start(lab.near, *keep)
    lab.await_start(process, tmp_path)
    lab.send(200, 1000, 5000)
    code, result, err = stop(process)
    assert (code, result[:3]) == (0, ["200", "0", "200"]), err


def test_under_sudo_everything_written_is_the_callers(lab: Bench, tmp_path: Path) -> None:
    os.chmod(tmp_path, 0o777)
    for parent in tmp_path.parents:
        if parent.name.startswith(("pytest-", "popen-")):
            os.chmod(parent, 0o755)
    process = lab.record(tmp_path / "session", environment={"SUDO_UID": "65534"})
    lab.send(20, 100, 1000)
    code, result, err = stop(process)
    assert (code, result[:3]) == (0, ["20", "0", "20"]), (result, err)
    for path in (tmp_path / "session", *(tmp_path / "session").iterdir()):
        assert path.stat().st_uid == 65534
        assert path.stat().st_mode & 0o077 == 0


def troubles(folder: Path) -> list[str]:
    """What the watchdog told the journal, which is written meanwhile."""
    whole = (folder / "journal.ndjson").read_bytes().rpartition(b"\n")[0]
    told = (json.loads(line) for line in whole.splitlines())
    return [record["trouble"] for record in told if record["kind"] == "watch"]


def test_an_interface_that_goes_down_is_said_and_the_capture_goes_on(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path)
    lab.run(lab.near, "ip", "link", "set", "eth0", "down")
    time.sleep(0.5)
    lab.run(lab.near, "ip", "link", "set", "eth0", "up")
    lab.send(50, 100, 5000)
    limit = time.monotonic() + 20
    while len(troubles(tmp_path)) < 2 and time.monotonic() < limit:
        time.sleep(0.1)
    code, result, err = stop(process)
    assert (code, result[0]) == (3, "50"), err
    assert "the interface eth0 went down" in result[4]
    assert troubles(tmp_path) == ["down", "up"]


def test_a_ring_of_files_loses_nothing_between_them(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path, environment={"RING_BYTES": str(1 << 17)})
    lab.send(2000, 1000, 2000)
    code, result, err = stop(process)
    assert (code, result[:3]) == (0, ["2000", "0", "2000"]), err
    files = sorted(tmp_path.glob("printer_*.pcapng"))
    assert len(files) > 1
    assert sum(len(frames(path)) for path in files) == 2000
    told = [(record["file"], record["sha256"]) for record in records(tmp_path) if record["kind"] == "file"]
    assert told == [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
    for path in files:
        kind, last = blocks(path)[-1]
        assert (kind, unpack_from("<Q", last, 72)[0]) == (5, len(frames(path)))


def test_an_interface_that_is_taken_away_ends_the_recording_with_3(lab: Bench, tmp_path: Path) -> None:
    lab.run(lab.near, "ip", "link", "add", "usb0", "type", "veth", "peer", "name", "usb1")
    lab.run(lab.near, "ip", "link", "set", "usb0", "up")
    process = lab.record(tmp_path, interface="usb0")
    lab.run(lab.near, "ip", "link", "del", "usb0")
    out, err = process.communicate(timeout=20)
    assert process.returncode == 3, err
    assert "interface_gone" in out
    assert "the interface usb0 is gone" in out
    assert records(tmp_path)[-1]["reason"] == "interface_gone"
    blocks(tmp_path / "printer.pcapng")


def test_a_full_disk_ends_it_with_3_and_a_readable_file(lab: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=9m", "tmpfs", str(folder)], check=True)
    try:
        process = lab.record(folder / "session")
        lab.send(9000, 1400, 9000)
        out, err = process.communicate(timeout=20)
        result = out.strip().split("|")
        assert (process.returncode, result[3]) == (3, "disk_full"), err
        assert "the disk is full" in result[4]
        written = len(frames(folder / "session" / "printer.pcapng"))
        assert str(written) == result[0]
        assert int(result[1]) == int(result[2]) - written
        assert records(folder / "session")[-1]["reason"] == "disk_full"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(shutil.which("capinfos") is None, reason="capinfos (Wireshark) is not installed")
def test_wireshark_reads_the_file(lab: Bench, tmp_path: Path) -> None:
    process = lab.record(tmp_path)
    lab.send(123, 100, 5000)
    stop(process)
    answer = subprocess.run(["capinfos", "-c", str(tmp_path / "printer.pcapng")], capture_output=True, text=True, timeout=20)
    assert answer.returncode == 0
    assert "123" in answer.stdout.splitlines()[-1]
