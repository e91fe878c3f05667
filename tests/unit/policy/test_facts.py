"""What a policy says of itself."""

import pytest

from auditor.policy import facts
from auditor.policy.document import Document, PolicyFile, read_document


def document(text: str) -> Document:
    return read_document((PolicyFile(name="p", data=text.encode()),))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Effective Date: 24 December, 2020", "2020-12-24"),
        ("Last updated: May 4, 2026", "2026-05-04"),
        ("effective 12th March 2025", "2025-03-12"),
        ("生效日期：2020年12月24日", "2020-12-24"),
        ("Updated on 2024-02-29", "2024-02-29"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    """The usual ways to write one."""
    assert [dated.iso for dated in facts.effective_dates(document(text))] == [iso]


@pytest.mark.parametrize("text", ["Effective 31 February 2024", "Founded on 3 March 2009", "Effective from today"])
def test_no_date(text: str) -> None:
    """Days that do not exist, other dates, none."""
    assert facts.effective_dates(document(text)) == ()


@pytest.mark.parametrize(("text", "version"), [("Version: V1.1", "1.1"), ("版本：v2.0.3", "2.0.3"), ("conversion 3", "")])
def test_version(text: str, version: str) -> None:
    """Without its v; not a part of another word."""
    assert facts.version(document(text)) == version


@pytest.mark.parametrize(
    "text",
    [
        "The app is operated by Acme Garden Ltd. together with Birch Inc. as a shop.",
        'Acme Garden Ltd. ("we") makes lamps.',
        "Our data controller is Acme Garden Ltd. in Bristol.",
    ],
)
def test_controller(text: str) -> None:
    """The company nearest to the words that make it the operator."""
    assert [operator.name for operator in facts.controller_names(document(text))] == ["Acme Garden Ltd."]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.acme.example", "acme.example"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("acme.com.cn", "acme.com.cn"),
        ("a.b.acme.de", "acme.de"),
    ],
)
def test_site_domain(host: str, domain: str) -> None:
    """Two labels, three below a second level."""
    assert facts.site_domain(host) == domain
