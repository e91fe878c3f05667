import subprocess
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from auditor.errors import UsageError
from auditor.model.audit import Audit
from auditor.report import pdf
from auditor.since import with_changes

from . import sample_audit


def full() -> Audit:
    """An audit in which every part of the page has as much to say as it may."""
    base = sample_audit.large(300, 80)
    audit = replace(
        base,
        session=replace(base.session, app_sha256="a" * 64, firmware_sha256="b" * 64),
        waivers=base.waivers * 9,
        claims=base.claims * 5,
        lint=base.lint * 9,
    )
    return with_changes(audit, sample_audit.passed())


DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty, full)


class Elements(HTMLParser):
    """The elements of the page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("build", DOCUMENTS)
def test_the_sign_off_is_one_a4_page(build: Callable[[], Audit], lang: str) -> None:
    weasyprint = pytest.importorskip("weasyprint", reason="WeasyPrint, the extra `pdf`, is not installed")
    assert len(weasyprint.HTML(string=pdf.markup(build(), lang)).render().pages) == 1


def test_the_bytes_are_a_pdf_and_the_same_each_time() -> None:
    pytest.importorskip("weasyprint", reason="WeasyPrint, the extra `pdf`, is not installed")
    data = pdf.render(sample_audit.audit(), "en")
    assert data.startswith(b"%PDF")
    assert pdf.render(sample_audit.audit(), "en") == data


@pytest.mark.parametrize("build", (*DOCUMENTS, sample_audit.hostile))
def test_the_page_refers_to_nothing(build: Callable[[], Audit]) -> None:
    elements = Elements(pdf.markup(build(), "en")).found
    assert not {tag for tag, _ in elements} & {"img", "link", "script", "object", "svg", "a", "base", "iframe"}
    assert {name for _, attributes in elements for name, _ in attributes} <= {"lang", "charset", "class"}


def test_the_page_says_what_is_signed() -> None:
    text = pdf.markup(sample_audit.audit(), "en")
    for words in (
        "NO-GO",
        "not a recording of any released product",
        "1 waiver has expired",
        "hosts decrypted: 50 %",
        "not legal advice",
    ):
        assert words in text
    assert sample_audit.audit().register.source_sha256 in text
    assert "不放行" in pdf.markup(sample_audit.audit(), "zh")


def test_the_page_says_what_was_tested_what_changed_and_who_receives_what() -> None:
    text = pdf.markup(full(), "en")
    for words in ("a" * 64, "Since the last release", "consent may have to be asked for anew", "✖ omitted", "? could not see"):
        assert words in text


def test_a_missing_chinese_font_is_said_before_a_page_of_boxes_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/fc-list")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: subprocess.CompletedProcess([], 0, b"", b""))
    with pytest.raises(UsageError, match="fonts-noto-cjk"):
        pdf._check_fonts("zh")


def test_the_page_may_load_nothing() -> None:
    with pytest.raises(ValueError, match="may load nothing"):
        pdf._refuse("http://evil.example/")
