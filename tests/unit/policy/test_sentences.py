"""Parties in running text, each with the words that speak of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.lexicon import purposes_of
from auditor.policy.sentences import named_in
from auditor.policy.structure import fold


def purposes(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fold(text)[one.start : one.end], purposes_of(one.said)) for one in named_in(fold(text), ())]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We work with: (a) Acme, Inc. for text messages; (b) Birch GmbH, which handles payments.",
            [("Acme, Inc.", ("sms",)), ("Birch GmbH", ("payment",))],
        ),
        (
            "Acme, Inc. and Birch GmbH handle payments. Cedar Ltd. sends text messages.",
            [("Acme, Inc.", ("payment",)), ("Birch GmbH", ("payment",)), ("Cedar Ltd.", ("sms",))],
        ),
        (
            "我们委托小鸟计算有限公司存储数据，并通过上海大树有限公司发送短信。",
            [("小鸟计算有限公司", ("cloud_hosting",)), ("上海大树有限公司", ("sms",))],
        ),
        (
            "包括小鸟有限公司、大树有限公司和雪松有限公司，用于推送消息。",
            [("小鸟有限公司", ("push",)), ("大树有限公司", ("push",)), ("雪松有限公司", ("push",))],
        ),
        (
            "1）小鸟有限公司：发送短信；2）大树有限公司：处理支付",
            [("小鸟有限公司", ("sms",)), ("大树有限公司", ("payment",))],
        ),
        ("Acme Mail Ltd. keeps nothing.", [("Acme Mail Ltd.", ())]),
    ],
)
def test_each_company_has_its_own_words(text: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    """Inline signs, semicolons and commas part them; of one list all do the same; a name is no purpose."""
    assert purposes(text) == expected


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("by Acme Ltd. (APush), for push", "APush"),
        ("由小推（每日小鸟股份有限公司）提供", "小推"),
        ("小鸟有限公司（以下简称“小鸟”）", ""),
        ('Acme Ltd. ("we")', ""),
        ("Acme Ltd. (company number 123)", ""),
    ],
)
def test_the_product_in_brackets(text: str, product: str) -> None:
    """Behind the company or before it; a short name of the company is none."""
    assert [one.product for one in named_in(fold(text), ())] == [product]


def test_a_company_is_named_once() -> None:
    """The first place counts."""
    assert len(named_in("We use Acme Ltd. for SMS. Acme Ltd. is reliable.", ())) == 1


@given(st.text("Aa .,;:()12。；（）有限公司小Ltd.Inc\n", max_size=200))
def test_any_text_is_read(text: str) -> None:
    """Whatever stands there: places inside the text."""
    folded = fold(text)
    assert all(0 <= one.start < one.end <= len(folded) for one in named_in(folded, ()))
