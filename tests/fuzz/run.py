"""Fuzzes one reader, or all: `python -m tests.fuzz.run NAME|all [SECONDS] [SEED]`.

Whole files with bytes flipped, cut out, doubled and spliced go in; each is read or refused with one line. With `atheris` installed
(scripts/fuzz.sh does that in an environment of its own), `python -m tests.fuzz.run atheris NAME [SECONDS]` follows coverage instead.
"""

import importlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.fuzz_decode import mutated
from tests.fuzz.readers import LARGEST, TARGETS, Target, check

SLOW = 5.0
"""Seconds of processor time that no file of this size may cost, on a machine however busy."""
INSTRUMENTED = ("auditor",)
"""Packages whose branches atheris follows."""


def mutations(target: Target, seed: int) -> Iterator[bytes]:
    """Endless wounded files, always the same for a seed."""
    rng = random.Random(f"{target.name}-{seed}")
    known = target.seeds()
    while True:
        data, other = rng.choice(known), rng.choice(known)
        for _ in range(rng.choice((1, 1, 4, 16))):
            data = mutated(rng, data, other[rng.randrange(len(other) + 1) :][:2000])
        yield data


def spent(target: Target, data: bytes) -> float:
    """Processor seconds of one reading."""
    start = time.process_time()
    check(target, data)
    return time.process_time() - start


def some(target: Target, seconds: float, seed: int) -> str:
    """Reads for some seconds; what came of it in words."""
    end, count, slowest = time.monotonic() + seconds, 0, 0.0
    for data in mutations(target, seed):
        slowest = max(slowest, spent(target, data))
        count += 1
        assert slowest < SLOW, f"{target.name}: mutation {count - 1} of seed {seed} took {slowest:.1f} s"
        if time.monotonic() > end:
            break
    return f"{target.name}: {count} files, the slowest {slowest:.3f} s, none crashed"


def with_atheris(name: str, seconds: str = "900") -> None:
    """Follows coverage; never returns."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        target = _named(name)[0]
        for data in target.seeds():
            check(target, data)
    folder = Path(tempfile.mkdtemp(prefix=f"auditor-fuzz-{name}-"))
    for number, data in enumerate(target.seeds()):
        (folder / f"seed{number}").write_bytes(data)
    limits = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-timeout=60", "-rss_limit_mb=2048", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], str(folder), *limits], lambda data: check(target, data))
    atheris.Fuzz()


def _named(name: str) -> tuple[Target, ...]:
    found = tuple(target for target in TARGETS if name in (target.name, "all"))
    if not found:
        sys.exit(f"no target is called {name}; there are: all, {', '.join(target.name for target in TARGETS)}")
    return found


def main(argv: list[str]) -> None:
    """Runs for some seconds each."""
    if argv[:1] == ["atheris"]:
        with_atheris(*(argv[1:] or ["?"]))
    name, seconds, seed = (*argv, *("all", "60", "1")[len(argv) :])[:3]
    for target in _named(name):
        print(some(target, float(seconds), int(seed)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
