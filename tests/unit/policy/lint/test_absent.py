"""What the whole text leaves out."""

import pytest

from auditor.policy.lint.absent import complaint_missing, legal_basis_missing, retention_unbounded, rights_missing

from . import found

RIGHTS = (
    "You have the right to access and to data portability. You can delete your account, object to the processing and "
    "withdraw your consent."
)


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("We like nails.", True),
        ("Our legal basis is your consent.", False),
        ("我们处理信息的法律依据是您的同意。", False),
        ("Personal data means data with a legal basis.", True),
    ],
)
def test_legal_basis(text: str, missing: bool) -> None:
    """Any clause but a definition; told at the top."""
    assert found(legal_basis_missing, text) == ([(1, "legal basis")] if missing else [])


@pytest.mark.parametrize(
    ("text", "missing"),
    [("We like nails.", True), ("You can lodge a complaint.", False), ("您可以向监管部门投诉。", False)],
)
def test_complaint(text: str, missing: bool) -> None:
    """In any language."""
    assert bool(found(complaint_missing, text)) is missing


def test_rights_are_told_together_at_their_clause() -> None:
    """Those that no language has."""
    assert found(rights_missing, RIGHTS) == []
    text = "Hello there, you.\n\nYou have the right to access.\n\n您有权撤回同意。\n"
    assert found(rights_missing, text) == [(3, "erasure, portability, objection")]
    assert found(rights_missing, "We like nails.")[0][0] == 1


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("We retain your data for 90 days.", []),
        ("We retain your data as long as your account is open.", []),
        ("We retain your data for as long as necessary.", [1]),
        ("We like nails.", [1]),
        ("我们保存您的信息，期限为六个月。", []),
        ("We keep your data for 30 days.\n\n我们保存您的信息，直到不再需要。", [3]),
    ],
)
def test_retention_needs_a_period(text: str, lines: list[int]) -> None:
    """In each language that has a clause on it; a text without any clause lacks one."""
    assert [line for line, _ in found(retention_unbounded, text)] == lines
