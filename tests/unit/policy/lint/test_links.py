"""Homepages and policies."""

import pytest

from auditor.policy.lint.links import homepage_links, is_homepage, missing_links, vague_links

from . import found


@pytest.mark.parametrize(
    ("link", "homepage"),
    [
        ("https://acme.example", True),
        ("http://www.acme.example/", True),
        ("https://acme.example/privacy", False),
        ("https://privacy.acme.example/", False),
        ("https://acme.example/#/", True),
    ],
)
def test_homepage(link: str, homepage: bool) -> None:
    """No path, and no host of its own for policies."""
    assert is_homepage(link) is homepage


PROMISED = "Acme Ltd. - provides us with SMS. The link of its privacy policy is as follows:"


@pytest.mark.parametrize(
    ("below", "missing"),
    [
        ("", True),
        ("\n\nhttps://acme.example/privacy", False),
        ("\n\nwww.acme.example/privacy", False),
        ("\n\nWe like nails.", True),
        ("\n\n" + "We like nails. " * 10 + "https://nails.example/privacy", True),
        (" https://acme.example/privacy", False),
    ],
)
def test_a_link_that_is_announced_stands_there_or_in_the_line_below(below: str, missing: bool) -> None:
    """An address at the end of a long paragraph is another one's."""
    assert found(missing_links, PROMISED + below) == ([(1, "Acme Ltd.")] if missing else [])


def test_parties_whose_only_link_is_a_front_page() -> None:
    """One with the policy's address beside it is told nothing."""
    text = "Acme Ltd. - provides us with SMS, link: {}"
    assert found(homepage_links, text.format("https://acme.example")) == [(1, "Acme Ltd. (https://acme.example)")]
    assert found(homepage_links, text.format("https://acme.example https://acme.example/privacy")) == []
    assert found(homepage_links, "Acme Ltd. - provides us with SMS.") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("For details please visit the official website of Acme.", [(1, "please visit the official website ...")]),
        ("For details please visit the website https://acme.example/privacy.", []),
        ("Please visit our website.", []),
    ],
)
def test_a_website_needs_its_address(text: str, told: list[tuple[int, str]]) -> None:
    """One's own is known to the reader."""
    assert found(vague_links, text) == told
