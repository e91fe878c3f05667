import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from auditor.model.audit import Audit
from auditor.report import markdown
from auditor.since import with_changes

from . import sample_audit

DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty)
READER = MarkdownIt("gfm-like", {"linkify": False, "html": True})


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("build", DOCUMENTS)
def test_a_summary_reads_as_tables_of_at_most_twenty_rows(build: Callable[[], Audit], lang: str) -> None:
    shown = READER.render(markdown.render(build(), lang).decode())
    assert "<h2>" in shown
    assert (
        max(body.count("<tr>") for body in re.findall(r"<tbody>.*?</tbody>", shown, re.DOTALL)) <= 20
        if "<tbody>" in shown
        else True
    )


def test_it_says_what_a_pull_request_needs() -> None:
    text = markdown.render(sample_audit.audit(), "en").decode()
    assert text.startswith("## NO-GO: Traffic audit of demo")
    assert "> **Scripted demonstration traffic.**" in text
    assert "> **1 waiver has expired and does not count**" in text
    assert "| critical | Personal data sent before consent | `umeng.com` | IMEI | before consent |" in text
    assert "✖ Not met" in text


def test_more_findings_than_twenty_are_counted() -> None:
    assert "80 more: `report.html`" in markdown.render(sample_audit.large(100), "en").decode()


def test_hostile_text_makes_no_markup() -> None:
    shown = READER.render(markdown.render(sample_audit.hostile(), "en").decode())
    assert not re.search(r"<(script|img|meta|a|details|h1)\b", shown)
    assert "\u202e" not in shown


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_text_or_code_and_nothing_else(captured: str) -> None:
    for cell in (markdown.text(captured), markdown.code(captured)):
        shown = READER.render(f"| a |\n| --- |\n| x {cell} y |\n")
        assert set(re.findall(r"</?([a-z0-9]+)", shown)) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}
        assert shown.count("<td>") == 1


@pytest.mark.parametrize(("lang", "said"), [("en", "| Recipients | +0 | −1 | 0 |"), ("zh", "| 接收方 | +0 | −1 | 0 |")])
def test_what_changed_since_the_last_release_is_a_table(lang: str, said: str) -> None:
    before = sample_audit.audit()
    assert "−1" not in markdown.render(before, lang).decode()
    after = with_changes(replace(before, recipients=before.recipients[1:]), before)
    assert said in markdown.render(after, lang).decode()
