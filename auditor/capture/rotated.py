"""Rotated sets of capture files, as `dumpcap -b` writes them: a path goes in, the files of its set come out.

`NAME_00001_20261122104737.pcapng`, `NAME_00002_...` are one recording. A ring buffer may have deleted the first ones. Only the
lowest number that is there stands for the set; any other file stands for itself.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditor.model.reading import Damage

_NUMBERED = re.compile(r"(?P<stem>.+)_(?P<number>\d{5,})_(?P<time>\d{14})(?P<suffix>(?:\.[A-Za-z0-9]+)+)")
_TIMED = re.compile(r"(?P<stem>.+)_(?P<time>\d{14})_(?P<number>\d{5,})(?P<suffix>(?:\.[A-Za-z0-9]+)+)")


def _parts(name: str) -> tuple[str, str, int] | None:
    """What the files of a set share, and the file's number; None for a name of another form."""
    for form in (_NUMBERED, _TIMED):
        match = form.fullmatch(name)
        if match:
            return match["stem"], match["suffix"], int(match["number"])
    return None


def rotated_set(path: str) -> tuple[str, ...]:
    """The files to read for this path, in order: the whole set for its first file, else the file alone."""
    file = Path(path)
    own = _parts(file.name)
    if own is None:
        return (path,)
    numbered = {}
    for name in _beside(file):
        parts = _parts(name)
        if parts is not None and parts[:2] == own[:2] and os.path.isfile(file.with_name(name)):
            numbered[parts[2], name] = name
    first = min(numbered, default=None)
    if first is None or first[1] != file.name:
        return (path,)
    return tuple(str(file.with_name(name)) for _, name in sorted(numbered))


def _beside(file: Path) -> tuple[str, ...]:
    """The names in a file's folder; none of a folder that may not be listed or is not there."""
    try:
        return tuple(os.listdir(file.parent))
    except OSError:
        return ()


def named(damage: Iterable[Damage], member: str, path: str) -> Iterator[Damage]:
    """Damage of a file of the set that `path` stands for: the file is named where it is another one."""
    for entry in damage:
        yield entry if member == path else Damage(f"{Path(member).name}: {entry.where}", entry.what)


def gaps(members: Iterable[str]) -> Iterator[Damage]:
    """Files that are missing between two of a set; those before the first a ring buffer may have deleted."""
    before = 0
    for member in members:
        parts = _parts(Path(member).name)
        number = parts[2] if parts else 0
        missing = number - before - 1
        if before and missing > 0:
            lacking = "1 file of the set is" if missing == 1 else f"{missing} files of the set are"
            yield Damage(f"{Path(member).name}: byte 0", f"{lacking} missing before this one")
        before = number


def is_continuation(path: str) -> bool:
    """Whether the file belongs to a set that an earlier file stands for, so that it need not be read by itself."""
    file = Path(path)
    own = _parts(file.name)
    if own is None:
        return False
    siblings = (_parts(name) for name in _beside(file))
    return any(parts is not None and parts[:2] == own[:2] and parts[2] < own[2] for parts in siblings)
