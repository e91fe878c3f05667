"""Lines to blocks."""

import pytest

from auditor.policy.plain_text import text_blocks
from auditor.policy.structure import Kind


def test_wrapped_lines_are_joined_and_keep_their_places() -> None:
    """A full line goes on below; each character is still found."""
    first = "The company that provides us with all of these text messages is"
    (block,) = text_blocks(f"  {first}\n  called Acme Mail Ltd. in full.")
    assert block.text == f"{first} called Acme Mail Ltd. in full."
    assert block.places == ((0, 1, 3), (len(first) + 1, 2, 3))


def test_short_lines_and_items_stay_apart() -> None:
    """A line that was ended by its author is a block."""
    assert [block.text for block in text_blocks("Version: 1\nDate: 2\n\n(1) a\n(2) b")] == [
        "Version: 1",
        "Date: 2",
        "(1) a",
        "(2) b",
    ]


def test_table_rows_are_cut_into_cells_and_rules_dropped() -> None:
    """Bars of Markdown, and tabs."""
    blocks = text_blocks("| a | b |\n| --- | --- |\n| c |  |\nd\te")
    assert [(block.kind, block.cells) for block in blocks] == [(Kind.ROW, ("a", "b")), (Kind.TEXT, ()), (Kind.ROW, ("d", "e"))]


def test_chinese_lines_are_joined_without_a_space() -> None:
    """Chinese has none."""
    line = "我们收集您的电子邮箱和密码用于创建账户并且保护您的账户安全以及向您提供全部服务"
    (block,) = text_blocks(f"{line}\n和支持。")
    assert block.text == f"{line}和支持。"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("run by Acme Comput-\ning Ltd.", "run by Acme Computing Ltd."),
        ("run by Acme Comput\u00ad\ning Ltd.", "run by Acme Computing Ltd."),
        ("the serv-\nices of oth-\ners", "the services of others"),
        ("our third-\nparty partners", "our third-party partners"),
        ("Hosting -\nfor our site", None),
        ("see part A-\nb", None),
        ("Birch-\nAcme Ltd.", None),
        ("Birch Ltd.-\n(a) mail", None),
    ],
)
def test_a_word_parted_by_a_hyphen_is_one_word(lines: str, text: str | None) -> None:
    """As text out of a PDF has it; a dash, an item and a name in two parts stay apart."""
    blocks = text_blocks(lines)
    assert [block.text for block in blocks] == ([text] if text else lines.split("\n"))


def test_a_parted_word_keeps_its_places() -> None:
    """The character behind the hyphen stands on the next line."""
    (block,) = text_blocks("run by Acme Comput-\n  ing Ltd.")
    assert block.places == ((0, 1, 1), (len("run by Acme Comput"), 2, 3))
