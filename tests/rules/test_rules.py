"""Every rule on its cases, and every rule and text on what a rule must have."""

import pytest

from auditor.catalog import rule_texts
from auditor.judge.findings import find
from auditor.judge.rules import RULES
from auditor.model.rule import Cited, RuleText
from tests.rules.case_facts import FOLDER, Case, cases

FILES = sorted(FOLDER.glob("*.toml"))
CASES = [case for path in FILES for case in cases(path)]
SORTS = {"positive", "negative", "near_miss"}
UNSEEN: set[str] = set()
"""What no capture that the tool reads can show: a person must answer, and the texts say so."""

CITED = {text.id: Cited(text=text, citations=text.references) for text in rule_texts.load()}


def judged_texts() -> list[RuleText]:
    """The texts of rules that judge traffic; POL- rules judge the policy's text."""
    return [cited.text for cited in CITED.values() if not cited.text.id.startswith("POL-")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_case(case: Case) -> None:
    """A rule finds exactly what its case expects."""
    rules = tuple(rule for rule in RULES if rule.id == case.rule)
    found = [row.finding for row in find(case.facts, CITED, rules)]
    shown = [
        {key: getattr(finding, "finding_class" if key == "class" else key) for key in expected}
        for finding, expected in zip(found, case.findings, strict=False)
    ]
    wanted = [{key: None if value == "null" else value for key, value in expected.items()} for expected in case.findings]
    assert (shown, len(found)) == (wanted, len(wanted)), [finding.message for finding in found]
    assert not [finding for finding in found if _has_gap(finding.message) or _has_gap(finding.message_zh)]


def _has_gap(message: str) -> bool:
    """Whether a field of a message was filled in with nothing."""
    return not message or any(word in message for word in ("None", "<NA>", " nan", " - declares", "(-)"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_all_three_sorts_of_cases(rule: object) -> None:
    """What it finds, what it leaves, and what is nearly a finding."""
    own = [case for case in CASES if case.rule == rule.id]  # type: ignore[attr-defined]
    assert {case.sort for case in own} == SORTS
    assert all(case.findings for case in own if case.sort == "positive")
    assert not any(case.findings for case in own if case.sort == "negative")


def test_every_rule_has_a_text_and_every_text_a_rule() -> None:
    """No rule without words; no words without a rule, but for those that say that a person must answer."""
    rules = [rule.id for rule in RULES]
    assert len(rules) == len(set(rules))
    texts = {text.id: text.automatic for text in judged_texts()}
    assert set(texts) - set(rules) == UNSEEN
    assert not set(rules) - set(texts)
    assert {name for name, automatic in texts.items() if not automatic} == UNSEEN


def test_every_file_of_cases_belongs_to_a_rule() -> None:
    """A renamed rule takes its cases with it."""
    assert {path.stem for path in FILES} == {rule.id for rule in RULES}


def test_rules_bear_empty_facts() -> None:
    """A session in which nothing was seen gives no finding but those on what is missing."""
    from tests.rules.case_facts import facts

    found = find(facts([], surfaces=()), CITED)
    assert {row.finding.rule for row in found} <= {"COV-LEG-UNSEEN", "COV-PHASE-MISSING", "DECL-NOT-OBSERVED"}
