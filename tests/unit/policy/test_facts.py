"""What a policy says of itself."""

import pytest

from auditor.policy import facts
from auditor.policy.document import Document, PolicyFile, read_document


def document(text: str) -> Document:
    return read_document((PolicyFile(name="p", data=text.encode()),))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Effective Date: 24 December, 2020", "2020-12-24"),
        ("Last updated: May 4, 2026", "2026-05-04"),
        ("effective 12th March 2025", "2025-03-12"),
        ("生效日期：2020年12月24日", "2020-12-24"),
        ("Updated on 2024-02-29", "2024-02-29"),
        ("Version 1.0  2026-05-01", "2026-05-01"),
        ("本政策于2026年4月2日更新并生效", "2026-04-02"),
        ("生效日：中華民國115年3月1日", "2026-03-01"),
        ("On 1 May 2026 this policy comes into force.", "2026-05-01"),
        ("Version 2.1 of 2026-01-02\n\nEffective 1 March 2026", "2026-03-01"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    """The usual ways to write one."""
    assert [dated.iso for dated in facts.effective_dates(document(text))] == [iso]


@pytest.mark.parametrize("text", ["Effective 31 February 2024", "Founded on 3 March 2009", "Effective from today"])
def test_no_date(text: str) -> None:
    """Days that do not exist, other dates, none."""
    assert facts.effective_dates(document(text)) == ()


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Version: V1.1", "1.1"),
        ("版本：v2.0.3", "2.0.3"),
        ("版本號 4", "4"),
        ("版本：第 2.1 版", "2.1"),
        ("In force (v. 7)", "7"),
        ("生效 V3.2", "3.2"),
        ("Bluetooth V5.0", ""),
        ("conversion 3", ""),
        ("(v)", ""),
    ],
)
def test_version(text: str, version: str) -> None:
    """Without its v; not a part of another word."""
    assert facts.version(document(text)) == version


@pytest.mark.parametrize(
    "text",
    [
        "The app is operated by Acme Garden Ltd. together with Birch Inc. as a shop.",
        'Acme Garden Ltd. ("we") makes lamps.',
        "Our data controller is Acme Garden Ltd. in Bristol.",
        "Analytics is provided by Birch Inc. and others.\n\nAcme Garden Ltd., Bristol, is responsible for the processing.",
        "Text messages are provided by Birch Inc. on our behalf.\n\nAcme Garden Ltd. operates the app.",
        'Acme Garden Ltd., a company registered in England, trading as "Acme".\n\nMaps are provided by Birch Inc. for us.',
        "Push messages are run by Birch Inc.\n\nThis small app was developed by Acme Garden Ltd. in Bristol.",
        "3. Sharing\n\nMaps are provided by Birch Inc.\n\n4. Contact\n\nWrite to Acme Garden Ltd. in Bristol.",
    ],
)
def test_controller(text: str) -> None:
    """The company nearest to the words that make it the operator; a supplier who provides a service is none."""
    assert [operator.name for operator in facts.controller_names(document(text))] == ["Acme Garden Ltd."]


@pytest.mark.parametrize(
    "text",
    [
        "云服务由大树计算有限公司提供。\n\n本应用由小鸟科技有限公司运营。",
        "短信由大树计算有限公司提供。\n\n联系地址：小鸟科技有限公司，上海。",
        "小鸟科技有限公司（以下简称“我们”）尊重您的隐私，推送由大树计算有限公司提供。",
    ],
)
def test_controller_in_chinese(text: str) -> None:
    """Who provides text messages or servers is a supplier."""
    assert [operator.name for operator in facts.controller_names(document(text))] == ["小鸟科技有限公司"]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.acme.example", "acme.example"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("acme.com.cn", "acme.com.cn"),
        ("a.b.acme.de", "acme.de"),
    ],
)
def test_site_domain(host: str, domain: str) -> None:
    """Two labels, three below a second level."""
    assert facts.site_domain(host) == domain
