"""Fuzzes the readers of packet captures: `python -m tests.fuzz.fuzz_captures [SECONDS] [SEED]`.

Captures of the project's own tests and its demo, with bytes flipped, cut out, doubled and spliced, go in. Every one must be read,
or refused with a `CaptureError` that names its place; each is read with and without the first look, and with inspection. Compiled
code checks no index: so the same functions run here with arrays that refuse an index outside of them, a negative one too, and the
compiled ones after them. With
`atheris` installed, `python -m tests.fuzz.fuzz_captures atheris [SECONDS]` follows coverage instead.
"""

import dataclasses
import functools
import gc
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any
from unittest import mock

from auditor.capture import compiled, engine, observed, summary
from auditor.capture.engine import PLAIN, Engine
from auditor.capture.listener import Listener
from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.content import Message
from tests.fuzz.fuzz_decode import mutated

SLOW = 5.0
"""Seconds that no capture of this size may cost, on a machine however busy."""
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where thousands of files a minute cost no disk."""
LARGEST = 8_192
"""Bytes of an input for atheris."""
LITTLE_ENDIAN, HEAD, RECORD_HEAD = (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"), 24, 16
"""Of the pcap files that the seeds are."""


class Guarded:
    """An array that is never indexed from its end."""

    def __init__(self, array: Any) -> None:
        self._view = memoryview(array)

    def __len__(self) -> int:
        return len(self._view)

    def __getitem__(self, place: Any) -> Any:
        assert (min(place) if isinstance(place, tuple) else place) >= 0, place
        return self._view[place]

    def __setitem__(self, place: Any, value: int) -> None:
        assert (min(place) if isinstance(place, tuple) else place) >= 0, place
        self._view[place] = value


def guarded(function: Any) -> Any:
    """The function with guarded arrays."""

    def call(*values: Any) -> Any:
        return function(*(value if isinstance(value, int) else Guarded(value) for value in values))

    return call


GUARDED = dataclasses.replace(PLAIN, glances=True, **{door.__name__: guarded(door) for door in compiled.DOORS})


@functools.cache
def ways() -> tuple[tuple[Engine, bool], ...]:
    """Engine, and whether content is inspected."""
    return ((PLAIN, False), (PLAIN, True), (GUARDED, False), (compiled.engine(), False))


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Captures to start from: what is plain, what is not, every link type and tunnel, tables of other tools."""
    from tests.benchmarks.household import household
    from tests.unit.capture.test_against_rivals import CAPTURES
    from tests.unit.capture.test_glance import _many
    from tests.unit.capture.test_imported import FILES
    from tests.unit.capture.test_unknown import STARTS
    from tests.unit.capture.wire import Wire, pcap, pcapng

    wire = _many()
    starts = Wire()
    for number, data in enumerate(STARTS.values()):
        starts.connect(sport=51_000 + number, port=9_000).open().up(data[:2]).up(data[2:]).down(b"\5\0").up(data)
    small = pcap(list(household(120, 9)))
    made = [CAPTURES[name]() for name in ("links", "tunnels", "reused ports", "every talk", "demo")]
    return (
        wire.pcap(),
        starts.pcap(),
        pcapng(wire.frames),
        pcapng(wire.frames[:20], big=1),
        small,
        *made,
        *(text.encode() for text in FILES.values()),
    )


def mutations(seed: int) -> Iterator[bytes]:
    """Endless wounded captures; the deeper a wound, the more packets it leaves whole."""
    rng = random.Random(seed)
    while True:
        data, other = rng.choice(seeds()), rng.choice(seeds())
        for _ in range(rng.choice((1, 1, 4, 16))):
            data = mutated(rng, data, other[rng.randrange(len(other)) :])
        yield data


def inspected(message: Message) -> None:
    """Every piece must be able to say where it stands.

    Raises:
        AssertionError: it is not.
    """
    for piece in message.pieces:
        assert piece.locate(message.number, max(0, len(piece.data) - 1))


def check(data: bytes, path: Path, chosen_ways: tuple[tuple[Engine, bool], ...] = ()) -> float:
    """Reads one capture in every way, or in the chosen ones, and says how long that took.

    Raises:
        AssertionError: an error without a place.
    """
    path.write_bytes(data)
    start = time.process_time()
    for chosen, content in chosen_ways or ways():
        engine.engine_for = lambda size, chosen=chosen: chosen  # type: ignore[misc]
        for reader in READERS:
            if not reader.recognises(data[:65_536]):
                continue
            try:
                reader.read(str(path), ReadOptions(inspect=inspected if content else None))
            except CaptureError as error:
                assert error.source is not None and error.source.where
    return time.process_time() - start


def small_seeds() -> Iterator[bytes]:
    """The seeds in pieces of whole packets that are read in milliseconds."""
    for data in seeds():
        if data[:4] not in LITTLE_ENDIAN:
            yield data[:LARGEST]
            continue
        piece, at = data[:HEAD], HEAD
        while at < len(data):
            end = at + RECORD_HEAD + int.from_bytes(data[at + 8 : at + 12], "little")
            if len(piece) + end - at > LARGEST // 4 and len(piece) > HEAD:
                yield piece
                piece = data[:HEAD]
            piece, at = piece + data[at:end], end
        yield piece


def told(heard: Listener) -> None:
    """What stands in for the table of flows: every row that is not made as columns. A table costs a hundred times the reading."""
    for row, story in sorted(heard.stories.items()):
        observed.prefill(heard, row)
        assert observed._row(heard, heard.rows[row].tolist(), story)


def check_quickly(data: bytes, path: Path) -> None:
    """Reads one capture in the way that its length chooses; one in a hundred in all ways and with its table.

    Raises:
        AssertionError: an error without a place.
    """
    if len(data) % 101 == 0:
        check(data, path)
        return
    with mock.patch.object(summary, "observed", told):
        check(data, path, (ways()[len(data) % len(ways())],))


def instrument() -> None:
    """Lets atheris follow the branches of this project alone: those of pandas and of Python's own library lead nowhere."""
    atheris = importlib.import_module("atheris")
    for function in gc.get_objects():
        if isinstance(function, FunctionType) and str(function.__module__).startswith(("auditor.capture", "auditor.model")):
            atheris.instrument_func(function)


def with_atheris(seconds: str) -> None:
    """Follows coverage."""
    atheris = importlib.import_module("atheris")
    folder = Path(tempfile.mkdtemp(prefix="auditor-fuzz-captures-"))
    path = Path(tempfile.mkdtemp(dir=MEMORY)) / "input.cap"
    for number, data in enumerate(small_seeds()):
        check(data, path)  # imports and compiles whatever is needed
        (folder / f"seed{number}").write_bytes(data)
    instrument()
    limits = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-timeout=30", "-rss_limit_mb=2048", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], str(folder), *limits], lambda data: check_quickly(data, path))
    atheris.Fuzz()


def main() -> None:
    """Runs for some seconds."""
    if sys.argv[1:2] == ["atheris"]:
        with_atheris(*sys.argv[2:3] or ["900"])
    seconds, seed = (int(argument) for argument in (*sys.argv[1:], *("60", "1")[len(sys.argv) - 1 :]))
    end = time.monotonic() + seconds
    count, slowest = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for data in mutations(seed):
            slowest = max(slowest, check(data, Path(folder) / "input.cap"))
            count += 1
            if time.monotonic() > end:
                break
    print(f"{count} captures, the slowest {slowest:.3f} s, none crashed")


if __name__ == "__main__":
    main()
