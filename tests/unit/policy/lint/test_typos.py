"""Joined words."""

import pytest

from auditor.policy.lint.typos import split


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("yourdata", ("your", "data")),
        ("theservice", ("the", "service")),
        ("unlessit", ("unless", "it")),
        ("includenames", ("include", "names")),
    ],
)
def test_joined(word: str, parts: tuple[str, str]) -> None:
    """One of the two is a word that stands everywhere."""
    assert split(word) == parts


@pytest.mark.parametrize(
    "word",
    (
        *("withdraw", "notwithstanding", "hereinafter", "without", "understand", "however", "information", "perform", "password"),
        *("username", "website", "another", "forward", "inform", "together", "smartphone", "wristband", "paywall", "homepage"),
        *("onof", "ofit", "tobe", "xyin", "inxy"),
        *("firmware", "xylophone", "yours", "itself", "thereof", "anyone", "onboarding"),
    ),
)
def test_right_as_it_is(word: str) -> None:
    """Compounds, and words that fall into other words by chance."""
    assert split(word) is None
