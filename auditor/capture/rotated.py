"""Rotated sets of capture files, as `dumpcap -b` and `tcpdump -C` write them: a path goes in, the files of its set come out.

`NAME_00001_20261122104737.pcapng`, `NAME_00002_...` are one recording, and `NAME.pcap`, `NAME.pcap1`, `NAME.pcap2`; any of them
may be compressed. A ring buffer of dumpcap's may have deleted the first ones; one of tcpdump's (`-W`) begins at `NAME.pcap0` and
again there, so that its numbers give no order, and its files stand for themselves. Only the lowest number that is there stands
for the set; any other file stands for itself.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditor.model.reading import Damage

_NUMBERED = re.compile(r"(?P<stem>.+)_(?P<number>\d{5,})_(?P<time>\d{14})(?P<suffix>(?:\.[A-Za-z0-9]+)+)")
_TIMED = re.compile(r"(?P<stem>.+)_(?P<time>\d{14})_(?P<number>\d{5,})(?P<suffix>(?:\.[A-Za-z0-9]+)+)")
_PLAIN = re.compile(r"(?P<stem>.+)(?P<suffix>\.(?:pcapng|pcap|cap|dmp|dump))(?P<number>[1-9]\d{0,8})?", re.IGNORECASE)
_PACKED = (".gz", ".zst")


def _parts(name: str) -> tuple[str, str, int] | None:
    """What the files of a set share, and the file's number; None for a name of another form."""
    bare = next((name.removesuffix(end) for end in _PACKED if name.endswith(end)), name)
    for form in (_NUMBERED, _TIMED, _PLAIN):
        match = form.fullmatch(bare)
        if match:
            return match["stem"], match["suffix"], int(match["number"] or 0)
    return None


def _is_plain(name: str, number: int) -> bool:
    """Whether the file is one of tcpdump's that has a number, which means nothing where the one without is not there."""
    return number > 0 and not any(form.fullmatch(name.removesuffix(".gz").removesuffix(".zst")) for form in (_NUMBERED, _TIMED))


def rotated_set(path: str) -> tuple[str, ...]:
    """The files to read for this path, in order: the whole set for its first file, else the file alone."""
    file = Path(path)
    own = _parts(file.name)
    if own is None:
        return (path,)
    numbered: dict[int, str] = {}
    for name in sorted(_beside(file)):
        parts = _parts(name)
        if parts is not None and parts[:2] == own[:2] and os.path.isfile(file.with_name(name)):
            numbered.setdefault(parts[2], name)
    if not numbered or numbered[min(numbered)] != file.name or _is_plain(file.name, own[2]):
        return (path,)
    return tuple(str(file.with_name(numbered[number])) for number in sorted(numbered))


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
    before: int | None = None
    for member in members:
        parts = _parts(Path(member).name)
        number = parts[2] if parts else 0
        missing = 0 if before is None else number - before - 1
        if missing > 0:
            lacking = "1 file of the set is" if missing == 1 else f"{missing} files of the set are"
            yield Damage(f"{Path(member).name}: byte 0", f"{lacking} missing before this one")
        before = number


def is_continuation(path: str) -> bool:
    """Whether the file belongs to a set that an earlier file stands for, so that it need not be read by itself."""
    file = Path(path)
    own = _parts(file.name)
    if own is None:
        return False
    siblings = [parts for name in _beside(file) if (parts := _parts(name)) is not None and parts[:2] == own[:2]]
    if _is_plain(file.name, own[2]):
        return any(parts[2] == 0 for parts in siblings)
    return any(parts[2] < own[2] for parts in siblings)
