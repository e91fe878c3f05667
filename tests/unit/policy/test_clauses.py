"""Topics, definitions and clauses on collection."""

import pytest

from auditor.policy.clauses import Topic, collections, definitions, topic_of, topics
from auditor.policy.document import Document, PolicyFile, read_document


def document(text: str) -> Document:
    return read_document((PolicyFile(name="p", data=text.encode()),))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("We keep your data for 30 days.", Topic.RETENTION),
        ("我们不会向境外提供您的信息。", Topic.TRANSFER),
        ("Account means the record of your settings.", Topic.DEFINITIONS),
        ("You may complain to us.", Topic.COMPLAINT),
        ("The bright leaf is green.", None),
    ],
)
def test_topic_by_words(text: str, topic: Topic | None) -> None:
    """Where no title helps; a word inside another one does not count."""
    assert topic_of(document(text).paragraphs[0]) is topic


def test_a_title_decides_before_words() -> None:
    """A clause on children that speaks of keeping data is about children."""
    paragraphs = document("Children\n\nWe do not keep data of pupils for months.").paragraphs
    assert topic_of(paragraphs[1]) is Topic.CHILDREN


def test_a_title_alone_covers_nothing() -> None:
    """An empty section is not a clause."""
    assert Topic.SECURITY not in topics(document("How We Protect Data\n\nContact\n\nWrite to us, please."), "en")


def test_definitions_in_both_languages() -> None:
    """With the data that they list."""
    found = definitions(document("Device Data means the IMEI and the MAC address.\n\n个人信息是指姓名、手机号码。"))
    assert [(one.term, one.items) for one in found] == [("Device Data", ("imei", "mac")), ("个人信息", ("name", "phone"))]


def test_collections_leave_out_denials_and_other_clauses() -> None:
    """Only what the operator says it collects."""
    text = "We collect your IMEI to detect fraud.\n\nWe do not collect your location.\n\nAcme Ltd. - collects your phone number"
    assert [(one.items, one.purpose) for one in collections(document(text))] == [(("imei",), "to detect")]


LISTED = {
    "1. What we collect\n\nTo register you we need the following:\n- phone number\n- password\n": [("phone",), ("password",)],
    "1. Data we collect\n\nAccount: phone number\nDevice: IMEI and so on\n": [("phone",), ("imei",)],
    "一、我们收集的信息\n\n注册信息：手机号、邮箱。\n": [("phone", "email")],
    "1. Data we collect\n\n| Data | Purpose |\n|---|---|\n| phone number | to register you |\n": [("phone",)],
    "1. How we protect data\n\n- passwords are hashed\n": [],
    "1. Data we collect\n\nYour phone number matters to us.\n": [],
}
"""Below a title that says the verb: lists, lines of a kind, tables; and near misses."""


@pytest.mark.parametrize("text", LISTED)
def test_what_stands_below_a_title_of_collection_is_collected(text: str) -> None:
    """The items need no verb of their own."""
    assert [found.items for found in collections(document(text))] == LISTED[text]


def test_the_words_that_announce_a_list_give_its_purpose() -> None:
    """To every item; without them an item has none, and a table's row has its own."""
    texts = list(LISTED)
    assert [bool(found.purpose) for found in collections(document(texts[0]))] == [True, True]
    assert [bool(found.purpose) for found in collections(document(texts[1]))] == [False, False]
    assert [bool(found.purpose) for found in collections(document(texts[3]))] == [True]
