"""Several audits at once: which work there is, and under which names its results are told."""

import os
from pathlib import Path

import pytest

from auditor.cli import many_audits, progress
from auditor.cli.choices import Choices
from auditor.cli.ending import Ending
from auditor.cli.one_audit import Done, Job
from auditor.errors import ExitCode

AS_OF = "2026-11-22"


def _jobs(*paths: str) -> list[tuple[str, ...]]:
    return [job.paths for job in many_audits.jobs(paths, Choices(), AS_OF)]


def test_loose_files_are_one_piece_of_work_and_a_place_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    assert _jobs("a.har", str(folder), "b.har", f"{folder}/../s") == [("a.har", "b.har"), (str(folder),)]
    assert _jobs("memory://x", "memory://x") == [("memory://x",)]


def test_what_a_worker_elsewhere_says_is_told_under_the_users_names() -> None:
    """Its paths are whole there; the report over all must not depend on where it was made."""
    job = Job(paths=("lab/s1",), choices=Choices(out="out"), as_of=AS_OF)
    whole = f"{os.getcwd()}/lab/s1"
    ending = Ending(ExitCode.USAGE, f"{whole}: holds no captures")
    done = Done(ending=ending, name=whole, said=(f"error: {whole}/x: is damaged",), report=f"{os.getcwd()}/out/s1")
    told = many_audits._shown(done, job)
    assert (told.name, told.said, told.report) == ("lab/s1", ("error: lab/s1/x: is damaged",), "out/s1")
    assert told.ending == Ending(ExitCode.USAGE, "lab/s1: holds no captures")


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({}, "s"),
        ({"session.toml": 'schema = 1\n[session]\nname = "A/B"\n'}, "A/B"),
        ({"session.toml": '\ufeffschema = 1\n[session]\nname = "x"\n'}, "x"),
        ({"session.toml": 'schema = 1\n[session]\nname = ""\n'}, "s"),
        ({"session.toml": "schema = 1\n[session]\nname = 7\n"}, "s"),
        ({"session.toml": "session = 3\n"}, "s"),
        ({"session.toml": "no TOML"}, "s"),
    ],
)
def test_a_session_is_named_before_it_is_opened(files: dict[str, str], name: str, tmp_path: Path) -> None:
    """Two of one name would overwrite each other's report; what is wrong with a file its own audit says."""
    folder = tmp_path / "s"
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text)
    assert many_audits._name(Job(paths=(f"{folder}/",), choices=Choices(), as_of=AS_OF)) == name


@pytest.mark.parametrize(("paths", "name"), [(("lab/a.b.har",), "a"), ((".har", "x"), "capture"), (("memory://lab/s1",), "s1")])
def test_loose_files_are_named_after_the_first(paths: tuple[str, ...], name: str) -> None:
    assert many_audits._name(Job(paths=paths, choices=Choices(), as_of=AS_OF)) == name


@pytest.mark.parametrize(
    ("sizes", "little", "worth_spreading"),
    [
        ([10], True, False),
        ([90], True, False),
        ([101], False, False),
        ([60, 50], False, False),
        ([150, 101], False, True),
        ([0, 0], True, False),
    ],
)
def test_small_work_gets_no_processes(
    sizes: list[int], little: bool, worth_spreading: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the largest file there must be much: that one is read by one process whatever happens."""
    monkeypatch.setattr(many_audits, "SMALL_BYTES", 100)
    for number, size in enumerate(sizes):
        (tmp_path / f"{number}.bin").write_bytes(bytes(size))
    jobs = [Job(paths=(str(tmp_path),), choices=Choices(), as_of=AS_OF)]
    assert many_audits._is_little(jobs) is little
    assert many_audits.is_worth_spreading([str(tmp_path)]) is worth_spreading


def test_many_sessions_and_those_in_a_storage_are_never_little(tmp_path: Path) -> None:
    """Nobody knows the sizes of files in a storage."""
    job = Job(paths=(str(tmp_path),), choices=Choices(), as_of=AS_OF)
    assert many_audits._is_little([job] * many_audits.SMALL_SESSIONS)
    assert not many_audits._is_little([job] * (many_audits.SMALL_SESSIONS + 1))
    assert not many_audits._is_little([Job(paths=("memory://x",), choices=Choices(), as_of=AS_OF)])


def test_several_ends_are_one_with_a_count_of_each() -> None:
    """The worst counts; a single one stays as it is."""
    passed, failed, wrong = (Ending(code, code.word) for code in (ExitCode.PASS, ExitCode.FAIL, ExitCode.USAGE))
    assert many_audits._ending([failed]) == failed
    found = many_audits._ending([passed, failed, wrong, failed])
    assert found.code is ExitCode.USAGE
    assert found.reason == "4 sessions: 1 pass, 2 fail, 1 usage"


@pytest.mark.parametrize(("seconds", "text"), [(4.4, "4 s"), (500, "500 s"), (720, "12 min"), (4000, "1 h 7 min")])
def test_a_duration_is_told_in_the_unit_that_fits(seconds: float, text: str) -> None:
    assert progress.duration(seconds) == text
