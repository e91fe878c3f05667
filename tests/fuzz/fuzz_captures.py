"""Fuzzes the readers of packet captures: `python -m tests.fuzz.fuzz_captures [SECONDS] [SEED]`.

Captures of the project's own tests and its demo, with bytes flipped, cut out, doubled and spliced, go in. Every one must be read,
or refused with a `CaptureError` that names its place; each is read with and without the first look, and with inspection. Compiled
code checks no index: so the same functions run here with arrays that refuse an index outside of them, a negative one too, and the
compiled ones after them. With
`atheris` installed, `python -m tests.fuzz.fuzz_captures atheris [SECONDS]` follows coverage instead.
"""

import dataclasses
import functools
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditor.capture import compiled, engine
from auditor.capture.engine import PLAIN, Engine
from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions
from auditor.errors import CaptureError
from auditor.model.content import Message
from tests.fuzz.fuzz_decode import mutated

SLOW = 5.0
"""Seconds that no capture of this size may cost, on a machine however busy."""


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
    made = [CAPTURES[name]() for name in ("links", "tunnels", "reused ports", "demo")]
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


def check(data: bytes, path: Path) -> float:
    """Reads one capture in every way and says how long that took.

    Raises:
        AssertionError: an error without a place.
    """
    path.write_bytes(data)
    start = time.process_time()
    for chosen, content in ways():
        engine.engine_for = lambda size, chosen=chosen: chosen  # type: ignore[misc]
        for reader in READERS:
            if not reader.recognises(data[:65_536]):
                continue
            try:
                reader.read(str(path), ReadOptions(inspect=inspected if content else None))
            except CaptureError as error:
                assert error.source is not None and error.source.where
    return time.process_time() - start


def with_atheris(seconds: str) -> None:
    """Follows coverage."""
    atheris = importlib.import_module("atheris")
    folder = Path(tempfile.mkdtemp())
    for number, data in enumerate(seeds()):
        (folder / f"seed{number}").write_bytes(data[:60_000])
    path = folder / "input.cap"

    def one(data: bytes) -> None:
        check(data, path)

    atheris.instrument_all()
    options = [sys.argv[0], str(folder), f"-max_total_time={seconds}", "-max_len=60000", "-timeout=30", "-rss_limit_mb=2048"]
    atheris.Setup(options, one)
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
