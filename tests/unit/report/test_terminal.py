from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len

from auditor.model.audit import Audit
from auditor.model.vocabulary import Relation
from auditor.report import markdown
from auditor.report.sankey import Standing, standing
from auditor.report.terminal import summary
from auditor.since import with_changes

from . import sample_audit

DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty, sample_audit.hostile)


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("build", DOCUMENTS)
def test_a_summary_has_at_most_twelve_lines_that_fit_and_steer_nothing(build: Callable[[], Audit], lang: str, width: int) -> None:
    text = summary(build(), lang, width)
    lines = text.removesuffix("\n").split("\n")
    assert len(lines) <= 12
    assert max(cell_len(line) for line in lines) <= width
    assert not any(character in text for character in "\x1b\x9b\x07\r\u202e\u200b")


def test_it_says_decision_strangers_first_findings_coverage_and_what_could_not_be_seen() -> None:
    audit = sample_audit.audit()
    text = summary(audit, "en", 120)
    assert text.startswith("NO-GO (fail) · demo")
    assert "Not declared (2): 203.0.113.9, umeng.com" in text
    assert all(row.id in text for row in audit.findings[:2])
    assert "3 of 7" in text
    assert "printer-2.pcap: damaged" in text
    assert "not a recording of any released product" in text


@pytest.mark.parametrize("relation", [Relation.SAME_GROUP, Relation.OTHER_SURFACE, Relation.OTHER_PURPOSE])
def test_what_is_declared_for_something_else_is_not_called_declared(relation: Relation) -> None:
    audit = sample_audit.passed()
    rows = tuple(replace(row, relation=relation) if row.recipient == "umeng.com" else row for row in audit.recipients)
    known = tuple(row for row in rows if standing(row.relation) is not Standing.STRANGE)
    text = summary(replace(audit, recipients=known), "en", 200)
    assert "Not declared (0): nobody; declared, but not for this: " in text
    assert "umeng.com" in text
    assert "every recipient is declared" not in text


def test_a_session_without_objections_says_so() -> None:
    text = summary(sample_audit.passed(), "en", 100)
    assert text.startswith("GO (pass)")
    assert "nothing was hidden" in text


def test_a_file_gets_whole_lines() -> None:
    whole = summary(sample_audit.audit(), "en")
    assert max(len(line) for line in whole.splitlines()) > 100


def test_what_changed_since_the_last_release_is_one_line() -> None:
    before = sample_audit.audit()
    after = with_changes(replace(before, recipients=before.recipients[1:]), before)
    text = summary(after, "en")
    assert "Since the last release: Findings +0 −0, Recipients +0 −1" in text
    assert len(text.splitlines()) <= 12


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((3, 1), "4 flows of an idle phone or of other apps were not judged"),
        ((1, 0), "1 flow of an idle phone or of other apps was not judged"),
        ((0, 0), None),
    ],
)
def test_what_was_subtracted_is_said(counts: tuple[int, int], said: str | None) -> None:
    """In the terminal and in summary.md, with the line of a blind spot given up for it."""
    audit = sample_audit.audit()
    inputs = [replace(row, left_out=count) for row, count in zip(audit.inputs[:2], counts, strict=True)]
    audit = replace(audit, inputs=(*inputs, *audit.inputs[2:]))
    texts = (summary(audit, "en"), markdown.render(audit, "en").decode())
    assert [(said or "not judged") in text for text in texts] == [said is not None] * 2
    assert len(texts[0].splitlines()) <= 12
