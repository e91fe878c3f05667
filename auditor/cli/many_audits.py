"""The audits of several sessions: paths in, a report for each and one over all of them out, on as many workers as are wanted."""

import os
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from auditor.cli.choices import Choices
from auditor.cli.ending import Ending, say, worst
from auditor.cli.one_audit import Done, Job, audited
from auditor.cli.output import show
from auditor.cli.progress import sessions
from auditor.cli.report_folder import folder_name
from auditor.errors import AuditError, ExitCode, Source, UsageError
from auditor.fleet import workers
from auditor.fleet.batches import batches
from auditor.fleet.reports import Unread
from auditor.fleet.storage import SESSION_FILE, StorageError, is_address, publish, read_bytes
from auditor.fleet.workers import Cluster, GoneError, Lost, OnWorkers
from auditor.report.display import safe
from auditor.session.folder import shown
from auditor.spread import Spread, here

FLEET = "fleet"
"""The folder of the report over all sessions."""
SMALL_SESSIONS, SMALL_BYTES = 8, 32 << 20
"""As many sessions, and as much in all of them, are audited before other processes have started."""
PREPARED = "auditor.cli.worker_start"
"""What the processes of this machine load together."""

type Told = Callable[[int, Done], None]


def jobs(paths: tuple[str, ...], choices: Choices, as_of: str) -> tuple[Job, ...]:
    """One for each folder or address; the loose files are one, in the place of the first."""
    loose = tuple(path for path in paths if not is_address(path) and not os.path.isdir(path))
    found: list[tuple[str, ...]] = []
    for path in _once(paths):
        if path not in loose:
            found.append((path,))
        elif path == loose[0] and loose not in found:
            found.append(loose)
    if len(found) > 1:
        choices = choices.beside_others()
    return tuple(Job(paths=entry, choices=choices, as_of=as_of, fleet=len(found) > 1) for entry in found)


def _once(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Each place once, under the name that it is given first."""
    places = {path if is_address(path) else os.path.realpath(path): path for path in reversed(paths)}
    return tuple(path for path in dict.fromkeys(paths) if path in places.values())


def audit_many(waiting: Sequence[Job], choices: Choices) -> Ending:
    """Audits them all. What one of them ends with does not cost the others; those whose reports would overwrite each other are
    not audited.

    Raises:
        AuditError: before anything was audited: there is no such scheduler.
    """
    ended = _sharing_a_name(waiting)
    for refused in ended.values():
        _tell(refused)
    left = [number for number in range(len(waiting)) if number not in ended]
    try:
        with sessions(len(waiting), choices.quiet) as advance:
            for place, done in _run([waiting[number] for number in left], choices):
                number = left[place]
                ended[number] = done if isinstance(done, Done) else _lost(waiting[number], done)
                _tell(ended[number])
                advance(len(ended))
    except KeyboardInterrupt:
        say(f"interrupted: {len(ended)} of {len(waiting)} sessions are finished; their reports are in {choices.out}")
        raise
    except GoneError as error:
        say(f"error: {choices.scheduler}: {len(waiting) - len(ended)} of {len(waiting)} sessions were not audited: {error}")
        gone = Ending(error.exit_code, "was not audited: the cluster is gone")
        ended |= {number: Done(ending=gone, name=_name(waiting[number])) for number in left if number not in ended}
    finished = [ended[number] for number in sorted(ended)]
    if not choices.quiet:
        for done in finished:
            show(_line(done))
    if len(waiting) > 1:
        _fleet(finished, choices)
    return _ending([done.ending for done in finished])


def _tell(done: Done) -> None:
    for line in done.said:
        say(line)


def _run(waiting: Sequence[Job], choices: Choices) -> Iterator[tuple[int, Done | Lost]]:
    count = _workers(choices, waiting)
    if choices.scheduler is None and count < 2:
        yield from ((number, audited(job)) for number, job in enumerate(waiting))
        return
    with _cluster(choices, count) as cluster:
        if cluster.dashboard and not choices.quiet:
            say(f"dashboard: {cluster.dashboard}")
        sizes = [None if is_address(job.paths[0]) else _all_sizes(job.paths) for job in waiting]
        given = [replace(job, spread=_is_spread(files, cluster)) for job, files in zip(waiting, sizes, strict=True)]
        together = batches([None if files is None else sum(files) for files in sizes], workers.places(cluster))
        if choices.scheduler is None:
            yield from workers.each(cluster, audited, given, together)
            return
        for number, done in workers.each(cluster, audited, [_anywhere(job) for job in given], together):
            yield number, _shown(done, waiting[number]) if isinstance(done, Done) else done


def _anywhere(job: Job) -> Job:
    """The job for a worker that has another working folder: its paths are whole."""
    return replace(job, paths=tuple(map(_whole, job.paths)), choices=job.choices.with_paths(_whole))


def _whole(path: str) -> str:
    return path if is_address(path) else os.path.join(os.getcwd(), path)


def _shown(done: Done, job: Job) -> Done:
    """With the places under the names that the user gave them."""

    def shortened(text: str) -> str:
        for path in job.paths:
            text = text.replace(_whole(path), path)
        return text

    return replace(
        done,
        ending=replace(done.ending, reason=shortened(done.ending.reason)),
        said=tuple(map(shortened, done.said)),
        name=shortened(done.name),
        report=done.report and f"{job.choices.out.rstrip('/')}/{done.report.rsplit('/', 1)[-1]}",
    )


def _is_spread(files: Sequence[int] | None, cluster: Cluster) -> bool:
    """Whether a session's captures are worth tasks of their own, which see it where it is (nobody knows the sizes of files in a
    storage). What its captures hold passes between processes then, so it stays in one where a worker could write it to a disk."""
    return not cluster.may_spill and files is not None and _is_much(files)


def is_large(paths: Sequence[str]) -> bool:
    """Whether reading is most of the work."""
    return sum(_all_sizes(paths)) > SMALL_BYTES


def is_worth_spreading(paths: Sequence[str]) -> bool:
    """Whether there is much to read beside the largest file: one process reads that alone, and reads it once."""
    return _is_much(_all_sizes(paths))


def _is_much(files: Sequence[int]) -> bool:
    return sum(files) - max(files, default=0) > SMALL_BYTES


def _all_sizes(paths: Sequence[str]) -> list[int]:
    return [size for path in paths for size in _sizes(path)]


def _sizes(path: str) -> list[int]:
    """Bytes of a file, or of each file of a folder; nothing where there is nothing."""
    found = Path(path).rglob("*") if os.path.isdir(path) else (Path(path),)
    return [os.path.getsize(file) for file in found if os.path.isfile(file)]


def _workers(choices: Choices, waiting: Sequence[Job]) -> int:
    if choices.workers is None:
        return 1 if _is_little(waiting) else min(len(os.sched_getaffinity(0)), len(waiting))
    return min(choices.workers, len(waiting))


def _is_little(waiting: Sequence[Job]) -> bool:
    """Whether processes of their own would cost more than they save."""
    if len(waiting) > SMALL_SESSIONS or any(is_address(path) for job in waiting for path in job.paths):
        return False
    return not is_large([path for job in waiting for path in job.paths])


@contextmanager
def readers(paths: Sequence[str], captures: int, choices: Choices) -> Iterator[Spread]:
    """Who reads the captures of a single session: this process, or as many as were asked for and there is work for."""
    wanted = len(os.sched_getaffinity(0)) if choices.workers is None else choices.workers
    count = min(wanted, captures)
    if count < 2 or not is_worth_spreading(paths):
        yield here
        return
    with workers.local(count, PREPARED, dashboard=False) as cluster:
        yield OnWorkers(cluster)


@contextmanager
def _cluster(choices: Choices, count: int) -> Iterator[Cluster]:
    """A dashboard is there for who is told of it."""
    there = choices.scheduler
    with workers.local(count, PREPARED, dashboard=not choices.quiet) if there is None else workers.remote(there) as cluster:
        yield cluster


def _sharing_a_name(waiting: Sequence[Job]) -> dict[int, Done]:
    """The sessions whose reports would go into one folder, or into the fleet's: which of them is meant, nobody can know."""
    named: dict[str, list[int]] = {}
    for number, job in enumerate(waiting):
        named.setdefault(folder_name(_name(job)), []).append(number)
    return {
        number: _refused(waiting[number], name, [waiting[other].paths[0] for other in (numbers[0], numbers[-1])], len(numbers))
        for name, numbers in named.items()
        if len(numbers) > 1 or name == FLEET
        for number in numbers
    }


def _refused(job: Job, name: str, ends: list[str], count: int) -> Done:
    """`ends` are the first and the last of `count` sessions with this name."""
    if count == 1:
        what, fix = f"the session is called {name!r}, as the report over all of them is", "give it another name"
    else:
        between = " and " if count == 2 else " ... "
        what = f"{count} sessions would have the report folder {name!r}: {between.join(ends)}"
        fix = "give each its own name"
    error = UsageError(what, Source(job.paths[0]), f"{fix} in session.toml")
    return Done(ending=Ending(error.exit_code, what), name=job.paths[0], said=(f"error: {error}",))


def _name(job: Job) -> str:
    """The session's name, as far as it can be told without opening it."""
    first = job.paths[0].rstrip("/")
    if len(job.paths) > 1 or not (is_address(first) or os.path.isdir(first)):
        return Path(first).name.split(".")[0] or "capture"
    try:
        said = tomllib.loads((read_bytes(f"{first}/{SESSION_FILE}") or b"").decode("utf-8-sig"))
        name = said.get("session", {}).get("name")
    except (ValueError, AttributeError, OSError, StorageError):
        name = None  # its own audit says what is wrong with it
    if isinstance(name, str) and name:
        return name
    return first.rsplit("/", 1)[-1] if is_address(first) else Path(first).resolve().name


def _fleet(ended: Sequence[Done], choices: Choices) -> None:
    """The report over all sessions of the run, those that got none named. That it fails costs none of theirs."""
    from auditor.cli.fleet import FleetFormat, write_fleet

    paths = tuple(done.report for done in ended if done.report)
    absent = tuple(Unread(path=shown(done.name), why=_why(done)) for done in ended if not done.report)
    with tempfile.TemporaryDirectory(prefix="auditor-") as temporary:
        away = is_address(choices.out)
        out = temporary if away else f"{choices.out}/{FLEET}"
        try:
            write_fleet(paths, out, tuple(FleetFormat), None, choices.lang, quiet=True, absent=absent)
            if away:
                publish(Path(temporary), f"{choices.out.rstrip('/')}/{FLEET}", replaced="*")
        except (AuditError, OSError) as error:
            say(f"error: the report over all sessions was not written: {error}")
            return
    if not choices.quiet:
        say(f"fleet report: {choices.out}/{FLEET}")


def _why(done: Done) -> str:
    """Why a session has no report: the first error that was said of it."""
    return next((line.removeprefix("error: ") for line in done.said if line.startswith("error: ")), done.ending.reason)


def _lost(job: Job, lost: Lost) -> Done:
    name = _name(job)
    ending = Ending(ExitCode.INTERNAL, lost.why)
    return Done(ending=ending, name=name, said=(f"error: {name}: {lost.why}; it was not audited",))


def _line(done: Done) -> str:
    word = done.ending.word or done.ending.code.word
    return f"{word.upper():<13} {safe(done.name)}: {safe(done.ending.reason)}{f' ({safe(done.report)})' if done.report else ''}"


def _ending(endings: Sequence[Ending]) -> Ending:
    if len(endings) == 1:
        return endings[0]
    code = worst(ending.code for ending in endings)
    counts = {kind: sum(ending.code is kind for ending in endings) for kind in ExitCode}
    told = ", ".join(f"{count} {kind.word}" for kind, count in counts.items() if count)
    return Ending(code, f"{len(endings)} sessions: {told}")
