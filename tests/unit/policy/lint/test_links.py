"""Homepages and policies."""

import pytest

from auditor.policy.lint.links import is_homepage


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
