"""What a user chose: changed for a session among others, and for a worker elsewhere."""

import pytest

from auditor.cli.choices import Choices
from auditor.cli.many_audits import jobs


@pytest.mark.parametrize(
    ("asked", "given"),
    [((), ()), (("json",), ("json", "parquet")), (("parquet", "html"), ("parquet", "html"))],
)
def test_one_of_several_sessions_always_has_its_tables(asked: tuple[str, ...], given: tuple[str, ...]) -> None:
    """The report over all of them asks them; a session alone gets what was asked for. No format at all means the usual ones."""
    choices = Choices(formats=asked)
    several = jobs(("s3://bucket/one", "s3://bucket/two"), choices, "2026-11-22")
    assert [job.choices.formats for job in several] == [given, given]
    (alone,) = jobs(("s3://bucket/one",), choices, "2026-11-22")
    assert alone.choices.formats == asked


def test_every_path_is_changed_and_nothing_else() -> None:
    """A register that is known by its name is no path."""
    choices = Choices(subjects="a", keylog="b", catalog=("c",), background=("d",), register_name="e.toml", key="f", quiet=True)
    changed = choices.with_paths(str.upper)
    assert (changed.subjects, changed.keylog, changed.catalog, changed.background) == ("A", "B", ("C",), ("D",))
    assert (changed.register_name, changed.key, changed.quiet, changed.waivers) == ("E.TOML", "F", True, None)
