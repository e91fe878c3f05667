"""Paragraphs with places, sections and languages."""

import pytest

from auditor.errors import DamagedError
from auditor.policy.document import TEXT_LIMIT, PolicyFile, read_document


def test_sections_do_not_reach_into_the_next_language() -> None:
    """The last English title says nothing about the Chinese text below."""
    text = "Contact\n\nWrite to us at the address.\n\n我们收集您的电子邮箱,用于登录。\n"
    document = read_document((PolicyFile(name="p", data=text.encode()),))
    assert [(paragraph.language, paragraph.section) for paragraph in document.paragraphs] == [
        ("en", "Contact"),
        ("en", "Contact"),
        ("zh-Hans", ""),
    ]


def test_places_count_in_code_points() -> None:
    """A character beyond the first plane is one column."""
    document = read_document((PolicyFile(name="p", data="  😀 Acme Ltd. is ours.".encode()),))
    paragraph = document.paragraphs[0]
    assert paragraph.place(paragraph.text.index("Acme")) == (1, 5)


def test_a_text_longer_than_any_policy_is_refused() -> None:
    """Quickly, and with the limit."""
    with pytest.raises(DamagedError, match="more than 1 million characters"):
        read_document((PolicyFile(name="p", data=b"word " * (TEXT_LIMIT // 5 + 1)),))


def test_a_page_without_text_is_damaged() -> None:
    """Scripts alone declare nothing."""
    with pytest.raises(DamagedError, match="a reader would see no text"):
        read_document((PolicyFile(name="p", data=b"<html><body><script>var a</script></body></html>"),))
