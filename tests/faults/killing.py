"""Writers killed with SIGKILL at random moments: `python -m tests.faults.killing [TIMES] [SEED]`.

Each round forks a writer from this warm process, waits until it has acknowledged something, kills it at a random moment and looks at
what it left: nothing that it acknowledged is lost, nothing is torn but the end of what it was writing, and a second run goes on.
Acknowledged is what the writer said down a pipe after the call that promises it had returned. `tests.lab.killing` does the same to a
whole recording behind a proxy.
"""

import contextlib
import itertools
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor.capture.pcapng import READER as PCAPNG
from auditor.capture.reader import ReadOptions
from auditor.cli import report_folder
from auditor.cli.app import main as auditor
from auditor.model.audit import Audit
from auditor.model.journal import NAME, TORN
from auditor.record.counters import Counters
from auditor.record.journal import Journal, Kind
from auditor.record.pcapng_blocks import enhanced_packet, interface_description, interface_statistics, section_header
from auditor.record.rotation import FileSeries, Rotation
from auditor.report import audit_json, seal, signoff
from auditor.session.journal import read_journal
from tests.faults.passing_session import passing_session

FIRST_SECONDS = 30.0
"""How long a writer may take to its first word, on a machine however busy."""
SPARE = 0.02
"""Seconds after its first word within which most writers are killed."""
HEAD = (section_header("killing", "here"), interface_description(1, "eth0", "", "here"))
RING = Rotation(max_bytes=1 << 16)

type Say = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Place:
    """What all rounds share."""

    folder: Path
    key: Path
    day: str = "2026-11-22"

    @property
    def report(self) -> Path:
        """The report that is written over and over, and signed."""
        return self.folder / "out" / "p"


@dataclass(frozen=True, slots=True)
class Writer:
    """One writer: what it does until it is killed, and what must hold of what it left."""

    name: str
    write: Callable[[Place, int, Say], None]
    check: Callable[[Place, int, int], None]
    """Gets the number of the round and the last acknowledgement. Raises AssertionError."""
    seconds: float = SPARE
    """Within which it is killed."""


def _write_journal(place: Place, number: int, say: Say) -> None:
    journal = Journal(place.folder / f"{number // 8}-{NAME}", f"run-{number}")
    for count in itertools.count():
        journal.add(Kind.NOTE, number=count, text="x" * (count % 300))
        if count % 7 == 6:
            journal.sync()
            say(count)


def _check_journal(place: Place, number: int, said: int) -> None:
    """Eight rounds share a file, so that every run goes on behind one that was killed."""
    data = (place.folder / f"{number // 8}-{NAME}").read_bytes()
    whole = [json.loads(line) for line in data.split(b"\n")[:-1] if not line.endswith(TORN)]
    mine = [record["number"] for record in whole if record["recorder"] == f"run-{number}"]
    assert mine[: said + 1] == list(range(said + 1))
    assert read_journal(data).damage == ()
    with Journal(place.folder / f"{number // 8}-{NAME}", f"after-{number}") as journal:
        journal.add(Kind.NOTE, number=0)
    assert read_journal((place.folder / f"{number // 8}-{NAME}").read_bytes()).damage == ()


def _write_capture(place: Place, number: int, say: Say) -> None:
    folder = place.folder / f"capture-{number}"
    folder.mkdir()
    series = FileSeries(folder, "printer", HEAD, RING)
    for count in itertools.count():
        frame = count.to_bytes(8) + bytes(count % 1400)
        series.file.pending.append(enhanced_packet(count, frame, len(frame)))
        if count % 50 == 49:
            series.file.flush_behind()
        elif count % 11 == 10:
            series.file.flush()
            say(count)
        if series.is_due:
            series.file.pending.append(interface_statistics(count, 0, Counters(delivered=count, dropped=0)))
            series.file.flush()
            series.close()
            series.begin_next()


def _check_capture(place: Place, number: int, said: int) -> None:
    folder = place.folder / f"capture-{number}"
    files = sorted(folder.glob("*.pcapng"))
    numbers = list[int]()
    for path in files[:-1] if files[-1].stat().st_size == 0 else files:  # killed between making the file and its first block
        numbers += [int.from_bytes(frame[:8]) for frame in _frames(path.read_bytes())]
        damage = PCAPNG.read(str(path), ReadOptions()).damage
        # A file of a ring is read with those behind it, and only the last of all may be cut.
        assert not damage or (files[-1].name in (path.name, damage[-1].where.partition(":")[0]) and "end" in damage[-1].what), (
            damage
        )
    assert numbers == list(range(len(numbers)))
    assert len(numbers) > said
    again = FileSeries(folder, "printer", HEAD, RING)
    again.close()
    assert len(sorted(folder.glob("*.pcapng"))) == len(files) + 1
    shutil.rmtree(folder)


def _frames(data: bytes) -> Iterator[bytes]:
    """Frames of the whole blocks of a file, walked without the project's reader."""
    at = 0
    while at + 12 <= len(data):
        kind, length = int.from_bytes(data[at : at + 4], "little"), int.from_bytes(data[at + 4 : at + 8], "little")
        if at + length > len(data):
            return
        assert data[at + length - 4 : at + length] == data[at + 4 : at + 8]
        if kind == 6:
            kept = int.from_bytes(data[at + 20 : at + 24], "little")
            yield data[at + 28 : at + 28 + kept]
        at += length


def _write_report(place: Place, number: int, say: Say) -> None:
    audit = audit_json.decode((place.report / audit_json.FILE).read_bytes())
    for count in itertools.count():
        with report_folder.locked(str(place.report.parent), place.report.name):
            report_folder._replace(place.report, _files(audit, number, count))
        say(count)


def _files(audit: Audit, number: int, count: int) -> dict[str, bytes]:
    """A report of a round: it says in every file which it is."""
    mark = f"{number}-{count}\n".encode()
    files = {audit_json.FILE: audit_json.encode(audit), "mark.txt": mark}
    files |= {f"tables/{name}": mark * 4000 for name in ("a", "b", "c")}
    return files | seal.seal(audit, files, None, None)


def _check_report(place: Place, number: int, said: int) -> None:
    """What is there is one report as a whole: the last that was acknowledged, or the one behind it."""
    found = _read(place.report)
    assert seal.check(found, ()).differences == ()
    mark = found["mark.txt"].decode().split()
    assert mark in ([f"{number}-{said}"], [f"{number}-{said + 1}"])
    assert all(set(found[f"tables/{name}"].split()) == {mark[0].encode()} for name in ("a", "b", "c"))
    audit = audit_json.decode(found[audit_json.FILE])
    with report_folder.locked(str(place.report.parent), place.report.name):
        report_folder._replace(place.report, _files(audit, number, -1))
    assert [path.name for path in place.report.parent.iterdir() if not path.name.endswith(".lock")] == [place.report.name]


def _write_signoff(place: Place, number: int, say: Say) -> None:
    for count in itertools.count():
        assert _sign(place, f"{number}-{count}") == 0
        say(count)


def _sign(place: Place, note: str) -> int:
    words = ["--who", "Lin Mei", "--role", "qa", "--decision", "approve", "--note", note, "--date", place.day]
    return auditor(["signoff", str(place.report), *words, "--key", str(place.key), "--quiet"])


def _check_signoff(place: Place, number: int, said: int) -> None:
    """Every decision that was acknowledged is on record, in order, and the report still verifies."""
    notes = [record.note for record in signoff.claimed((place.report / signoff.FILE).read_bytes())]
    mine = [note for note in notes if note.startswith(f"{number}-")]
    assert mine in ([f"{number}-{count}" for count in range(said + 1)], [f"{number}-{count}" for count in range(said + 2)])
    assert auditor(["verify", str(place.report), "--quiet"]) == 0
    assert _sign(place, f"after {number}") == 0
    assert auditor(["verify", str(place.report), "--quiet"]) == 0
    (place.report / signoff.FILE).unlink()


def _write_audit(place: Place, number: int, say: Say) -> None:
    say(0)
    assert _audit(place, f"2026-11-{number % 28 + 1:02}") == 0


def _audit(place: Place, day: str) -> int:
    words = ["--out", str(place.report.parent), "--format", "json", "--format", "md", "--as-of", day, "--quiet"]
    return auditor(["audit", str(place.folder / "p"), *words])


def _check_audit(place: Place, number: int, said: int) -> None:
    """A whole command: what is there is the earlier report or the new one, and the next run ends as it should."""
    assert seal.check(_read(place.report), ()).differences == ()
    assert _audit(place, place.day) == 0
    assert seal.check(_read(place.report), ()).differences == ()


def _read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


WRITERS: tuple[Writer, ...] = (
    Writer("journal", _write_journal, _check_journal),
    Writer("capture", _write_capture, _check_capture),
    Writer("report", _write_report, _check_report),
    Writer("sign-off", _write_signoff, _check_signoff),
)
AUDIT = Writer("audit", _write_audit, _check_audit, 0.6)
AUDITS = 20
"""One round in so many is a whole audit, which takes longer than all the others."""


@contextlib.contextmanager
def prepared() -> Iterator[Place]:
    """A session that passes, its report and a key, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="auditor-killing-") as name:
        place = Place(Path(name), Path(name) / "key.pem")
        passing_session(place.folder / "p")
        assert auditor(["keygen", "-o", str(place.key), "--quiet"]) == 0
        assert _audit(place, place.day) == 0
        yield place


def rounds(times: int, seed: int, first: int = 0) -> Iterator[tuple[int, Writer, float]]:
    """Number, writer and moment of each round, always the same for a seed."""
    rng = random.Random(seed)
    for number in range(first, first + times):
        writer = AUDIT if number % AUDITS == AUDITS - 1 else WRITERS[number % len(WRITERS)]
        yield number, writer, rng.random() ** 2 * writer.seconds


def killed(place: Place, number: int, writer: Writer, seconds: float) -> int:
    """Forks the writer, kills it so long after its first word; its last acknowledgement."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with contextlib.suppress(BaseException):
            writer.write(place, number, lambda count: os.write(writing, b"%d\n" % count))
        os._exit(7)
    os.close(writing)
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        heard, _, _ = select.select([pipe], [], [], FIRST_SECONDS)
        said = os.read(pipe.fileno(), 64) if heard else b""
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        while more := os.read(pipe.fileno(), 1 << 16):
            said += more
    _, status = os.waitpid(pid, 0)
    ended = os.WIFEXITED(status) and writer is not AUDIT
    assert said and not ended, f"round {number}: the {writer.name} writer ended by itself"
    return int(said.split(b"\n")[-2])


def run(place: Place, times: int, seed: int, first: int = 0) -> dict[str, int]:
    """All rounds, numbered from `first`; how many of each writer, and how much they had acknowledged.

    Raises:
        AssertionError: something was lost, torn, or did not go on; the round and the moment are named.
    """
    told = dict.fromkeys([*(writer.name for writer in WRITERS), AUDIT.name, "acknowledged"], 0)
    for number, writer, seconds in rounds(times, seed, first):
        said = killed(place, number, writer, seconds)
        try:
            writer.check(place, number, said)
        except Exception as error:
            error.add_note(
                f"round {number} of seed {seed}: {writer.name}, killed {seconds:.4f} s after its first word, said {said}"
            )
            raise
        told[writer.name] += 1
        told["acknowledged"] += said + 1
    return told


def main() -> int:
    """Runs the rounds."""
    times, seed = (int(word) for word in (*sys.argv[1:3], *("1000", "1")[len(sys.argv[1:3]) :]))
    begun, used = time.perf_counter(), time.process_time()
    with prepared() as place:
        told = run(place, times, seed)
    spent = f"{time.perf_counter() - begun:.0f} s, {time.process_time() - used:.0f} s of processor time and the writers'"
    print(f"{times} kills of seed {seed}: nothing lost, nothing torn; {json.dumps(told)}; {spent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
