"""Every text is there in both languages, and every name that the code asks for has one."""

import string

import pytest

from auditor.live.classes import BY_RELATION, RowClass, Why
from auditor.live.rows import BLIND_INSIGHTS
from auditor.live.words import LANGUAGES, language_of, page_words, why_text, word
from auditor.model.vocabulary import Surface

TABLES = dict(page_words())
TEXTS = [(table, name) for table, texts in TABLES.items() for name in texts]


@pytest.mark.parametrize(("table", "name"), TEXTS)
def test_both_languages_are_filled_with_the_same_facts(table: str, name: str) -> None:
    texts = TABLES[table][name]
    assert len(texts) == len(LANGUAGES)
    fields = [sorted(field for _, field, _, _ in string.Formatter().parse(text) if field) for text in texts]
    assert all(texts)
    if table != "why":
        assert fields[0] == fields[1]


@pytest.mark.parametrize("name", [*BY_RELATION, "before_consent", "declined", *BLIND_INSIGHTS])
def test_every_reason_has_a_text(name: str) -> None:
    assert name in TABLES["why"]


def test_every_class_and_surface_has_a_word() -> None:
    assert set(RowClass) == set(TABLES["class"])
    assert set(Surface) == set(TABLES["surface"])


def test_a_name_that_is_not_known_stands_for_itself() -> None:
    assert word("why", "a newer word", "zh") == "a newer word"


@pytest.mark.parametrize(
    ("why", "language", "text"),
    [
        (
            Why(key="declared", clause="L175", party="alibaba_cloud", purposes="push"),
            "en",
            "L175 declares alibaba_cloud for push",
        ),
        (Why(key="first_party"), "en", "the product's own server"),
        (Why(key="first_party"), "zh", "产品自己的服务器"),
        (Why(key="before_consent"), "en", "sent before anybody consented"),
        (Why(key="data_vague", clause="L85"), "en", "that it gets it is said nowhere (L85)"),
    ],
)
def test_a_why_line_names_the_line_of_the_policy_where_there_is_one(why: Why, language: str, text: str) -> None:
    assert why_text(why, language) == text


@pytest.mark.parametrize(
    ("locale", "language"), [("zh_CN.UTF-8", "zh"), ("en_US", "en"), ("", "en"), ("ZH-hans", "zh"), ("C", "en")]
)
def test_the_locale_chooses_the_language(locale: str, language: str) -> None:
    assert language_of(locale) == language
