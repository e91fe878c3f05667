"""Every automatic lint rule on texts of its own: two that show it, and near misses. The cases are data, found by glob."""

import tomllib
from pathlib import Path

import pytest

from auditor import policy
from auditor.catalog import rule_texts
from auditor.policy.lint.family import RULES

FOLDER = Path(__file__).parents[3] / "golden" / "policies" / "lint"
CASES = [
    pytest.param(path.stem, case, id=f"{path.stem}: {case['name']}")
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
]
LINES = {
    f"{path.stem}: {case['name']}": case["lines"]
    for path in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
}
TEXTS = rule_texts.load()


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_case(rule: str, case: dict[str, object]) -> None:
    """The rule is found on exactly these lines."""
    text = str(case["text"])
    reading = policy.read((policy.PolicyFile(name="case.txt", data=("\n" + text).encode()),))
    lines = sorted({finding.line for finding in policy.lint(reading, TEXTS) if finding.rule == rule})
    assert lines == case["lines"]


def test_every_rule_has_two_texts_that_show_it_and_a_near_miss() -> None:
    """A rule without cases would be shown on one policy only."""
    for rule in RULES:
        lines = [found for name, found in LINES.items() if name.startswith(f"{rule.id}: ")]
        assert sum(map(bool, lines)) >= 2, rule.id
        assert any(not found for found in lines), rule.id


def test_every_automatic_rule_of_the_catalog_is_in_the_family_and_no_other() -> None:
    """What a person must answer is not answered by a program."""
    automatic = {text.id for text in TEXTS if text.id.startswith("POL-") and text.automatic}
    assert {rule.id for rule in RULES} == automatic
