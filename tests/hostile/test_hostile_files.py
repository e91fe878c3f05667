"""Damaged files of every format through the command line. `python -m tests.hostile.run COUNT SEED` runs more."""

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.capture.reader import Reader
from tests.hostile.run import Damaged, _argv, _cases, faults, mutations, warmed
from tests.hostile.seeds import FLOWS_OF, Seed, seeds

COUNT = 10_000
"""What fits the time of CI; more are run by command, see docs/reliability.md."""


@pytest.fixture(scope="module", autouse=True)
def everything_is_loaded() -> Iterator[None]:
    with warmed():
        yield


def test_there_are_enough_seeds() -> None:
    assert len(seeds()) >= 80
    assert len({seed.name for seed in seeds()}) == len(seeds())


def test_the_same_seed_gives_the_same_files() -> None:
    """Or a fault that was printed could not be made again."""
    some = list(itertools.islice(mutations(20, 3), len(seeds()), None))
    assert some == list(itertools.islice(mutations(20, 3), len(seeds()), None))
    assert some != list(itertools.islice(mutations(20, 4), len(seeds()), None))


def test_captures_go_in_groups_and_every_file_once(tmp_path: Path) -> None:
    files = [Damaged(number, Seed("a.pcap", b"x", FLOWS_OF), b"x") for number in range(125)]
    cases = _cases(files)
    assert [len(case) for case in cases] == [60, 60, 5]
    assert [file for case in cases for file in case] == files
    argv = _argv(cases[2], tmp_path / "run", tmp_path)
    assert (argv[0], sum(Path(word).is_file() for word in argv)) == ("flows", 5)


def test_the_one_file_of_a_group_that_does_harm_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And neither its neighbours nor a file that kills the worker go unnoticed."""
    from auditor.capture import formats

    real = formats.recognise

    def breaking(path: str) -> Reader:
        data = Path(path).read_bytes()
        if data == b"internal":
            raise LookupError(path)
        if data == b"killer":
            os._exit(9)
        return real(path)

    monkeypatch.setattr(formats, "recognise", breaking)
    files = [Damaged(number, Seed("a.pcap", b"", FLOWS_OF), b"x" * number) for number in range(5)]
    assert list(faults(files)) == []
    bad = [Damaged(7, Seed("b.pcap", b"", FLOWS_OF), b"internal"), Damaged(8, Seed("c.pcap", b"", FLOWS_OF), b"killer")]
    assert [(fault.number, fault.what[:7]) for fault in faults([*files, bad[0], *files])] == [(7, "exit 70")]
    assert [(fault.number, fault.what[:10]) for fault in faults([*files, *bad])] == [(7, "exit 70: ["), (8, "the worker")]


@pytest.mark.timeout(900)
def test_no_damaged_file_ends_in_a_traceback_a_hang_or_a_pass() -> None:
    """In a process of its own: a fork of this one would inherit thread pools without their threads."""
    done = subprocess.run([sys.executable, "-m", "tests.hostile.run", str(COUNT), "1", "2"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[:-1], done.stderr) == (0, [], "")
