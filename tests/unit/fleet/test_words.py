"""The words of the fleet's report."""

import pytest

from auditor.fleet.words import named, table, word


def test_every_word_has_both_languages() -> None:
    assert all(english and chinese for english, chinese in table().values())


def test_words_take_values() -> None:
    assert word("new", "zh", since="2026-11-01") == "自 2026-11-01 起新增"


@pytest.mark.parametrize(("value", "shown"), [("undeclared", "未声明"), ("never heard of", "never heard of")])
def test_a_value_without_a_word_is_itself(value: str, shown: str) -> None:
    assert named(value, "zh") == shown
