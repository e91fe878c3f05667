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
    with pytest.raises(DamagedError, match="more than 500,000 characters"):
        read_document((PolicyFile(name="p", data=b"word " * (TEXT_LIMIT // 5 + 1)),))


def test_a_page_without_text_is_damaged() -> None:
    """Scripts alone declare nothing."""
    with pytest.raises(DamagedError, match="a reader would see no text"):
        read_document((PolicyFile(name="p", data=b"<html><body><script>var a</script></body></html>"),))


def test_a_paragraph_longer_than_any_is_refused() -> None:
    """A text whose lines were lost would be one clause: nothing true could be said of it."""
    with pytest.raises(DamagedError, match="a paragraph of more than 200,000 characters"):
        read_document((PolicyFile(name="p", data=b"(" * 200_001),))


def languages(text: str) -> list[str]:
    return [paragraph.language for paragraph in read_document((PolicyFile(name="p", data=text.encode()),)).paragraphs]


def test_a_numbered_title_begins_the_other_version() -> None:
    """Two Latin words tell nothing by themselves: what stands below them does."""
    assert languages("我们收集您的信息。\n\n1. Sharing\n\nWe share your data with nobody.") == ["zh-Hans", "en", "en"]
    assert languages("# 我们收集您的信息\n\n# Privacy Policy\n\nWe share your data with nobody.") == ["zh-Hans", "en", "en"]


def test_a_name_in_a_list_does_not_begin_the_other_version() -> None:
    """A brand between Chinese lines, or as the last item of a Chinese list."""
    assert languages("我们使用以下公司：\n- Acme\n- Birch\n我们收集您的信息。")[1:3] == ["zh-Hans", "zh-Hans"]
    assert languages("我们使用以下公司：\n1. 小鸟公司\n2. Acme\n\nWe share your data with nobody.")[2] == "zh-Hans"


def test_a_row_has_the_language_of_its_table() -> None:
    """However many Latin names stand in it."""
    table = "| 公司名称 | 用途 |\n| Acme Web Services Holding, Inc. | 存储 |\n"
    assert languages(f"我们使用以下公司。\n\n{table}") == ["zh-Hans"] * 3
