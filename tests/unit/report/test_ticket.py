from markdown_it import MarkdownIt

from auditor.report import page
from auditor.report.reproduce import formats
from auditor.report.ticket import ticket

from . import sample_audit


def tickets(lang: str) -> list[str]:
    audit = sample_audit.audit()
    flows = page.by_flow(audit)
    return [ticket(row, page.sightings_of(row, flows), formats(audit), lang) for row in audit.findings]


def test_a_ticket_names_the_finding_its_place_and_how_to_see_it_again() -> None:
    first = tickets("en")[0]
    assert first.startswith("## Personal data sent before consent")
    assert "`$.device.imei` (`gzip → json`): `86••••••••••21`" in first
    assert "$.device.oaid" not in first
    assert r"mitmweb --no-server -r app.mitm --set view_filter='~d ulogs\.umeng\.com'" in first
    assert "auditor explain FLOW-BEFORE-CONSENT" in first
    assert "GDPR Art. 13(1)(e)" in first


def test_a_ticket_is_written_in_the_language_that_was_asked_for() -> None:
    assert tickets("zh")[0].startswith("## 同意前发送个人信息")
    assert "严重程度" in tickets("zh")[0]


def test_hostile_text_makes_no_markup_in_a_ticket() -> None:
    audit = sample_audit.hostile()
    shown = "".join(
        MarkdownIt("gfm-like", {"linkify": False}).render(ticket(row, audit.sightings, {}, "en")) for row in audit.findings
    )
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<a " not in shown
