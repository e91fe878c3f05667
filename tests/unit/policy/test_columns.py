"""The roles of columns and keys."""

import pytest

from auditor.policy.columns import Role, role_of


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("SDK名称", Role.NAME),
        ("第三方公司名称", Role.COMPANY),
        ("运营方", Role.COMPANY),
        ("開發商", Role.COMPANY),
        ("服务提供商", Role.COMPANY),
        ("使用目的", Role.PURPOSE),
        ("收集个人信息类型", Role.DATA),
        ("隐私政策链接", Role.LINK),
        ("Service provider", Role.COMPANY),
        ("Personal data shared", Role.DATA),
        ("Privacy policy", Role.LINK),
        ("What for", Role.PURPOSE),
        ("What", Role.DATA),
        ("What we share", Role.DATA),
        ("Why", Role.PURPOSE),
        ("Name, e-mail address", None),
        ("We use the following companies for our services.", None),
        ("", None),
    ],
)
def test_role(title: str, role: Role | None) -> None:
    """The most special words decide; sentences and lists are no titles."""
    assert role_of(title) is role


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("purpose " + "x" * 32, Role.PURPOSE),
        ("purpose " + "x" * 33, None),
        ("目的" + "甲" * 14, Role.PURPOSE),
        ("目的" + "甲" * 15, None),
        ("** Purpose: **", Role.PURPOSE),
        ("\u2022 Purpose", Role.PURPOSE),
        ("purpose; use", None),
        ("目的、用途", None),
        ("使用目的。", None),
    ],
)
def test_long_titles_and_sentences_have_no_role(title: str, role: Role | None) -> None:
    """40 characters, 16 Chinese ones."""
    assert role_of(title) is role
