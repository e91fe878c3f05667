import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from auditor.model.audit import Audit
from auditor.model.declaration import QuoteRow, TextChangeRow, TextRow
from auditor.report import html, page
from auditor.since import with_changes

from . import sample_audit

DOCUMENTS = (
    sample_audit.audit,
    sample_audit.passed,
    sample_audit.inconclusive,
    sample_audit.empty,
    sample_audit.hostile,
    sample_audit.local,
)


class Page(HTMLParser):
    """What a browser would make of the page: every element with its attributes, and all text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self._inside: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self._inside[-1:]):
            self._texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self._texts)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def parsed(build: Callable[[], Audit], lang: str = "en") -> Page:
    return Page(html.render(build(), lang).decode())


@pytest.mark.parametrize("build", DOCUMENTS)
def test_the_page_has_one_script_and_one_style_both_allowed_by_their_hash_alone(build: Callable[[], Audit]) -> None:
    text = html.render(build(), "en").decode()
    shown = Page(text)
    policy = next(meta["content"] for meta in shown.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        assert [attributes for attributes in shown.named(tag) if attributes.get("type") != "application/json"] == [{}]
        content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert content is not None
        assert base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode() in policy


@pytest.mark.parametrize("build", DOCUMENTS)
def test_nothing_in_the_page_leads_outside_or_runs(build: Callable[[], Audit]) -> None:
    shown = parsed(build)
    wanted = {"html", "head", "meta", "title", "style", "body", "script"}
    assert not {"img", "iframe", "object", "embed", "base", "link", "video", "audio", "source"} & {
        tag for tag, _ in shown.elements
    }
    for tag, attributes in shown.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes, tag
        assert "src" not in attributes, tag
        assert (attributes.get("href") or "#").startswith("#"), tag
    assert [meta.get("http-equiv") for meta in shown.named("meta") if "http-equiv" in meta] == ["Content-Security-Policy"]
    assert wanted <= {tag for tag, _ in shown.elements}


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    shown = parsed(sample_audit.hostile)
    assert "<script>document.title='owned'</script>" in shown.text
    assert "{{ 7*7 }}${7*7}" in shown.text
    assert r"\u202egpj.exe" in shown.text
    assert not any(character in shown.text for character in "\x1b\x9b\u202e\u200b\x00")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages_stand_in_the_page_and_the_asked_one_is_chosen(lang: str) -> None:
    shown = parsed(sample_audit.audit, lang)
    assert "NO-GO" in shown.text
    assert "不放行" in shown.text
    checked = [radio["value"] for radio in shown.named("input") if radio.get("name") == "language" and "checked" in radio]
    assert checked == [lang]
    assert shown.named("html")[0]["lang"] == lang


def test_ids_are_unique_and_every_link_of_the_page_leads_somewhere() -> None:
    shown = parsed(sample_audit.audit)
    ids = [attributes["id"] for _, attributes in shown.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {(attributes["href"] or "")[1:] for attributes in shown.named("a")}
    assert targets <= set(ids)
    described = {part for _, attributes in shown.elements for part in (attributes.get("aria-labelledby") or "").split()}
    assert described <= set(ids)


SAID = [
    "Scripted demonstration traffic between local servers",
    "1 waiver has expired and does not count",
    "The register asks for less than the default coverage",
    "required, not recorded",
    "printer-2.pcap: damaged",
    "api.paypal.com (paypal, app): the content of 2 flows could not be seen",
    "contradicted",
    "a list is announced and empty",
    "86••••••••••21",
    "wireshark -r printer.pcapng -Y 'frame.number == 812'",
    "not legal advice",
    hashlib.sha256(b"policy").hexdigest(),
    "! umeng.com · 11",
]


@pytest.mark.parametrize("words", SAID)
def test_the_page_says(words: str) -> None:
    assert words in " ".join(parsed(sample_audit.audit).text.split())


def test_beyond_the_limit_the_page_says_where_the_rest_is_and_stays_small() -> None:
    data = html.render(sample_audit.large(5000), "en")
    shown = Page(data.decode())
    assert len(data) < 10_000_000
    assert len([1 for details in shown.named("details") if details.get("class") == "finding"]) == page.FINDINGS
    assert "Only the first 200 of 5000 findings are on this page" in shown.text


@pytest.mark.parametrize("build", DOCUMENTS)
def test_the_same_audit_gives_the_same_page(build: Callable[[], Audit]) -> None:
    assert html.render(build(), "zh") == html.render(build(), "zh")


def test_a_data_block_holds_nothing_that_ends_it_and_says_the_same() -> None:
    value = {"</script><script>": ["<!--", "\u2028", "&lt;", "\ud800"]}
    block = str(html.data_block(value))
    assert not set("<>&") & set(block)
    assert json.loads(block) == value


def test_every_finding_of_the_page_has_its_ticket_in_both_languages() -> None:
    text = html.render(sample_audit.audit(), "en").decode()
    block = re.search(r'<script type="application/json" id="tickets">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    tickets = json.loads(block[1])
    assert tickets.keys() == {row.id for row in sample_audit.audit().findings}
    assert all(english != chinese for english, chinese in tickets.values())


def test_the_policys_words_stand_beside_the_finding_in_their_own_language() -> None:
    base = sample_audit.audit()
    quotes = (
        QuoteRow(clause="L133", line="L133", language="en", text="we <encrypt>"),
        QuoteRow(clause="L133", line="L20", language="zh-Hans", text="数据加密"),
    )
    shown = Page(html.render(replace(base, register=replace(base.register, quotes=quotes)), "en").decode())
    languages = {quote["lang"] for quote in shown.named("blockquote")}
    assert languages == {"en", "zh-Hans"}
    assert "we <encrypt>" in shown.text


@pytest.mark.parametrize("words", ["2 次", "<b>"])
def test_a_sentence_without_its_chinese_stands_in_english(words: str) -> None:
    assert html.pairs([words], []) == [(words, words)]
    assert html.pairs([words], ["x"]) == [(words, "x")]


def test_what_changed_since_the_last_release_is_counted() -> None:
    before = sample_audit.audit()
    after = with_changes(replace(before, recipients=before.recipients[1:]), before)
    text = " ".join(Page(html.render(after, "en").decode()).text.split())
    assert "For legal" not in text
    assert "−1" in text
    grown = with_changes(before, replace(before, recipients=before.recipients[1:]))
    assert "consent may have to be asked for anew" in Page(html.render(grown, "en").decode()).text


def test_devices_their_talk_and_the_set_up_are_shown() -> None:
    text = " ".join(Page(html.render(sample_audit.local(), "en").decode()).text.split())
    for words in ("Espressif Inc.", "tcp/9100", "PJL", "the link between phone and printer", "to everyone"):
        assert words in text


def test_a_policy_text_that_nobody_gave_is_not_a_policy_without_defects() -> None:
    base = replace(sample_audit.audit(), lint=())
    said = Page(html.render(base, "en").decode()).text
    assert "was not looked at" in said
    assert "Defects of the policy text (0)" not in " ".join(said.split())
    given = replace(base.register, texts=(TextRow(path="policy.txt", sha256="0" * 64),))
    assert "No defect was found" in Page(html.render(replace(base, register=given), "en").decode()).text


def test_where_the_text_differs_from_the_register_is_shown() -> None:
    base = sample_audit.audit()
    row = TextChangeRow(party="push_co", what="added", was="", now="Push <Co>", line="policy.txt:12")
    text = Page(html.render(replace(base, register=replace(base.register, text_changes=(row,))), "en").decode()).text
    assert "Push <Co>" in text
    assert "policy.txt:12" in text


def test_a_closed_contact_of_the_printer_is_not_called_one_without_identifiers() -> None:
    """203.0.113.9 has nothing but closed flows in the sample."""
    page_text = html.render(sample_audit.audit(), "en").decode()
    card = page_text[page_text.index('<section id="printer"') :].split("203.0.113.9", 2)[2].split("</li>", 1)[0]
    assert "could not be read" in card
    assert "No identifier was seen" not in card


def test_an_empty_session_has_no_legends_of_nothing() -> None:
    """Nobody was seen: the page says so, and that this says nothing."""
    text = html.render(sample_audit.empty(), "en").decode()
    assert "No recipient was seen." in text
    assert "No flow to draw." in text
    assert 'class="matrix"' not in text


def test_sentences_stand_apart_and_chinese_has_its_own_punctuation() -> None:
    """Blocks of a template end without a blank; a colon of the other script beside Chinese is a slip."""
    drawn = html.render(sample_audit.audit(), "zh").decode()
    assert "</strong><strong>" not in drawn
    said = " ".join(Page(drawn).text.split())
    assert not re.search("[\u4e00-\u9fff]: ", said)


def test_why_a_body_was_not_looked_through_is_said_in_the_language_of_the_page() -> None:
    """Its gate has the Chinese; of a document without it the English stands."""
    audit = sample_audit.audit()
    english = "app.mitm#77aa response body: content-encoding rot13"
    assert english in audit.coverage.unread
    chinese = "app.mitm#77aa 响应正文：内容编码 rot13 未解开"
    gates = [replace(one, detail_zh=(chinese,) if one.name == "bodies_inspected" else ()) for one in audit.coverage.gates]
    said = replace(audit, coverage=replace(audit.coverage, gates=tuple(gates)))
    assert page.parts(said)["unread"] == ((english, chinese),)
    assert page.parts(audit)["unread"] == ((english, english),)
    assert (
        f'<li><span class="en" lang="en">{english}</span><span class="zh" lang="zh">{chinese}</span></li>'
        in html.render(said, "zh").decode()
    )
