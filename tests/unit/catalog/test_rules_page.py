"""The page of all rules is made from the data and up to date."""

from pathlib import Path

from auditor.catalog import reference_list, rule_texts, rules_page

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"


def test_the_page_is_up_to_date() -> None:
    """After a change of the data: python -m auditor.catalog.rules_page > docs/rules.md."""
    page = rules_page.render(rule_texts.load(), reference_list.load())
    assert PAGE.read_text(encoding="utf-8") == page.rstrip() + "\n"


def test_every_rule_has_its_section() -> None:
    """`explain` and the page know the same rules."""
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"### {rule.id}\n" in page for rule in rule_texts.load())
