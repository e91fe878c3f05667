"""Another company where it is not the subject."""

import pytest

from auditor.policy.lint.boilerplate import foreign_boilerplate

from . import found

PARTY = "Birch Maple Inc. - provides us with SMS\n\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# Changes\n\nParrot may change this policy at any time.", [3]),
        (PARTY + "# Children\n\nBirch Maple does not collect data of children.", [5]),
        ("Personal data means any data that Parrot holds of you.", [1]),
        ("# 政策变更\n\n鹦鹉可能修订本政策。", [3]),
        ("# Changes\n\nWe may change this policy, like any parrot.", []),
        ("# Changes\n\nThird parties such as Parrot change theirs.", []),
        ("# Sharing\n\nParrot may get your data.", []),
        ('This app is operated by Parrot Ltd. ("we").\n\n# Changes\n\nParrot may change this policy.', []),
    ],
)
def test_a_foreign_name_in_a_general_clause(text: str, lines: list[int]) -> None:
    """Declared parties and names that the catalog knows; not the operator's, no common word, no clause about others."""
    assert [line for line, _ in found(foreign_boilerplate, text)] == lines
