"""Columns of a sheet from keys of the words."""

import pytest

from auditor.model.vocabulary import Severity
from auditor.report.sheet import SEVERITY_COLOURS, columns


def test_a_column_has_its_name_in_both_languages_and_its_width() -> None:
    assert columns(("finding.recipient", 24), ("finding.flows", 9)) == (("Recipient", "接收方", 24), ("Flows", "流", 9))


def test_a_key_that_is_not_there_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        columns(("finding.nosuch", 1))


def test_only_what_is_worth_a_look_is_coloured() -> None:
    assert {severity for severity in Severity if severity in SEVERITY_COLOURS} == {
        Severity.CRITICAL,
        Severity.HIGH,
        Severity.MEDIUM,
    }
