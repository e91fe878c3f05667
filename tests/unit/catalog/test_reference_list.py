"""The references: complete, and marked where they were verified in part only."""

import pytest

from auditor.catalog import reference_list
from auditor.errors import ConfigError
from auditor.model.rule import Verification

ONE = """\
schema = 1
area = "eu"
[[reference]]
id = "a"
cite = "A 1"
instrument = "A"
locator = "1"
title = "t"
jurisdiction = "EU"
in_force = 2020-01-01
status = "verified"
source = "s"
applies_to = ["cleartext"]
requirement = "r"
"""


def test_all_references_are_there() -> None:
    """301 of them: 204 verified, 95 in part, 2 that are never cited."""
    references = reference_list.load()
    counts = {status: sum(r.status is status for r in references) for status in Verification}
    assert counts == {Verification.VERIFIED: 204, Verification.PARTLY: 95, Verification.UNVERIFIED: 2}


def test_no_two_references_print_alike() -> None:
    """A citation names one place."""
    cites = [reference.cite for reference in reference_list.load()]
    assert len(set(cites)) == len(cites)


def test_partly_verified_ones_carry_a_mark() -> None:
    """Wherever they are printed."""
    for reference in reference_list.load():
        assert reference.citation.endswith("[partly verified]") == (reference.status is not Verification.VERIFIED)


def test_retired_numbers_are_recognised() -> None:
    """The retired beta numbering stays known, and applies to no topic that a rule could cite it for."""
    retired = [reference for reference in reference_list.load() if not reference.applies_to]
    assert len(retired) == 14


def test_every_topic_has_references() -> None:
    """A topic that nothing applies to would be a slip of the pen."""
    applied = {
        topic
        for reference in reference_list.load()
        if reference.status is Verification.VERIFIED
        for topic in reference.applies_to
    }
    assert applied >= set(reference_list.TOPICS)


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('"cleartext"', '"cleartex"', "line 13: unknown topic 'cleartex'"),
        ('"verified"', '"verifed"', "line 11: unknown status 'verifed' (did you mean 'verified'?)"),
        ('area = "eu"', 'area = "europe"', "line 2: unknown area 'europe'"),
        ("2020-01-01", '"2020"', "line 10: 'in_force' is no date"),
        ("requirement", "requirment", "line 14: unknown key 'requirment'"),
    ],
)
def test_faults_have_lines(good: str, bad: str, told: str) -> None:
    """A slip in a file is told with its line."""
    with pytest.raises(ConfigError) as raised:
        reference_list.parse((("r.toml", ONE.replace(good, bad)),))
    assert told in str(raised.value)


def test_an_id_in_two_files_is_a_fault() -> None:
    """Ids are unique over all files."""
    with pytest.raises(ConfigError, match="'a' stands twice"):
        reference_list.parse((("r.toml", ONE), ("s.toml", ONE)))
