"""Many sessions: `python -m tests.benchmarks.fleet_bench [scale|small|fleet|rotated] [--sessions N] [--rows N]`.

scale: sessions of some seconds each, audited by one worker and by two, in the same run; beside it a control, two plain loops at once
and one alone, because two cores of a shared host are less than twice one. small: many small sessions, and a quarter of them,
on two workers and on one; seconds of one session more, of what is not the audit itself, and what 10,000 would take. fleet: the report over many reports with many flow rows. rotated:
peak memory over a set of two files and of eight, which are one file under several names. Peak memory is of the largest process that
is waited for: of the run with one worker.
"""

import argparse
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from auditor.cli.choices import Choices
from auditor.cli.fleet import FleetFormat, write_fleet
from auditor.cli.one_audit import Job, audited
from auditor.cli.options import Language
from auditor.model.tables import FLOWS, SIGHTINGS
from tests.benchmarks.household import write as write_capture
from tests.e2e.small_session import small_session
from tests.unit.fleet.test_reports import report

ROOT = Path(__file__).resolve().parents[2]
FEW = ("--format", "json", "--format", "parquet", "--as-of", "2026-11-22", "--quiet")
RECIPIENTS = 60
LOOPS = 30_000_000
PARTS = ("scale", "small", "fleet", "rotated")


def main() -> int:
    """Prints seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS)
    parser.add_argument("--sessions", type=int)
    parser.add_argument("--rows", type=int, default=10_000_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="auditor-benchmark-") as folder:
        for name in PARTS if chosen.part is None else (chosen.part,):
            here = Path(folder) / name
            if name == "scale":
                scale(here, chosen.sessions or 8)
            elif name == "small":
                small(here, chosen.sessions or 200)
            elif name == "fleet":
                fleet(here, chosen.sessions or 10_000, chosen.rows)
            else:
                rotated(here)
            shutil.rmtree(here)
    return 0


def scale(folder: Path, sessions: int) -> None:
    """One worker, then two."""
    for number in range(sessions):
        session = _named(folder / "in", number)
        write_capture(session / "printer.pcap", packets=200_000, seed=number)
    control = _control()
    before = _processor()
    once = _audit(folder / "in", folder / "out1", 1)
    busy = _processor() - before
    twice = _audit(folder / "in", folder / "out2", 2)
    print(f"{sessions} sessions: one worker {once:.1f} s, two {twice:.1f} s: {once / twice:.2f} times as fast")
    print(f"one worker: {busy / sessions:.1f} s of processor for each session")
    print(
        f"control, two plain loops at once against one after the other: {control:.2f} times as fast before, {_control():.2f} after"
    )


def _control() -> float:
    """How much faster two processes are than one on this machine, right now, at work that shares nothing."""
    seconds = []
    for count in (1, 2):
        loops = [multiprocessing.Process(target=_loop) for _ in range(count)]
        begun = time.perf_counter()
        for loop in loops:
            loop.start()
        for loop in loops:
            loop.join()
        seconds.append(time.perf_counter() - begun)
    return 2 * seconds[0] / seconds[1]


def _loop() -> None:
    number = 0
    while number < LOOPS:
        number += 1


def small(folder: Path, sessions: int) -> None:
    """A quarter of the sessions and all of them, on one worker and on two: what a run costs whatever is in it is the same for both."""
    few = max(sessions // 4, 1)
    for number in range(sessions):
        _named(folder / "in", number)
        if number < few:
            _named(folder / "few", number)
    first = _audit(folder / "in" / "s00000", folder / "warm", 1)
    busy_few, busy = (_spent(folder / name, folder / f"{name}-alone") for name in ("few", "in"))
    wall_few, wall = (_audit(folder / name, folder / f"{name}-out", 2) for name in ("few", "in"))
    print(
        f"{sessions} small sessions: {wall:.1f} s, {wall / sessions * 1000:.0f} ms each on two workers, "
        f"{busy / sessions * 1000:.0f} ms of processor on one"
    )
    each_busy, each_wall = ((whole - part) / max(sessions - few, 1) for part, whole in ((busy_few, busy), (wall_few, wall)))
    print(
        f"one session more: {each_wall * 1000:.0f} ms on two workers, {each_busy * 1000:.0f} ms of processor on one, "
        f"{(each_busy - _bare(folder / 'in', folder / 'bare')) * 1000:.0f} of them the fleet's: the datasets, the report over all"
    )
    print(
        f"a run alone: {wall - each_wall * sessions:.1f} s on two workers, {busy - each_busy * sessions:.1f} s of processor on one"
    )
    alone = (busy - each_busy * sessions + each_busy * 10_000) / 2 / 60
    here = (wall - each_wall * sessions + each_wall * 10_000) / 60
    print(f"10,000 would take {here:.0f} min here, {alone:.0f} min on two cores of their own")
    kept = sum(path.stat().st_size for path in (folder / "in-out").rglob("*") if path.is_file()) / sessions
    print(f"{kept / 1000:.0f} kB of report, rows and report over all for each")
    print(f"one alone, with the start of the interpreter: {first:.1f} s")
    print(f"peak memory of the largest process: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")


def _spent(sessions: Path, out: Path) -> float:
    """Processor seconds on one worker; several are not this process's children, so that their time is nobody's."""
    before = _processor()
    _audit(sessions, out, 1)
    return _processor() - before


def _bare(sessions: Path, out: Path) -> float:
    """Processor seconds of one session's audit and report alone, in a process that has audited before."""
    os.environ["XDG_CACHE_HOME"] = str(out / "cache")
    choices = Choices(out=str(out), formats=("json", "parquet"), as_of="2026-11-22", quiet=True)
    waiting = [Job(paths=(str(path),), choices=choices, as_of="2026-11-22") for path in sorted(sessions.iterdir())]
    audited(waiting[0])
    begun = time.process_time()
    for job in waiting[1:]:
        audited(job)
    return (time.process_time() - begun) / max(len(waiting) - 1, 1)


def rotated(folder: Path) -> None:
    """Two files, then eight."""
    folder.mkdir()
    write_capture(folder / "one.pcap", packets=500_000, seed=1)
    size = (folder / "one.pcap").stat().st_size
    for count in (2, 8):
        parts = [folder / str(count) / f"set_{number:05}_20261122000000.pcap" for number in range(count)]
        parts[0].parent.mkdir()
        for part in parts:
            part.hardlink_to(folder / "one.pcap")
        command = [
            sys.executable,
            "-m",
            "auditor",
            "flows",
            str(parts[0]),
            "--format",
            "parquet",
            "-o",
            str(folder / "flows"),
            "-q",
        ]
        process = subprocess.Popen(command, cwd=ROOT)
        _, _, used = os.wait4(process.pid, 0)
        flows = pq.read_metadata(folder / "flows").num_rows
        print(f"{count} files, {count * size / 1e9:.1f} GB: {flows:,} conversations, {used.ru_maxrss / 1024:.0f} MiB at most")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def fleet(folder: Path, sessions: int, rows: int) -> None:
    """The report over made-up reports."""
    table = _flows(rows // sessions)
    sightings = pa.Table.from_pylist([], SIGHTINGS.arrow_schema())
    for number in range(sessions):
        target = report(folder / "reports" / f"s{number:05}") / "tables"
        target.mkdir()
        pq.write_table(table, target / "flows.parquet")
        pq.write_table(sightings, target / "sightings.parquet")
    begun, before = time.perf_counter(), time.process_time()
    write_fleet((str(folder / "reports"),), str(folder / "out"), tuple(FleetFormat), "2026-11-01", Language.EN, quiet=True)
    seconds, busy = time.perf_counter() - begun, time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(
        f"fleet over {sessions:,} reports with {rows // sessions * sessions:,} flow rows: {seconds:.1f} s, "
        f"{busy:.1f} s of processor, {peak:.2f} GiB at most"
    )


def _flows(count: int) -> pa.Table:
    rows = [
        {
            "flow_id": str(number),
            "surface": "app",
            "recipient": f"r{number % RECIPIENTS}",
            "relation": "declared",
            "bytes_up": number,
            "started": 1_793_750_400_000_000_000 + number * 1_000_000_000,
        }
        for number in range(count)
    ]
    return pa.Table.from_pylist(rows, FLOWS.arrow_schema())


def _named(folder: Path, number: int) -> Path:
    session = small_session(folder / f"s{number:05}")
    text = (session / "session.toml").read_text().replace('name = "small"', f'name = "s{number:05}"')
    (session / "session.toml").write_text(text)
    return session


def _audit(sessions: Path, out: Path, workers: int) -> float:
    begun = time.perf_counter()
    command = [sys.executable, "-m", "auditor", "audit", str(sessions), "--out", str(out), "--workers", str(workers), *FEW]
    subprocess.run(command, check=False, cwd=ROOT, env={"PATH": "/usr/bin:/bin", "HOME": str(out.parent)})
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
