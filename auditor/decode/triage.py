"""Which strings of a document may hide something: a document goes in; what must be opened comes out, and the readings of the
rest.

Real documents are full of file names, words of both cases and numbers in hex, which read as base64 or hex, and of URLs. To see
that nothing is in them costs Python a dozen calls each. The same question in machine code (`triage_strings`) costs a hundredth,
so it is asked there first, once there is much to ask; `signs` has the last word on whatever is not refused.

Machine code is made elsewhere (`auditor/triage_code.py`), and handed in with `use`. Without it, `sign_scan` answers for all.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from auditor.decode.triage_letters import ADDRESS, BASE58, BASE64, BASE64URL, HEX, OPEN, ROW_CELLS, ROWS, TEXT, UNESCAPED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

type Arrays = tuple["NDArray[np.int64]", "NDArray[np.uint8]", "NDArray[np.uint8]", "NDArray[np.int64]"]


class Doors(NamedTuple):
    """The functions of `triage_strings` and `triage_brackets`, compiled."""

    look: Callable[..., int]
    look_at: Callable[..., int]
    brackets: Callable[..., int]
    keeps: object = None
    """What must live as long as they are called."""


WORDS: dict[int, tuple[str, ...]] = {
    BASE64: ("base64",),
    BASE64URL: ("base64url",),
    HEX: ("hex",),
    BASE58: ("base58",),
    UNESCAPED: (),
}
"""The encoding of a reading; none of a string that is only written without its escapes."""
_WORK_CELLS = 8
_SMALL = 65536
"""Bytes of a document whose rows have room in arrays that are kept."""
_SHORTEST = 64
"""Bytes of a document that is not worth a call."""


class Triaged(NamedTuple):
    """What is known of a document's strings; those that are not named hide nothing."""

    opened: Sequence[int]
    """Numbers of the strings that may hide something."""
    addresses: Sequence[int]
    """Of the URLs with a query whose parts hide nothing else."""
    readings: "NDArray[np.int64]"
    """Rows of `triage_letters`, in the order of the document."""
    text: bytes
    """All readings, zeros between."""


class _Engine:
    """The machine code, and how it is made once that has paid."""

    def __init__(self) -> None:
        self.doors: Doors | None = None
        self.make: Callable[[int], Doors | None] | None = None
        self.seen = 0
        """Bytes of documents so far."""
        self.much = 0
        """So many, and `make` is asked."""
        self.lock = Lock()
        self.kept: Arrays | None = None


_engine = _Engine()


def use(make: Callable[[int], Doors | None], much: int) -> None:
    """From now on `make` is asked for the machine code, once so many bytes were seen, and each time that they have doubled; it is
    told how many."""
    if _engine.doors is None:
        _engine.make, _engine.much = make, much


def make(size: int) -> None:
    """Asks for it at once, as if so many bytes had been seen."""
    with _engine.lock:
        if _engine.doors is None:
            _made(size)


def triaged(data: bytes, strings: int) -> Triaged | None:
    """What is known of a JSON document with so many strings; None where nobody looked. It must be sound and UTF-8."""
    import numpy as np

    def look(doors: Doors) -> Triaged | None:
        rows, text, plain, work = arrays = _arrays(len(data))
        is_done = doors.look(np.frombuffer(data, np.uint8), rows, text, plain, work) == strings
        return _told(arrays) if is_done else None

    return _asked(look, len(data))


def triaged_values(joined: bytes, starts: Sequence[int]) -> Triaged | None:
    """The same of values that stand one behind the other: each ends two bytes before the next one's start, and the last start is
    that of none."""
    import numpy as np

    def look(doors: Doors) -> Triaged | None:
        rows, text, _, work = arrays = _arrays(len(joined))
        is_done = doors.look_at(np.frombuffer(joined, np.uint8), np.array(starts, np.int64), rows, text, work) == len(starts) - 1
        return _told(arrays) if is_done else None

    return _asked(look, len(joined))


def followed(signs: bytes) -> tuple[Sequence[int], Sequence[int]] | None:
    """For each place among the signs of a document the bracket around it and the commas since; None where nobody looked."""
    import numpy as np

    def look(doors: Doors) -> tuple[Sequence[int], Sequence[int]]:
        around, commas = np.empty((2, len(signs) + 1), np.int64)
        doors.brackets(np.frombuffer(signs, np.uint8), around, commas)
        return memoryview(around), memoryview(commas)

    return _asked(look, len(signs))


def _asked[T](look: Callable[[Doors], T | None], size: int) -> T | None:
    """The answer of the machine code, unless it is busy, not there, or not worth a call."""
    if size < _SHORTEST or not _engine.lock.acquire(blocking=False):
        return None
    try:
        doors = _engine.doors or _made(size)
        return look(doors) if doors else None
    finally:
        _engine.lock.release()


def _made(size: int) -> Doors | None:
    """The machine code, if that has paid by now."""
    _engine.seen += size
    if _engine.seen < _engine.much or _engine.make is None:
        return None
    _engine.much = 2 * _engine.seen
    _engine.doors = _engine.make(_engine.seen)
    return _engine.doors


def _told(arrays: "Arrays") -> Triaged:
    """What was noted."""
    rows, text, _, work = arrays
    table = rows[: ROW_CELLS * work[ROWS]].reshape(-1, ROW_CELLS)
    what = table[:, 1]
    readings = table[what > ADDRESS]
    return Triaged(
        table[what == OPEN, 0].tolist(),
        table[what == ADDRESS, 0].tolist(),
        readings,
        text[: work[TEXT]].tobytes() if len(readings) else b"",
    )


def _arrays(size: int) -> "Arrays":
    """Room for rows, readings, a string and work; memory that nothing is written to is nobody's.

    What needs more is left to Python: long strings, and a document of nothing but readings.
    """
    import numpy as np

    if size <= _SMALL and _engine.kept:
        return _engine.kept
    room = max(size, _SMALL)
    rows = np.empty(ROW_CELLS * (room // 8 + _SMALL), np.int64)
    text = np.empty(2 * room + 8 * _SMALL, np.uint8)
    made = rows, text, np.empty(room, np.uint8), np.zeros(_WORK_CELLS, np.int64)
    if size <= _SMALL:
        _engine.kept = made
    return made
