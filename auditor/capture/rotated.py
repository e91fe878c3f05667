"""Rotated sets of capture files, as `dumpcap -b` and `tcpdump -C` write them: a path goes in, the files of its set come out.

`NAME_00001_20261122104737.pcapng`, `NAME_00002_...` are one recording, and `NAME.pcap`, `NAME.pcap1`, `NAME.pcap2`; any of them
may be compressed. A ring buffer of dumpcap's may have deleted the first ones, and the lowest number that is there stands for the
set; any other file stands for itself. One of tcpdump's (`-W`) begins at `NAME.pcap0` and again there, so that the times of its
files' first packets say which one is the oldest: that one stands for the ring.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from auditor.capture.opened import open_capture
from auditor.errors import AuditError
from auditor.model.reading import Damage

_NUMBERED = re.compile(r"(?P<stem>.+)_(?P<number>\d{5,})_(?P<time>\d{14})(?P<suffix>(?:\.[A-Za-z0-9]+)+)")
_TIMED = re.compile(r"(?P<stem>.+)_(?P<time>\d{14})_(?P<number>\d{5,})(?P<suffix>(?:\.[A-Za-z0-9]+)+)")
_PLAIN = re.compile(r"(?P<stem>.+)(?P<suffix>\.(?:pcapng|pcap|cap|dmp|dump))(?P<number>[1-9]\d{0,8})?", re.IGNORECASE)
_RING = re.compile(r"(?P<stem>.+\.(?:pcapng|pcap|cap|dmp|dump))(?P<number>\d{1,6})", re.IGNORECASE)
_PACKED = (".gz", ".zst")
_HEAD, _RECORD_HEAD = 24, 8
_ORDERS: dict[bytes, Literal["little", "big"]] = {
    b"\xd4\xc3\xb2\xa1": "little", b"\x4d\x3c\xb2\xa1": "little", b"\xa1\xb2\xc3\xd4": "big", b"\xa1\xb2\x3c\x4d": "big",
}  # fmt: skip
"""Byte orders of pcap files, by their first four bytes."""


def _bare(name: str) -> str:
    return next((name.removesuffix(end) for end in _PACKED if name.endswith(end)), name)


def _parts(name: str) -> tuple[str, str, int] | None:
    """What the files of a set share, and the file's number; None for a name of another form."""
    for form in (_NUMBERED, _TIMED, _PLAIN):
        match = form.fullmatch(_bare(name))
        if match:
            return match["stem"], match["suffix"], int(match["number"] or 0)
    return None


def _is_plain(name: str, number: int) -> bool:
    """Whether the file is one of tcpdump's that has a number, which means nothing where the one without is not there."""
    return number > 0 and not any(form.fullmatch(_bare(name)) for form in (_NUMBERED, _TIMED))


def _ring(file: Path) -> tuple[str, ...]:
    """The names of a ring of `tcpdump -W` that the file belongs to, oldest first; none where it is in no such ring.

    Its numbers begin at 0, have the same width and no gap, and the files' first packets are in order but for one place.
    """
    own = _RING.fullmatch(_bare(file.name))
    if own is None:
        return ()
    numbered: dict[int, str] = {}
    for name in sorted(_beside(file)):
        found = _RING.fullmatch(_bare(name))
        if found and found["stem"] == own["stem"] and len(found["number"]) == len(own["number"]):
            numbered.setdefault(int(found["number"]), name)
        if _bare(name) == own["stem"]:
            return ()  # without a number: files of `tcpdump -C` alone
    if len(numbered) < 2 or sorted(numbered) != list(range(len(numbered))):
        return ()
    return _from_oldest(file, [numbered[number] for number in sorted(numbered)])


def _from_oldest(file: Path, names: list[str]) -> tuple[str, ...]:
    """The names of a ring's files beside a file from the oldest on; none where their first packets are not in order."""
    starts = [_start(str(file.with_name(name))) for name in names]
    known = [start for start in starts if start is not None]
    if len(known) < len(starts):
        return ()
    oldest = known.index(min(known))
    in_order = known[oldest:] + known[:oldest]
    return (*names[oldest:], *names[:oldest]) if in_order == sorted(in_order) else ()


def _start(path: str) -> tuple[int, int] | None:
    """Seconds and their fraction of a pcap file's first packet; None where there is none."""
    if not os.path.isfile(path):
        return None
    try:
        with open_capture(path) as stream:
            head = stream.read(_HEAD + _RECORD_HEAD)
    except (OSError, AuditError):
        return None
    order = _ORDERS.get(head[:4])
    if order is None or len(head) < _HEAD + _RECORD_HEAD:
        return None
    return int.from_bytes(head[_HEAD : _HEAD + 4], order), int.from_bytes(head[_HEAD + 4 :], order)


def rotated_set(path: str) -> tuple[str, ...]:
    """The files to read for this path, in order: the whole set for its first file, else the file alone."""
    file = Path(path)
    ring = _ring(file)
    if ring:
        return tuple(str(file.with_name(name)) for name in ring) if ring[0] == file.name else (path,)
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
    ring = _ring(file)
    if ring:
        return ring[0] != file.name
    own = _parts(file.name)
    if own is None:
        return False
    siblings = [parts for name in _beside(file) if (parts := _parts(name)) is not None and parts[:2] == own[:2]]
    if _is_plain(file.name, own[2]):
        return any(parts[2] == 0 for parts in siblings)
    return any(parts[2] < own[2] for parts in siblings)
