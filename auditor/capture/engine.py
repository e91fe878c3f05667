"""The bulk path behind one face: the same functions, as they are or compiled. Both take numpy arrays and numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditor.capture.bulk import follow_records
from auditor.capture.conversations import converse, follow, rebuild
from auditor.capture.glance import glance
from auditor.capture.handover import gather
from auditor.capture.records import walk_blocks

type Call = Callable[..., int]

COMPILED_FROM = 2 * 1024 * 1024
"""Bytes of a capture from which loading compiled code is worth its 0.2 s."""
COMPILING_FROM = 64 * 1024 * 1024
"""Bytes of a capture from which compiling it, once, is worth three seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The functions of the bulk path that are called from outside."""

    follow: Call
    converse: Call
    """Uncompiled: for the few packets that are put together from fragments."""
    rebuild: Call
    follow_records: Call
    walk_blocks: Call
    glance: Call
    gather: Call
    glances: bool = False
    """Whether a glance costs less than a closer look: only where it is compiled."""
    keeps: Any = None
    """What must live as long as the functions."""


def _plain(function: Call) -> Call:
    """The function as it is; memoryviews are several times faster than arrays there."""

    def call(*values: Any) -> int:
        return function(*(value if isinstance(value, int) else memoryview(value) for value in values))

    return call


PLAIN = Engine(
    follow=_plain(follow),
    converse=_plain(converse),
    rebuild=_plain(rebuild),  # type: ignore[arg-type]
    follow_records=_plain(follow_records),
    walk_blocks=_plain(walk_blocks),
    glance=_plain(glance),
    gather=_plain(gather),
)


def engine_for(size: int) -> Engine:
    """The engine for a capture of that many bytes."""
    if size < COMPILED_FROM:
        return PLAIN
    from auditor.capture import compiled
    from auditor.object_code import cached

    return compiled.engine() if size >= COMPILING_FROM or cached(compiled.CODE) else PLAIN
