"""What the audit and the table commands share: opening sessions, and what their inputs say about the exit code."""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.cli.ending import Ending, counted, done, say, tell_errors, worst
from auditor.cli.option_files import check_keylog
from auditor.errors import AuditError, ConfigError, ExitCode, Fault, Source
from auditor.model.loss import LossKind
from auditor.model.session import Subjects
from auditor.model.vocabulary import Outcome, Surface
from auditor.session.files import read_subjects
from auditor.session.folder import OpenedSession, open_sessions, read_text, shown
from auditor.session.planted_files import not_looked_for, with_images

if TYPE_CHECKING:
    from auditor.attribute.address_table import AddressTable
    from auditor.observe import Input

MAX_LINES = 4
"""Lines about one table of a user's."""


def opened(
    paths: list[str],
    *,
    surface: Surface | None = None,
    background: list[str] | None = None,
    keylog: str | None = None,
    quiet: bool = False,
) -> tuple[OpenedSession, ...]:
    """The sessions behind the paths of a command line; what is odd about them is said.

    Raises:
        UsageError, ConfigError: a path or a file of a session is wrong.
    """
    check_keylog(keylog)
    sessions = open_sessions(tuple(paths), surface=surface, background=tuple(background or ()), keylog=keylog, rules=_rule_ids)
    for session in sessions:
        if not quiet:
            for warning in session.warnings:
                say(f"warning: {warning}")
        tell_errors(session.errors)
    return sessions


def _rule_ids() -> tuple[str, ...]:
    from auditor.knowledge import rule_ids  # only sessions with waivers ask

    return rule_ids()


def portable(opened: OpenedSession) -> OpenedSession:
    """The session as a result document shows it: files from outside its folder have the shortest end of their path that tells
    them apart, so that the document holds no absolute path and does not depend on the folder it was made from."""
    captures = opened.session.captures
    outside = [
        capture for capture in captures if opened.session.folder is None or (capture.background and capture.path == capture.name)
    ]
    taken = {capture.name for capture in captures if capture not in outside}
    names = _ends([str(Path(capture.path).parent.resolve() / Path(capture.path).name) for capture in outside], taken)
    by_path = {capture.path: name for capture, name in zip(outside, names, strict=True)}
    named = tuple(replace(one, name=shown(by_path[one.path])) if one in outside else one for one in captures)
    return replace(opened, session=replace(opened.session, captures=named))


def _ends(paths: list[str], taken: set[str]) -> list[str]:
    """The last parts of each path, as few as no other path ends with and as are not taken."""
    parts = {path: path.split(os.sep) for path in paths}
    known: dict[str, str] = {}
    for count in range(1, max(map(len, parts.values()), default=0) + 1):
        ends = {path: "/".join(names[-count:]).lstrip("/") for path, names in parts.items()}
        owners = Counter(ends.values())
        known |= {path: end for path, end in ends.items() if path not in known and owners[end] == 1 and end not in taken}
    return [known.get(path, path) for path in paths]


def subjects(path: str | None, session: OpenedSession) -> Subjects:
    """The planted values: of the file that was named, else the session's own.

    Raises:
        ConfigError, UsageError: the file has faults or cannot be read.
    """
    planted = session.subjects
    lines: tuple[str, ...] = ()
    if path:
        planted = with_images(read_subjects(read_text(path), path), path)
        lines = not_looked_for(planted, shown(path))
    for line in (*lines, *_hashed_less(planted)):
        say(f"warning: {line}")
    return planted


def _hashed_less(planted: Subjects) -> tuple[str, ...]:
    """A line where so many values are planted that not all spellings of each are looked for as digests."""
    from auditor.identify.needles import ALL_SPELLINGS, Secrets, spellings_hashed

    count = spellings_hashed(len(planted.identifiers), Secrets(planted.salts, planted.hmac_keys))
    if count >= ALL_SPELLINGS:
        return ()
    return (f"{len(planted.identifiers)} planted values: digests of the {count} likeliest spellings of each are looked for",)


def addresses(path: str | None) -> "AddressTable | None":
    """The user's address table.

    Raises:
        UsageError, ConfigError: it cannot be read.
    """
    if not path:
        return None
    from auditor.attribute.address_table import AddressTable

    try:
        return AddressTable(read_text(path), path)
    except ConfigError as error:  # a table that is none has a fault in each of its many lines
        more = len(error.faults) - MAX_LINES + 1
        if more < 2:
            raise
        rest = Fault(error.faults[0].source, f"and {more} more lines that are no rows of an address table")
        raise ConfigError((*error.faults[: MAX_LINES - 1], rest)) from None


def tell_inputs(inputs: "Iterable[Input]") -> None:
    """What is wrong with each input, under the path by which the user can open it."""
    for entry in inputs:
        path = shown(entry.capture.path)
        places = (Source(path, error.source.where if error.source else "") for error in entry.errors)
        tell_errors(type(error)(error.what, place, error.fix) for error, place in zip(entry.errors, places, strict=True))


def ending(inputs: "Iterable[Input]", errors: Iterable[AuditError], what: str, *, over: int = 0) -> Ending:
    """The end of a command without verdict. `over`: how many bodies were too much to be looked through."""
    inputs, errors = tuple(inputs), tuple(errors)
    unreadable = [entry for entry in inputs if entry.outcome.is_error]
    gaps = _gaps(inputs, over)
    codes = [error.exit_code for error in errors]
    codes += [ExitCode.USAGE] * len(unreadable)
    codes += [ExitCode.INCONCLUSIVE] * bool(gaps)
    code = worst(codes)
    if code is ExitCode.PASS:
        return done(what)
    if unreadable:
        return Ending(code, f"{len(unreadable)} of {len(inputs)} inputs could not be read to the end")
    return Ending(code, f"{what}, but {' and '.join(gaps)}" if code is ExitCode.INCONCLUSIVE else _of_sessions(errors, code))


def _gaps(inputs: "tuple[Input, ...]", over: int) -> tuple[str, ...]:
    """What rows lack although nothing was wrong with the files."""
    losses = [loss for entry in inputs for loss in entry.losses]
    lost, closed = (sum(loss.dropped for loss in losses if loss.kind is kind) for kind in (LossKind.DROPPED, LossKind.UNREADABLE))
    said = (
        (any(entry.outcome is Outcome.TORN for entry in inputs), "a recording was cut off"),
        (lost, f"{counted(lost, 'packet')} lost while recording"),
        (closed, f"{counted(closed, 'packet')} could not be read"),
        (over, f"{counted(over, 'body', 'bodies')} over a limit"),
    )
    return tuple(text for is_so, text in said if is_so)


def _of_sessions(errors: tuple[AuditError, ...], code: ExitCode) -> str:
    """What was wrong with a session itself, by the first error that the exit code is of."""
    return next(str(error) for error in errors if error.exit_code is code)
