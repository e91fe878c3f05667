"""Compares with tshark and ndpiReader: `python -m tests.rivals.run COUNT SEED`, or `python -m tests.rivals.run FOLDER`.

With a number, as many captures are made from the seed (`mixtures`); in each, every host that was planted must be named at its
server's address and port, too. With a folder, its captures are compared: those that the tests read are kept by `tests.rivals.seen`.
Ends with 1 when anything was missed.
"""

import gzip
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import AuditError
from tests.rivals.mixtures import Mixture, mixture
from tests.rivals.named import flows_of, missing


def unnamed(made: Mixture, path: Path) -> list[str]:
    """Planted hosts that the flows of the capture do not hold."""
    found = []
    for inspect in (False, True):
        names: dict[tuple[str, int], set[str]] = {}
        for row in flows_of(path, inspect=inspect):
            names.setdefault((row["server_ip"], row["server_port"]), set()).update({*row["names"], str(row["host"])})
        found += [
            f"planted by {talk}: {host} at {address} {port}"
            for address, port, host, talk in made.planted
            if host not in names.get((address, port), ())
        ]
    return sorted(set(found))


def readable(data: bytes) -> bytes:
    """A capture as the rivals can open it: not compressed. What is damaged comes as far as it goes."""
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        import zstandard

        return zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def made(count: int, seed: int, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Title and misses of each capture from the seed."""
    for number in range(count):
        one = mixture(seed, number)
        path = folder / f"{number}.cap"
        path.write_bytes(one.data)
        wrong = unnamed(one, path)
        path.write_bytes(readable(one.data))
        yield one.title, wrong + missing(path, folder / f"{number}.json")


def kept(source: Path, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and misses of each capture of a folder; one of which nothing can be read misses nothing."""
    for number, path in enumerate(sorted(source.iterdir())):
        copy = folder / f"{number}.cap"
        try:
            copy.write_bytes(readable(path.read_bytes()))
            yield path.name, missing(copy, folder / f"{number}.json")
        except (AuditError, StopIteration, OSError, EOFError):
            yield path.name, []
        copy.unlink(missing_ok=True)


def main(words: list[str]) -> int:
    """The command."""
    with tempfile.TemporaryDirectory() as folder:
        captures = made(int(words[0]), int(words[1]), Path(folder)) if words[0].isdigit() else kept(Path(words[0]), Path(folder))
        total = bad = 0
        for title, wrong in captures:
            total += 1
            bad += bool(wrong)
            for line in wrong:
                print(f"{title}: {line}")
    print(f"{total} captures, {bad} in which a host is missed")
    return 1 if bad or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
