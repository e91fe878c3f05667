"""Brands without a legal form: only where a company would stand, and only those that are somebody."""

import pytest

from auditor.policy.brands import brands_in
from auditor.policy.names import KnownParty
from auditor.policy.running_names import legal_names
from auditor.policy.structure import fold

KNOWN = (KnownParty(party="bird", names=("小鸟推送", "Bird")),)

CASES = {
    "we rely on third-party tools such as Acme Analytics, Birch and CedarFlyer.": ["Acme Analytics", "Birch", "CedarFlyer"],
    "partners, including but not limited to Acme, Birch, Inc. and Cedar": ["Acme", "Cedar"],
    "e-mails are sent on our behalf by Acme SendMail.": ["Acme SendMail"],
    "Our website uses Acme for statistics": ["Acme"],
    "you may choose to pay with Acme or Birch Pay.": ["Acme", "Birch Pay"],
    "Our payment processors are Acme and Birch": ["Acme", "Birch"],
    "接入第三方统计工具，例如 Acme、Birch 以及 CedarFlyer。": ["Acme", "Birch", "CedarFlyer"],
    "您可以选择微信支付或小鸟推送付款": ["微信支付", "小鸟推送"],
    "由小鸟推送提供": ["小鸟推送"],
}
NOBODY = (
    "We use Bluetooth, Wi-Fi and Cookies. We may use Your photos. Our app uses Android permissions.",
    "Data are processed by You. Data are protected by TLS. This is required by GDPR.",
    "information such as Name, Address and Age",
    "我们使用蓝牙和 Cookie，通过 Wi-Fi 连接。第三方服务，例如推送、统计等。",
    "Bird watchers, birch and acme",
)


@pytest.mark.parametrize("text", CASES)
def test_brands(text: str) -> None:
    """Each item of a list, but no company that is found by its legal form."""
    folded = fold(text)
    assert [brand.text for brand in brands_in(folded, KNOWN, legal_names(folded))] == CASES[text]


@pytest.mark.parametrize("text", NOBODY)
def test_a_capital_is_no_brand(text: str) -> None:
    """Techniques, systems, laws and data are nobody."""
    assert brands_in(fold(text), KNOWN, ()) == ()
