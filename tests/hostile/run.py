"""Damaged files through the command line, in forked workers with limits: `python -m tests.hostile.run [COUNT] [SEED] [PROCESSES]`.

Each file goes through `main(argv)` in a child of its own kind: no traceback, none over five seconds or 500 MB, an exit code of the
contract, and never a pass. Captures go through in groups, because a command costs more than the reading of a small file; a group in
which anything is wrong goes through again file by file. What breaks the promise is printed with the seed and the number of the
mutation, which make it again.
"""

import contextlib
import functools
import io
import itertools
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from tests.e2e.small_session import small_session
from tests.fuzz.fuzz_decode import mutated
from tests.hostile.seeds import AUDIT_OF, FLOWS_OF, REPORT, Seed, seeds

SECONDS = 5.0
"""Processor time that one file may cost."""
KIBIBYTES = 500 * 1024
"""Of memory beyond what the worker had before."""
CODES = {"audit": {1, 2, 3}, "verify": {0, 2, 3, 4}}
"""What commands may end with. An audit of these files is never a pass."""
USUAL = {0, 1, 2, 3}
TOGETHER = {FLOWS_OF: 60, AUDIT_OF: 60}
"""Commands that take several captures, and how many they get at once."""
BATCH = 1500
"""Files that one child reads before it is replaced. A child has to come to know its libraries first, which costs as much as many files."""
WHOLE_AUDITS = 12
"""Files beside a session, policies and reports of a fleet cost a whole command each: one of so many that are damaged elsewhere."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """One file that goes in."""

    number: int
    """Of the mutation; -1 for a seed as it is."""
    seed: Seed
    data: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """What must not be."""

    seed: str
    number: int
    what: str


type Case = tuple[Damaged, ...]
"""Files that one command reads."""


def mutations(count: int, seed: int) -> Iterator[Damaged]:
    """Damaged files, always the same for a seed. The first of each seed is whole."""
    known = seeds()
    yield from (Damaged(-1, entry, entry.data) for entry in known)
    cheap = [entry for entry in known if "{session}" not in entry.command and entry.command[0] not in ("fleet", "policy")]
    turns = [entry for turn in range(WHOLE_AUDITS) for entry in (known if turn == 0 else cheap)]
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        entry = turns[number % len(turns)]
        other = rng.choice(known).data
        data = entry.data
        for _ in range(rng.choice((1, 1, 1, 3, 8))):
            data = mutated(rng, data, other[rng.randrange(len(other) + 1) :][:2000])
        yield Damaged(number, entry, data)


def faults(files: Iterable[Damaged]) -> Iterator[Fault]:
    """Runs them all."""
    with tempfile.TemporaryDirectory(prefix="auditor-hostile-") as folder:
        root = Path(folder)
        small_session(root / "session")
        for batch in itertools.batched(files, BATCH):
            for case, what in _wrong(_cases(batch), root):
                alone = list(_wrong([(file,) for file in case], root)) if len(case) > 1 else []
                yield from (Fault(one[0].seed.name, one[0].number, told) for one, told in alone or [(case, what)])


def _cases(batch: Iterable[Damaged]) -> list[Case]:
    """Files of commands that take several, in groups; the others alone."""
    by_command: dict[tuple[str, ...], list[Damaged]] = {}
    for file in batch:
        by_command.setdefault(file.seed.command, []).append(file)
    return [
        case for command, files in by_command.items() for case in itertools.batched(files, TOGETHER.get(command, 1), strict=False)
    ]


def _wrong(cases: list[Case], root: Path) -> Iterator[tuple[Case, str]]:
    """A child runs them one after another; where it dies, the next child goes on behind."""
    while cases:
        done, said = _child(cases, root)
        for line in said:
            position, what = line.split("\t", 1)
            yield cases[int(position)], what
        if done < len(cases):
            yield cases[done], "the worker died: too slow, too large or crashed"
        cases = cases[done + 1 :]


def _child(cases: list[Case], root: Path) -> tuple[int, list[str]]:
    """How many cases it ran to their end, and what it said of them."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 1
        try:
            _work(cases, root, lambda line: os.write(writing, line.encode(errors="replace") + b"\n"))
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        lines = pipe.read().decode(errors="replace").splitlines()
    os.waitpid(pid, 0)
    done = sum(line.startswith("done") for line in lines)
    return done, [line for line in lines if not line.startswith("done")]


def _work(cases: list[Case], root: Path, tell: Callable[[str], object]) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    for position, case in enumerate(cases):
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime + 4 * SECONDS) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        for what in _one(case, root / str(os.getpid()), root / "session"):
            tell(f"{position}\t{what}")
        tell("done")


def _one(case: Case, folder: Path, session: Path) -> Iterator[str]:
    from auditor.cli.app import main

    argv = _argv(case, folder, session)
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


def _argv(case: Case, folder: Path, session: Path) -> list[str]:
    """The command over the files, which are written where it looks for them."""
    folder.mkdir(parents=True)
    seed, command = case[0].seed, case[0].seed.command
    own = [word[1:] for word in command if word.startswith("+")]
    places = {"dir": str(folder / "out"), "session": str(session), "report": str(folder / "report")}
    files = [folder / f"{number}-{file.seed.name.replace(' ', '-')}" for number, file in enumerate(case)]
    if own:
        shutil.copytree(session, folder / "session")
        places["session"], files = str(folder / "session"), [folder / "session" / own[0]]
    elif "{report}" in command:
        shutil.copytree(REPORT, folder / "report")
        name = seed.name.split(" ")[-1]
        files = [folder / "report" / (name if "." in name else "audit.json")]
    for path, file in zip(files, case, strict=True):
        path.write_bytes(file.data)
    words = (word for word in command if not word.startswith("+"))
    return [made for word in words for made in (map(str, files) if word == "{}" else (word.format(**places),))]


@contextlib.contextmanager
def warmed() -> Iterator[None]:
    """Imports and compiles everything once, so that each child begins with it; what is the same in each run is made once."""
    from auditor import knowledge
    from auditor.attribute import ladder
    from auditor.attribute.comparison import Comparer
    from auditor.attribute.index import Index
    from auditor.catalog import register_file
    from auditor.cli import one_audit
    from auditor.identify.detector import Detector
    from auditor.model.session import Subjects

    assert one_audit
    load, bundled = knowledge.load, frozenset(register_file.names())
    remembered = functools.cache(load)

    def known(register: str, folders: tuple[str, ...] = ()) -> knowledge.Knowledge:
        return remembered(register) if register in bundled and not folders else load(register, folders)

    with (
        mock.patch.object(knowledge, "load", known),
        mock.patch.object(knowledge, "rule_ids", functools.cache(knowledge.rule_ids)),
        mock.patch.object(ladder, "Index", _made_once(Index)),
        mock.patch.object(ladder, "Comparer", _made_once(Comparer)),
    ):
        Detector.build(Subjects(), bytes(32), known("o2nails-1.1").identifiers)
        yield


def _made_once[**P, T](make: Callable[P, T]) -> Callable[P, T]:
    """Remembers by the very parts that something was made of, which stay alive with it."""
    made: dict[tuple[int, ...], tuple[object, T]] = {}

    def remembered(*parts: P.args, **named: P.kwargs) -> T:
        key = tuple(map(id, parts))
        if key not in made:
            made[key] = (parts, make(*parts, **named))
        return made[key][1]

    return remembered


def part(number: int, parts: int, count: int, seed: int) -> list[Fault]:
    """The faults of one process's share."""
    return list(faults(itertools.islice(mutations(count, seed), number, None, parts)))


def main() -> int:
    """Prints every fault."""
    count, seed, processes = (int(word) for word in (*sys.argv[1:4], *("10000", "1", "2")[len(sys.argv[1:4]) :]))
    begun = time.perf_counter()
    with warmed(), multiprocessing.get_context("fork").Pool(processes) as pool:
        shares = [(number, processes, count, seed) for number in range(processes)]
        found = [fault for share in pool.starmap(part, shares, chunksize=1) for fault in share]
    for fault in found:
        print(f"{fault.seed} #{fault.number}: {fault.what}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = f"{time.perf_counter() - begun:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of processor time"
    print(f"{len(seeds())} seeds and {count} mutations of seed {seed}: {len(found)} faults, {spent}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
