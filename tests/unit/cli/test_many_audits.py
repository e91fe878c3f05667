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
    ending = Ending(ExitCode.USAGE, "see the lines above")
    done = Done(ending=ending, name=whole, said=(f"error: {whole}/x: is damaged",), report=f"{os.getcwd()}/out/s1")
    told = many_audits._shown(done, job)
    assert (told.name, told.said, told.report) == ("lab/s1", ("error: lab/s1/x: is damaged",), "out/s1")


@pytest.mark.parametrize(("seconds", "text"), [(4.4, "4 s"), (500, "500 s"), (720, "12 min"), (4000, "1 h 7 min")])
def test_a_duration_is_told_in_the_unit_that_fits(seconds: float, text: str) -> None:
    assert progress.duration(seconds) == text
