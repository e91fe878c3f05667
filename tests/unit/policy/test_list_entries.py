"""Entries of a list of parties, and paragraphs that look alike."""

import pytest

from auditor.policy.document import PolicyFile, read_document
from auditor.policy.list_entries import list_entry
from auditor.policy.names import KnownParty


def name_in(text: str) -> str | None:
    paragraph = read_document((PolicyFile(name="p", data=text.encode()),)).paragraphs[0]
    entry = list_entry(paragraph)
    return paragraph.text[entry.start : entry.end] if entry else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acme Inc. - provides us with SMS", "Acme Inc."),
        ("1. Acme Inc. – processes payments", "Acme Inc."),
        ("• Bugsnag: used for crash reports", "Bugsnag"),
        ("eBay - we use eBay to sell", "eBay"),
        ("小鸟推送——我们使用其推送服务", "小鸟推送"),
        ("Acme-Birch Ltd. - provides us with SMS", "Acme-Birch Ltd."),
    ],
)
def test_entries(text: str, name: str) -> None:
    """A name, a dash or colon, and what it does."""
    assert name_in(text) == name


KNOWN = (KnownParty(party="acme", names=("Acme", "小鸟")),)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("- Acme: crash reports", "Acme"),
        ("2. 小鸟：短信", "小鸟"),
        ("- Birch: crash reports", None),  # nobody that the catalog knows
        ("Acme: crash reports", None),  # no item of a list
        ("- Acme: a town in Ohio", None),  # says no purpose
        ("- 小鸟、大树：短信", None),  # two names are for the reader of sentences
        ("- Acme: crash reports " + "and more of them " * 8, None),  # a sentence
    ],
)
def test_a_known_brand_with_its_purpose_is_an_entry(text: str, name: str | None) -> None:
    """In a list a brand needs no company beside it."""
    paragraph = read_document((PolicyFile(name="p", data=text.encode()),)).paragraphs[0]
    entry = list_entry(paragraph, KNOWN)
    assert (paragraph.text[entry.start : entry.end] if entry else None) == name


@pytest.mark.parametrize(
    "text",
    [
        "Account - refers to the user account",
        "(1) Registration information - When you register we collect it",
        "Payment processors - we use several companies",
        "注册信息——为您提供服务时收集",
        "支付服务——我们使用第三方",
        "We - provide it",
        "Acme Inc. - a company in Delaware",
    ],
)
def test_near_misses(text: str) -> None:
    """Definitions, kinds of data and kinds of companies are no parties."""
    assert name_in(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("– Acme Web Services EMEA SARL (hosting, Luxembourg)", "Acme Web Services EMEA SARL"),
        ("2. Birch GmbH (sends our text messages).", "Birch GmbH"),
        ("- Birch GmbH (Luxembourg)", None),
        ("Birch GmbH (hosting)", None),
    ],
)
def test_a_company_with_what_it_is_for_in_brackets(text: str, name: str | None) -> None:
    """In a list, where the brackets say a purpose."""
    assert name_in(text) == name
