"""Every host and published address that the facts name, by the right rung; and hosts that the catalog does not hold.

`known_hosts.tsv`: host or address, surface, step, entity, party (empty: none), country of the entity (empty: not known).
"""

from pathlib import Path

import pytest

from auditor.attribute.host import read_address
from auditor.attribute.ladder import Ladder
from auditor.model.attribution import Endpoint
from auditor.model.destination import Catalog, Reach
from auditor.model.vocabulary import Confidence, HostSource, Relation, Step, Surface

from .conftest import Ask

ROWS = [line.split("\t") for line in Path(__file__).with_name("known_hosts.tsv").read_text().splitlines()]


@pytest.mark.parametrize(("name", "surface", "step", "entity", "party", "country"), ROWS, ids=[row[0] for row in ROWS])
def test_every_known_host(ladder: Ladder, name: str, surface: str, step: str, entity: str, party: str, country: str) -> None:
    """A known host gets its rung, its legal person with its country, and its party."""
    is_address = read_address(name) is not None
    found = ladder.attribute(
        Endpoint(
            surface=Surface(surface),
            host=None if is_address else name,
            host_source=HostSource.NONE if is_address else HostSource.TLS_SNI,
            server_ip=name if is_address else None,
            server_port=443,
        )
    )
    assert (found.step, found.entity, found.party or "", found.country or "") == (step, entity, party, country)


HELD_OUT = [
    ("shopnail.oss-cn-beijing.aliyuncs.com", Step.TENANT, "alibaba_cloud", Relation.DECLARED),
    ("vpc-7.cn-hangzhou.log.aliyuncs.com", Step.TENANT, "alibaba_cloud", Relation.DECLARED),
    ("green-cip.cn-shanghai.aliyuncs.com", Step.GROUP_SUFFIX, "alibaba_cloud", Relation.DECLARED),
    ("gw.alicdn.com", Step.SUFFIX, "alibaba_cloud", Relation.DECLARED),
    ("s4.cnzz.com", Step.SUFFIX, "alibaba", Relation.SAME_GROUP),
    ("preinitlog.umeng.com", Step.GROUP_SUFFIX, "alibaba", Relation.SAME_GROUP),
    ("webrd01.is.autonavi.com", Step.GROUP_SUFFIX, "alibaba", Relation.SAME_GROUP),
    ("oth.str.beacon.qq.com", Step.SUFFIX, "tencent_cloud", Relation.DECLARED),
    ("cdn.bugly.qq.com", Step.SUFFIX, "tencent_cloud", Relation.DECLARED),
    ("guid.tpns.sh.tencent.com", Step.SUFFIX, "tencent_cloud", Relation.DECLARED),
    ("otheve.trace.qq.com", Step.SUFFIX, "tencent", Relation.SAME_GROUP),
    ("snowflake.qq.com", Step.GROUP_SUFFIX, "tencent", Relation.SAME_GROUP),
    ("pics-1301234567.cos.ap-shanghai.myqcloud.com", Step.TENANT, "tencent", Relation.OTHER_PURPOSE),
    ("sms.ap-guangzhou.tencentcloudapi.com", Step.SUFFIX, "tencent_cloud", Relation.DECLARED),
    ("messages.nexmo.com", Step.GROUP_SUFFIX, "nexmo", Relation.DECLARED),
    ("excashier.alipay.com", Step.GROUP_SUFFIX, "ant_financial", Relation.DECLARED),
    ("gw.alipayobjects.com", Step.GROUP_SUFFIX, "ant_financial", Relation.DECLARED),
    ("17-courier.push.apple.com", Step.SUFFIX, "apple", Relation.DECLARED),
    ("p42-buy.itunes.apple.com", Step.SUFFIX, "apple", Relation.DECLARED),
    ("weatherkit.apple.com", Step.GROUP_SUFFIX, "apple", Relation.SYSTEM),
    ("p121-fmip.icloud.com", Step.GROUP_SUFFIX, "apple", Relation.SYSTEM),
    ("mx7.263xmail.com", Step.GROUP_SUFFIX, "net263", Relation.DECLARED),
    ("b.stats.paypal.com", Step.GROUP_SUFFIX, "paypal", Relation.DECLARED),
    ("client-analytics.braintreegateway.com", Step.SUFFIX, "paypal", Relation.DECLARED),
    ("passport.baidu.com", Step.GROUP_SUFFIX, "baidu", Relation.OTHER_PURPOSE),
    ("region2.google-analytics.com", Step.SUFFIX, "google", Relation.OTHER_SURFACE),
    ("region1.analytics.google.com", Step.SUFFIX, "google", Relation.OTHER_SURFACE),
    ("pagead2.googlesyndication.com", Step.SUFFIX, "google", Relation.OTHER_PURPOSE),
    ("nails-7.firebaseio.com", Step.SUFFIX, "google", Relation.OTHER_PURPOSE),
    ("o4501.ingest.us.sentry.io", Step.GROUP_SUFFIX, "sentry", Relation.UNDECLARED),
    ("o4501.ingest.sentry.io", Step.SUFFIX, "sentry", Relation.UNDECLARED),
    ("ce3e75d5.jpush.cn", Step.SUFFIX, "jiguang", Relation.UNDECLARED),
    ("c-hzgt2.getui.com", Step.GROUP_SUFFIX, "getui", Relation.UNDECLARED),
    ("api.share.mob.com", Step.GROUP_SUFFIX, "mobtech", Relation.UNDECLARED),
    ("a1.tuyaus.com", Step.SUFFIX, "tuya", Relation.UNDECLARED),
    ("toblog.itobsnssdk.com", Step.SUFFIX, "bytedance", Relation.UNDECLARED),
    ("cdn.mxpnl.com", Step.SUFFIX, "mixpanel", Relation.UNDECLARED),
    ("us-u.openx.net", Step.SUFFIX, "openx", Relation.UNDECLARED),
    ("live.chartboost.com", Step.SUFFIX, "chartboost", Relation.UNDECLARED),
    ("api.o2nails.com", Step.SUFFIX, "first_party", Relation.FIRST_PARTY),
    ("shop.cybernail.com", Step.SUFFIX, "first_party", Relation.FIRST_PARTY),
]


@pytest.mark.parametrize(("host", "step", "recipient", "relation"), HELD_OUT, ids=[row[0] for row in HELD_OUT])
def test_hosts_that_the_catalog_does_not_hold(ask: Ask, host: str, step: Step, recipient: str, relation: Relation) -> None:
    """A rule holds for the names that it was not written from."""
    found = ask(host)
    assert (found.step, found.recipient, found.relation) == (step, recipient, relation)


def test_held_out_hosts_are_held_out(catalog: Catalog) -> None:
    """None of them is an exact rule or an example of a tenant rule."""
    exact = {pattern.text for pattern in catalog.patterns if pattern.reach is Reach.EXACT}
    examples = {example for tenant in catalog.tenants for example in tenant.examples}
    assert not {row[0] for row in HELD_OUT} & (exact | examples)


LOOKALIKES = [
    "evilaliyuncs.com",
    "aliyuncs.com.example.org",
    "oss-cn-shenzhen.aliyuncs.com.example.org",
    "alipay.com.cn.example",
    "alipay.com-pay.example",
    "notalipay.com",
    "push.apple.com.example",
    "аlірау.com",
    "xn--80ak6aa92e.com",
    "o2nails.com.example",
    "o2nail.com",
    "qq.com.co",
    "alipay",
    "com",
    "aliyuncs",
]


@pytest.mark.parametrize("host", LOOKALIKES)
def test_look_alikes_are_nobody(ask: Ask, host: str) -> None:
    """A name that only looks like a known one belongs to nobody known."""
    found = ask(host, server_ip="203.0.113.9")
    assert (found.entity, found.party, found.relation, found.step) == (None, None, Relation.UNKNOWN, Step.NONE)
    assert found.confidence is Confidence.NONE


def test_homograph_is_named_in_the_reason(ask: Ask) -> None:
    """A reader is told what a homograph imitates."""
    assert "looks like alipay.com" in ask("аlірау.com").reason


SAME = ["MCLIENT.ALIPAY.COM", "mclient.alipay.com.", "McLient.Alipay.Com."]


@pytest.mark.parametrize("host", SAME)
def test_other_spellings_of_a_known_name(ask: Ask, host: str) -> None:
    """Upper case and a trailing dot change nothing."""
    assert ask(host).party == "ant_financial"


INVALID = ["evil.example\0.alipay.com", "user:pw@alipay.com", "alipay.com:443", "a" * 300 + ".alipay.com", "[::1].alipay.com"]


@pytest.mark.parametrize("host", INVALID)
def test_invalid_names_are_told_and_never_looked_up(ask: Ask, host: str) -> None:
    """A name with a NUL byte, a user part, a port or too long a label is invalid, whatever stands at its end."""
    found = ask(host, server_ip="203.0.113.9")
    assert found.reason.startswith("invalid host name")
    assert (found.domain, found.party, found.recipient) == (None, None, "203.0.113.9")
