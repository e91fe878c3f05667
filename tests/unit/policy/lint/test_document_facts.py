"""The document's date and addresses."""

import pytest

from auditor.policy.lint.document_facts import odd_contacts, outdated

from . import found


@pytest.mark.parametrize(
    ("day", "laws"),
    [("1 May 2020", 2), ("31 October 2021", 2), ("1 November 2021", 1), ("31 December 2024", 1), ("1 January 2025", 0)],
)
def test_a_date_before_an_act(day: str, laws: int) -> None:
    """The day from which an act applies is no longer before it."""
    details = [detail for _, detail in found(outdated, f"Privacy Policy\n\nEffective date: {day}\n")]
    assert sum(detail.count("(20") for detail in details) == laws


def test_each_language_has_its_date() -> None:
    """Both are told."""
    text = "Effective date: 1 May 2020\n\nWe like nails and colours.\n\n生效日期：2020年5月1日\n"
    assert [line for line, _ in found(outdated, text)] == [1, 5]


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("Our site is https://acme.example/x. Contact us: a@acme.example", []),
        ("Our site is https://acme.example/x. Contact us: a@mail.acme.example", []),
        ("Our site is https://acme.example/x. Contact us: a@birch.example", ["a@birch.example is not under acme.example"]),
        ("Our site is http://acme.example/x.", ["http://acme.example/x is not encrypted"]),
        ("Contact us: a@birch.example", []),
    ],
)
def test_contacts(text: str, details: list[str]) -> None:
    """Mail under the site's domain; links with encryption; without a site nothing can differ."""
    assert [detail for _, detail in found(odd_contacts, text)] == details
