"""Options that several commands share."""

import datetime

import pytest

from auditor.cli.options import FailOn, as_of_date, fail_severity
from auditor.errors import UsageError
from auditor.model.vocabulary import Severity


def test_a_date_is_as_given_or_today() -> None:
    assert as_of_date("2026-11-22") == "2026-11-22"
    assert as_of_date("20261122") == "2026-11-22"
    assert datetime.date.fromisoformat(as_of_date(None))


@pytest.mark.parametrize("text", ["", "today", "2026-13-01", "2026-11-22T00:00:00"])
def test_what_is_no_date_is_an_error_that_says_how(text: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        as_of_date(text)


def test_every_word_is_a_severity_and_info_is_none() -> None:
    assert [fail_severity(word) for word in FailOn] == [word for word in Severity if word is not Severity.INFO]
