"""Every company behind a recipient is named, in both languages, with its country."""

from dataclasses import replace

import pytest

from auditor.model.audit import RecipientRow
from auditor.report import companies
from auditor.report.html import render
from auditor.report.lists import render as lists
from tests.unit.report import sample_audit

AMAP, UMENG = "AutoNavi Software Co., Ltd.", "Umeng (Beijing) Technology Co., Ltd."


def group(**fields: object) -> RecipientRow:
    """A group of two companies as one recipient."""
    (row,) = (row for row in sample_audit.audit().recipients if row.recipient == "umeng.com")
    two = {"entities": (AMAP, UMENG), "entities_zh": ("高德软件有限公司", UMENG), "countries": ("CN", "SG")}
    return replace(row, **(two | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(("lang", "said"), [("en", f"{AMAP}; {UMENG}"), ("zh", f"高德软件有限公司；{UMENG}")])
def test_all_are_named(lang: str, said: str) -> None:
    """In the order of the table, each once however many rows there are."""
    assert companies.named([group(), group()], lang) == said


def test_a_document_of_an_earlier_version_has_the_first_alone() -> None:
    """Its one name and country count; where there is none, nothing is said."""
    old = group(entities=(), entities_zh=(), countries=())
    assert (companies.named([old], "en"), companies.countries(old)) == (UMENG, ("CN",))
    assert (
        companies.named([replace(old, entity=None, entity_zh=None)], "zh"),
        companies.seats(replace(old, country=None), "en"),
    ) == (
        "",
        "-",
    )


def test_a_document_whose_lists_differ_in_length_is_read_in_english() -> None:
    """Anybody may have written it."""
    assert companies.names([group(entities_zh=("高德软件有限公司",))]) == {AMAP: AMAP, UMENG: UMENG}


def test_the_lists_and_the_page_name_them_with_their_countries() -> None:
    """A draft of a list of recipients that left a company out would be wrong."""
    audit = sample_audit.audit()
    made = replace(audit, recipients=tuple(group() if row.recipient == "umeng.com" else row for row in audit.recipients))
    (line,) = [line for line in lists(made, "en")["lists/recipients.csv"].decode("utf-8-sig").splitlines() if "umeng.com" in line]
    assert f'"{AMAP}; {UMENG}","China, Singapore"' in line
    shown = render(made, "en").decode()
    assert f"{AMAP}; {UMENG}" in shown
    assert "several countries" in shown
    assert "several countries" not in render(audit, "en").decode()
