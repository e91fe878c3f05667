"""Tables made by two processes: what makes each goes in, the tables come out in order, each as soon as it is there.

Whoever is free takes the next one. So the tables must not depend on each other, nor on who makes them.
"""

import os
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from auditor.capture.child import child, cores
from auditor.capture.mailbox import Inbox, LostError, Outbox

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    type Works = Sequence[Callable[[], pa.Table]]

_NUMBER = 4
MOST = 8_192
"""Tables that are waited for: their numbers fit into a pipe."""


def in_turns(works: "Works") -> "Generator[pa.Table]":
    """The tables that these functions make, `MOST` at most. A child that dies leaves what it had to this process."""
    if not 1 < len(works) <= MOST or cores() < 2:
        yield from (work() for work in works)
        return
    try:
        queue = _numbers(len(works))
    except OSError:  # no descriptors are left for a pipe
        yield from (work() for work in works)
        return
    made: dict[int, pa.Table] = {}
    given = 0
    try:
        with suppress(LostError), child(lambda outbox: _make(works, queue, outbox)) as inbox:
            while given < len(works):
                table = _wait_for(given, made, works, queue, inbox)
                yield table
                given += 1
    finally:
        os.close(queue)
    yield from (made[number] if number in made else works[number]() for number in range(given, len(works)))


def _numbers(count: int) -> int:
    """A pipe with a number for each table. Whoever reads one has it to make."""
    queue, end = os.pipe()
    os.write(end, b"".join(number.to_bytes(_NUMBER) for number in range(count)))
    os.close(end)
    return queue


def _taken(queue: int) -> int | None:
    """The number of the next table that nobody makes yet."""
    number = os.read(queue, _NUMBER)
    return int.from_bytes(number) if number else None


def _wait_for(number: int, made: "dict[int, pa.Table]", works: "Works", queue: int, inbox: Inbox) -> "pa.Table":
    """A table; while the child makes it, this process makes those behind it, and keeps them."""
    while number not in made:
        mine = None if inbox.has_more() else _taken(queue)
        if mine is None:
            done, data = inbox.take()
            made[done] = _read(data)
        else:
            made[mine] = works[mine]()
    return made.pop(number)


def _make(works: "Works", queue: int, outbox: Outbox) -> None:
    """The child's part: makes a table while the one before is on its way."""
    with ThreadPoolExecutor(max_workers=1) as post:
        sent = post.submit(outbox.flush)
        while (number := _taken(queue)) is not None:
            data = _written(works[number]())
            sent.result()
            outbox.put((number, data))
            sent = post.submit(outbox.flush)


def _written(table: "pa.Table") -> "npt.NDArray[np.uint8]":
    """The table in Arrow's format: an array, because these pass without a copy."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return np.frombuffer(sink.getvalue(), np.uint8)


def _read(data: "npt.NDArray[np.uint8]") -> "pa.Table":
    import pyarrow as pa

    return pa.ipc.open_stream(pa.py_buffer(data)).read_all()
