"""A large packet capture is read by a copy of this process before this one has loaded what the table needs: paths go in, what the
copy sends comes out.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.capture.child import LARGE, child, cores
from auditor.capture.mailbox import Inbox, LostError, Outbox

if TYPE_CHECKING:
    from auditor.capture.reader import Reader

_HEAD = 4_096
"""Bytes that are enough to recognise a packet capture."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A capture that is being read already."""

    path: str
    inbox: Inbox


@contextmanager
def begun(paths: Sequence[str]) -> Iterator[Begun | None]:
    """The reading of the one capture that these paths are, where it is large and not compressed and there is a second core.

    What reads it is gone at the end of the block. Nobody has to listen to it: without `ReadOptions.beside` all is as ever.
    """
    with ExitStack() as stack:
        yield _begin(stack, paths)


def _begin(stack: ExitStack, paths: Sequence[str]) -> Begun | None:
    reader = _reader(paths[0]) if len(paths) == 1 and cores() > 1 else None
    if reader is not None:
        import auditor.capture.sibling  # noqa: F401 - what both need is loaded once

        with suppress(LostError):
            return Begun(paths[0], stack.enter_context(child(partial(_read, reader, paths[0]))))
    return None


def _reader(path: str) -> "Reader | None":
    """Who reads a large packet capture."""
    try:
        about = os.stat(path)
        if not stat.S_ISREG(about.st_mode) or about.st_size < LARGE:
            return None
        with Path(path).open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, ValueError):  # whoever reads it afterwards says so
        return None
    from auditor.capture import pcap, pcapng

    return next((reader for reader in (pcapng.READER, pcap.READER) if reader.recognises(head)), None)


def _read(reader: "Reader", path: str, outbox: Outbox) -> None:
    from auditor.capture.reader import ReadOptions
    from auditor.capture.sibling import ToldError

    with suppress(ToldError):
        reader.read(path, ReadOptions(beside=outbox))
