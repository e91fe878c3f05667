"""Parties in running text, each with the words that speak of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.policy.lexicon import purposes_of
from auditor.policy.sentences import named_in
from auditor.policy.structure import fold


def purposes(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fold(text)[one.start : one.end], purposes_of(one.said)) for one in named_in(fold(text), ())]


NOBODY: dict[str, list[str]] = {
    "We never share your data with Acme, Inc. or with Birch GmbH.": [],
    "We don't work with Acme Data LLC any more.": [],
    "We will not sell or rent your data to Acme, Inc.": [],
    "We do not share your data with Acme, Inc. without your consent.": ["Acme, Inc."],
    "We do not sell your data to anybody other than Acme, Inc.": ["Acme, Inc."],
    "We do not sell data, but we use Acme, Inc. for statistics.": ["Acme, Inc."],
    "Acme, Inc. does not use your data; it delivers our messages.": ["Acme, Inc."],
    "We never sell data. We use Acme, Inc. for statistics.": ["Acme, Inc."],
    "我们不会与小鸟有限公司、大树有限公司共享您的信息。": [],
    "我們從未向小鳥有限公司提供您的資料。": [],
    "未经您同意，我们不会向小鸟有限公司提供您的信息。": ["小鸟有限公司"],
    "除小鸟有限公司外，我们不会与其他公司共享您的信息。": ["小鸟有限公司"],
    "我们不出售信息，但我们使用小鸟有限公司的统计服务。": ["小鸟有限公司"],
    "小鸟有限公司不会出售您的信息。": ["小鸟有限公司"],
}
"""Sentences that deny, and near misses, each with the companies that get something."""


@pytest.mark.parametrize("text", NOBODY)
def test_who_gets_nothing_is_no_party(text: str) -> None:
    """A company that is named in a denial is not declared; one behind a condition or an exception is."""
    plain = fold(text)
    assert [plain[one.start : one.end] for one in named_in(plain, ())] == NOBODY[text]


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
