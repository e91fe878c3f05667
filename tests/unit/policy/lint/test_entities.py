"""Damaged names."""

import pytest

from auditor.policy.lint.entities import incomplete_names, is_damaged, replacement

from . import found


@pytest.mark.parametrize(
    "name", ["Birch (tool payments on Inc.)", "Acme of le Ltd.", "Acme (Ltd.", "Acme &amp; Co., Ltd.", "Ac\ufffdme Ltd."]
)
def test_damaged(name: str) -> None:
    """Stray words, open brackets, broken characters."""
    assert is_damaged(name)


@pytest.mark.parametrize(
    "name", ["adjust GmbH", "Bank of the West Inc.", "eBay Inc.", "Acme Ltd. (formerly known as Birch Inc.)", "Acme"]
)
def test_whole(name: str) -> None:
    """Small letters that companies do write."""
    assert not is_damaged(name)


def test_the_replacement_follows_from_the_right_name() -> None:
    """And from no other one."""
    assert replacement("Cartons (tool tons Inc.)", "Cartons Inc.") == ("tool", "Car")
    assert replacement("Cartons (tool tons Inc.)", "Birch Inc.") is None


def test_a_brand_is_no_legal_person() -> None:
    """Its name is told where it stands."""
    text = "Parrot - provides us with SMS.\n\nBirch Inc. - provides us with payment.\n"
    assert found(incomplete_names, text) == [(1, "Parrot")]
