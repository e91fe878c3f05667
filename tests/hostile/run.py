"""Damaged files through the command line, in forked workers with limits: `python -m tests.hostile.run [COUNT] [SEED]`.

Each file goes through `main(argv)` in a child of its own kind: no traceback, none over five seconds or 500 MB, an exit code of the
contract, and never a pass. What breaks that is printed with the seed and the number of the mutation, which make it again.
"""

import contextlib
import io
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.small_session import small_session
from tests.fuzz.fuzz_decode import mutated
from tests.hostile.seeds import REPORT, Seed, seeds

SECONDS = 5.0
"""Processor time that one file may cost."""
KIBIBYTES = 500 * 1024
"""Of memory beyond what the worker had before."""
CODES = {"audit": {1, 2, 3}, "verify": {0, 2, 3, 4}}
"""What commands may end with. An audit of these files is never a pass."""
USUAL = {0, 1, 2, 3}
BATCH = 40
"""Files that one child reads before it is replaced."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What must not be."""

    seed: str
    number: int
    what: str


def mutations(count: int, seed: int) -> Iterator[tuple[int, Seed, bytes]]:
    """Damaged files, always the same for a seed. The first of each seed is whole."""
    known = seeds()
    yield from ((-1, entry, entry.data) for entry in known)
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        entry = known[number % len(known)]
        other = rng.choice(known).data
        data = entry.data
        for _ in range(rng.choice((1, 1, 1, 3, 8))):
            data = mutated(rng, data, other[rng.randrange(len(other) + 1) :][:2000])
        yield number, entry, data


def faults(files: Iterator[tuple[int, Seed, bytes]]) -> Iterator[Fault]:
    """Runs them all."""
    with tempfile.TemporaryDirectory(prefix="auditor-hostile-") as folder:
        root = Path(folder)
        small_session(root / "session")
        while batch := [entry for _, entry in zip(range(BATCH), files, strict=False)]:
            yield from _batch(batch, root)


def _batch(batch: list[tuple[int, Seed, bytes]], root: Path) -> Iterator[Fault]:
    """A child reads them one after another; where it dies, the next child goes on behind."""
    while batch:
        done, said = _child(batch, root)
        for line in said:
            number, what = line.split("\t", 1)
            position = int(number)
            yield Fault(batch[position][1].name, batch[position][0], what)
        if done < len(batch):
            yield Fault(batch[done][1].name, batch[done][0], "the worker died: too slow, too large or crashed")
        batch = batch[done + 1 :]


def _child(batch: list[tuple[int, Seed, bytes]], root: Path) -> tuple[int, list[str]]:
    """How many files it read to their end, and what it said of them."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 1
        try:
            _work(batch, root, lambda line: os.write(writing, line.encode(errors="replace") + b"\n"))
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().decode(errors="replace").splitlines()
    os.waitpid(pid, 0)
    done = sum(line.startswith("done") for line in lines)
    return done, [line for line in lines if not line.startswith("done")]


def _work(batch: list[tuple[int, Seed, bytes]], root: Path, tell: Callable[[str], object]) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    for position, (_, seed, data) in enumerate(batch):
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + 4 * SECONDS) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        for what in _one(seed, data, root / str(os.getpid()), root / "session"):
            tell(f"{position}\t{what}")
        tell("done")


def _one(seed: Seed, data: bytes, folder: Path, session: Path) -> Iterator[str]:
    from auditor.cli.app import main

    argv = _argv(seed, data, folder, session)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(argv)
    except BaseException as error:  # noqa: BLE001 - whatever comes out of it is the fault that is looked for
        yield f"{type(error).__name__} came out of the command"
        return
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if code not in CODES.get(argv[0], USUAL):
        yield f"exit {code}: {err.getvalue().strip().splitlines()[-2:]}"
    if "Traceback" in err.getvalue():
        yield "a traceback was shown"
    if (spent := time.process_time() - begun) > SECONDS:
        yield f"took {spent:.1f} s of processor time"
    if (grown := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) > KIBIBYTES:
        yield f"took {grown // 1024} MiB"


def _argv(seed: Seed, data: bytes, folder: Path, session: Path) -> list[str]:
    folder.mkdir(parents=True)
    own = [word[1:] for word in seed.command if word.startswith("+")]
    places = {"dir": str(folder / "out"), "session": str(session), "report": str(folder / "report")}
    if own:
        shutil.copytree(session, folder / "session")
        (folder / "session" / own[0]).write_bytes(data)
        places["session"] = str(folder / "session")
    file = folder / seed.name.replace(" ", "-")
    if "{report}" in seed.command:
        shutil.copytree(REPORT, folder / "report")
        name = seed.name.split(" ")[-1]
        (folder / "report" / (name if "." in name else "audit.json")).write_bytes(data)
    else:
        file.write_bytes(data)
    return [word.format(str(file), **places) for word in seed.command if not word.startswith("+")]


def warm() -> None:
    """Imports and compiles everything once, so that each child begins with it."""
    from auditor import knowledge
    from auditor.cli import one_audit
    from auditor.identify.detector import Detector
    from auditor.model.session import Subjects

    assert one_audit
    known = knowledge.load("o2nails-1.1")
    Detector.build(Subjects(), bytes(32), known.identifiers)


def main() -> int:
    """Prints every fault."""
    count, seed = (int(word) for word in (*sys.argv[1:3], "10000", "1")[:2])
    warm()
    begun, found = time.perf_counter(), 0
    for fault in faults(mutations(count, seed)):
        found += 1
        print(f"{fault.seed} #{fault.number}: {fault.what}", flush=True)
    print(f"{len(seeds())} seeds and {count} mutations of seed {seed}: {found} faults, {time.perf_counter() - begun:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
