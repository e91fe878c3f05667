"""The language of a paragraph."""

import pytest

from auditor.policy import language
from auditor.policy.language import chinese_variant, language_of


@pytest.mark.parametrize(
    ("text", "before", "language"),
    [
        ("We collect your address.", "zh-Hans", "en"),
        ("我们收集您的信息。", "en", "zh-Hans"),
        ("我們收集您的資訊。", "en", "zh-Hant"),
        ("Nexus Limited (company number 07)——为我们提供短信发送服务。", "en", "zh-Hans"),
        ("Alibaba Cloud (阿里云) provides us with servers.", "zh-Hans", "en"),
        ("https://a.example/b", "zh-Hant", "zh-Hant"),
        ("Google", "zh-Hans", "zh-Hans"),
        ("Google", "en", "en"),
        ("12.5", "en", "en"),
        ("我们收集 IP Address OS Version Model", "en", "zh-Hans"),
        ("微信支付 Tencent Computer Systems Company Limited", "zh-Hans", "zh-Hans"),
        ("微信 Tencent Computer Systems Company Limited", "zh-Hans", "en"),
        ("支付 by your bank", "zh-Hans", "en"),
        ("中文", "zh-Hant", "zh-Hant"),
        ("中文", "en", "zh-Hans"),
        ("字 Google", "zh-Hans", "zh-Hans"),
        ("wir erheben ihre daten und geben sie nicht weiter ohne ihre einwilligung", "en", "und"),
    ],
)
def test_language(text: str, before: str, language: str) -> None:
    """Words decide; too few of them leave it to the paragraph above."""
    assert language_of(text, before) == language


def test_characters_of_both_variants_do_not_tell() -> None:
    """Neither simplified nor traditional."""
    assert chinese_variant("中文") is None


def test_no_character_stands_for_two() -> None:
    """Every traditional character has one simplified one, and none of them is changed again."""
    pairs = [pair for row in (*language._PAIRS, *language._NAME_PAIRS) for pair in zip(row[::2], row[1::2], strict=True)]
    simple: dict[str, str] = {}
    for one, other in pairs:
        assert simple.setdefault(other, one) == one
    assert not set(simple) & set(simple.values())
    assert language.simplified("深圳市騰訊計算機系統有限公司") == "深圳市腾讯计算机系统有限公司"
