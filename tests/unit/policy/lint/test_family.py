"""Every automatic lint rule on texts of its own: two that show it, and near misses. The cases are data, found by glob."""

import tomllib
from pathlib import Path

import pytest

from auditor import policy
from auditor.catalog import rule_texts
from auditor.policy.lint import family
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


@pytest.mark.parametrize(
    ("template", "detail", "message"),
    [
        ("Not a person: {detail}.", "Acme Ltd.", "Not a person: Acme Ltd."),
        ("Not a person: {detail}.", "Acme", "Not a person: Acme."),
        ("Cut: {detail}.", "one two ...", "Cut: one two ...."),
        ("{detail} is no person", "Acme Ltd.", "Acme Ltd. is no person"),
    ],
)
def test_a_full_stop_of_the_detail_is_the_sentences(template: str, detail: str, message: str) -> None:
    """Not a second one; dots that stand for more words are none."""
    assert family._filled(template, detail) == message


def test_findings_come_in_the_order_of_files_lines_and_columns() -> None:
    """Whatever the order of the rules; only those whose text is given are run."""
    texts = [f"We like nails {number}:\n\n# End\n\nWe like yourdata and theservice:\n" for number in (1, 2)]
    files = tuple(policy.PolicyFile(name=name, data=text.encode()) for name, text in zip("ba", texts, strict=True))
    chosen = tuple(text for text in TEXTS if text.id in ("POL-LIST-EMPTY", "POL-WORDS-JOINED", "POL-TYPO"))
    found = policy.lint(policy.read(files), TEXTS)
    places = [("ba".index(one.file), one.line, one.column) for one in found]
    assert places == sorted(places)
    assert {one.file for one in found} == {"a", "b"}
    assert {one.rule for one in policy.lint(policy.read(files), chosen)} <= {text.id for text in chosen}
    assert policy.lint(policy.read(files), ()) == ()
