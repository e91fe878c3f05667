"""Data without a purpose, parties and devices without data."""

import pytest

from auditor.policy.lint.data import party_without_data, purpose_missing, uncovered_device

from . import found


@pytest.mark.parametrize("key", ["收集个人信息类型", "收集的个人信息字段", "个人信息字段", "共享信息", "蒐集資料"])
@pytest.mark.parametrize("said", ["设备信息、运行状态", "手机号"])
def test_data_in_unknown_words_are_data_all_the_same(key: str, said: str) -> None:
    """The entry binds them, be the words in the lexicon or not; an empty field binds nothing."""
    entry = "名称：小鸟推送\n公司名称：小鸟有限公司\n使用目的：推送\n{}：{}\n"
    assert not found(party_without_data, entry.format(key, said))
    assert found(party_without_data, entry.format(key, "无")) == [(2, "小鸟有限公司")]


@pytest.mark.parametrize("key", ["Data", "Data collected", "Personal data shared", "Information fields"])
def test_data_in_unknown_english_words_are_data_too(key: str) -> None:
    """Running status is no kind that the reader knows, but somebody wrote it down."""
    entry = "SDK name: Birch\nCompany: Birch Ltd.\nPurpose: push\n{}: {}\n"
    assert not found(party_without_data, entry.format(key, "running status"))
    assert found(party_without_data, entry.format(key, "none"))


def test_one_language_may_bind_the_data() -> None:
    """A party is judged by everything that is said of it."""
    text = "Birch Ltd. - provides us with SMS and receives your phone number.\n\nBirch Ltd.——为我们提供短信服务\n"
    assert not found(party_without_data, text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("We collect your email address and phone number.", [1]),
        ("We collect your email address to create your account.", []),
        ("我们收集您的手机号和邮箱地址。", [1]),
        ("为了验证身份，我们收集您的手机号。", []),
        ("We do not collect your email address.", []),
        ("We collect nothing.", []),
    ],
)
def test_collecting_needs_a_purpose(text: str, lines: list[int]) -> None:
    """In the same clause."""
    assert [line for line, _ in found(purpose_missing, text)] == lines


def test_a_device_without_data_is_told_once_a_language() -> None:
    """Its first mention; a clause that binds data to it covers it."""
    text = "The door lock has a camera.\n\nThe door lock is red.\n\n门锁很好，我们的门锁是红色的。\n"
    assert found(uncovered_device, text) == [(1, "door lock"), (5, "门锁")]
    assert not found(uncovered_device, "The door lock is red. The door lock sends its serial number to us.")
