"""Lists that are announced."""

import pytest

from auditor.policy.lint.lists import empty_lists

from . import found


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("We collect the following:\n\n- name\n- email", []),
        ("We collect the following:\n\nWe like nails, and so do you.\n\n# Next", []),
        ("(1) We collect:\n(2) We share with nobody.", [1]),
        ("We collect the following:", [1]),
        ("我们收集以下信息：\n\n# 共享\n\n我们不共享。", [1]),
        ("我们收集以下信息：\n（一）姓名；\n（二）邮箱。", []),
        ("We share with:\n\n| Company | Purpose |\n| Acme Ltd. | SMS |", []),
        ("The link is as follows:\n\n# Next", []),
    ],
)
def test_a_colon_needs_its_list(text: str, lines: list[int]) -> None:
    """Items, rows, entries or short lines; a link that is missing is another rule's business."""
    assert [line for line, _ in found(empty_lists, text)] == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("We collect the following:\n\n# 标题\n\n正文在此。", [1]),
        ("We collect the following:\n\nname and surname\n\nemail address", []),
        ("# We share:\n\n# Partners\n\nThere are none.", []),
        ("We share with:\n\n1. Acme Ltd. - provides us with SMS.", []),
    ],
)
def test_what_stands_below_a_colon(text: str, lines: list[int]) -> None:
    """A title in the other language begins another version; a title with a colon announces nothing."""
    assert [line for line, _ in found(empty_lists, text)] == lines
