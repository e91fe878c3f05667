"""The ladder: which rung wins, what the others add, and what never clears a flow."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attribute.address_table import AddressTable
from auditor.attribute.ladder import Ladder
from auditor.model.attribution import Endpoint, EntityMatch
from auditor.model.destination import Catalog
from auditor.model.register import Register
from auditor.model.vocabulary import Confidence, HostSource, Relation, Step, Surface

from .conftest import Ask, sni

BUCKET = "shopnail.oss-cn-shenzhen.aliyuncs.com"
ORDER = list(Step)


def test_evidence_is_kept_strongest_first(ask: Ask) -> None:
    """Every rung that speaks stays in the evidence, in the order of the ladder."""
    found = ask("android.bugly.qq.com", server_ip="119.29.29.98", cnames=("x.cdn.dnsv1.com",), server_port=5223)
    steps = [evidence.step for evidence in found.evidence]
    assert {Step.EXACT, Step.SUFFIX, Step.GROUP_SUFFIX, Step.VENDOR_ADDRESS, Step.CNAME, Step.PORT} <= set(steps)
    assert steps == sorted(steps, key=ORDER.index)
    assert found.step is Step.EXACT


def test_the_reason_is_one_sentence_with_a_dated_source(ask: Ask) -> None:
    """A reader sees what was matched, by which source, and when that was read."""
    found = ask("android.bugly.qq.com")
    assert "Bugly" in found.reason
    assert "BUGLYCODE" in found.reason
    assert "seen 2026-11-22" in found.reason
    assert found.evidence[0].source.startswith("BUGLYCODE (public source code")
    assert found.evidence[0].seen == "2026-11-22"


def test_foreign_tenant_is_the_platform(ask: Ask) -> None:
    """A bucket that the session does not list: the platform, the label shown, medium at most, and the reason says so."""
    found = ask(BUCKET)
    assert (found.step, found.tenant, found.party) == (Step.TENANT, "shopnail", "alibaba_cloud")
    assert (found.hosting, found.confidence, found.server_country) == ("Alibaba Group", Confidence.MEDIUM, "CN")
    assert "owner is not known" in found.reason


def test_own_tenant_is_the_first_party(catalog: Catalog, register: Register) -> None:
    """A bucket that the session lists: the first party, hosted by the platform."""
    found = Ladder(catalog, register, tenants=("ShopNail",)).attribute(sni(BUCKET))
    assert (found.party, found.recipient, found.relation) == ("first_party", "first_party", Relation.FIRST_PARTY)
    assert (found.entity, found.hosting) == ("Guangzhou Taiji Electronic Co., Ltd.", "Alibaba Group")
    assert (found.step, found.confidence, found.tenant) == (Step.TENANT, Confidence.HIGH, "shopnail")


@pytest.mark.parametrize(
    "host",
    [
        "pics-1250000000.cos.ap-guangzhou.myqcloud.com",  # the customer's number may be left out
        "img.shop.example.w.kunlunsl.com",  # the name that was asked, repeated by a CDN
    ],
)
def test_other_forms_of_own_tenants(catalog: Catalog, register: Register, host: str) -> None:
    """The customer number of a bucket is not part of its name; a CDN's name that repeats an own domain is its."""
    own = Ladder(catalog, register, domains=("shop.example",), tenants=("pics",))
    assert own.attribute(sni(host)).party == "first_party"


@pytest.mark.parametrize("tenant", ["shop", "hopnail", "shopnail2", "shopnail-x"])
def test_similar_tenants_are_not_own(catalog: Catalog, register: Register, tenant: str) -> None:
    """A tenant is matched whole."""
    assert Ladder(catalog, register, tenants=(tenant,)).attribute(sni(BUCKET)).party == "alibaba_cloud"


def test_own_domains_of_the_session(catalog: Catalog, register: Register) -> None:
    """A domain that the session lists is the first party's, and only on a label boundary."""
    own = Ladder(catalog, register, domains=("Nails-Lab.example.",))
    assert own.attribute(sni("nails-lab.example")).step is Step.EXACT
    assert own.attribute(sni("api.nails-lab.example")).relation is Relation.FIRST_PARTY
    assert own.attribute(sni("evilnails-lab.example")).relation is Relation.UNKNOWN


def test_first_party_on_a_cloud_address_is_hosted_there(ask: Ask, catalog: Catalog, register: Register) -> None:
    """The name says who receives, the chain of names or the network says where it runs."""
    by_cname = ask("res.o2nails.com", cnames=("res.o2nails.com.w.kunlunsl.com",))
    table = AddressTable("47.96.0.0\t47.111.255.255\t37963\tCN\tALIBABA-CN-NET")
    by_network = Ladder(catalog, register, addresses=table).attribute(sni("res.o2nails.com", server_ip="47.97.1.2"))
    for found in (by_cname, by_network):
        assert (found.party, found.hosting, found.step) == ("first_party", "Alibaba Group", Step.EXACT)
    assert by_network.server_country == "CN"


def test_the_region_in_the_name_goes_before_the_table(catalog: Catalog, register: Register) -> None:
    """A table of registrations does not overrule the region that the platform writes into the name."""
    table = AddressTable("47.96.0.0\t47.111.255.255\t37963\tSG\tALIBABA")
    found = Ladder(catalog, register, addresses=table).attribute(sni(BUCKET, server_ip="47.97.1.2"))
    assert found.server_country == "CN"


@pytest.mark.parametrize(
    ("host", "country"),
    [
        ("b.oss-cn-hongkong.aliyuncs.com", "HK"),
        ("b.oss-eu-west-1.aliyuncs.com", "GB"),
        ("bucket.s3.eu-west-1.amazonaws.com", "IE"),
        ("b-1250000000.cos.ap-singapore.myqcloud.com", "SG"),
        ("api.tpns.sgp.tencent.com", "SG"),
        ("m1.tuyaeu.com", "DE"),
        ("notcn-shenzhenx.aliyuncs.com", None),
        ("www.o2nails.com", None),
    ],
)
def test_server_country_from_the_name(ask: Ask, host: str, country: str | None) -> None:
    """Regions are the platform's own words: eu-west-1 is London at one cloud and Dublin at another."""
    assert ask(host).server_country == country


def test_the_table_never_tells_the_owner(catalog: Catalog, register: Register) -> None:
    """An address in a cloud's network: hosting and country, but no entity, no party, no relation."""
    table = AddressTable("47.96.0.0\t47.111.255.255\t37963\tCN\tALIBABA-CN-NET")
    found = Ladder(catalog, register, addresses=table).attribute(sni(None, server_ip="47.97.1.2"))
    assert (found.entity, found.party, found.relation, found.recipient) == (None, None, Relation.UNKNOWN, "47.97.1.2")
    assert (found.hosting, found.server_country, found.step) == ("Alibaba Group", "CN", Step.CLOUD_PREFIX)


def test_a_single_owner_prefix_does_not_clear(ask: Ask) -> None:
    """An address of a declared company shows its owner; the relation stays open, because the service is not known."""
    printer = ask(None, server_ip="17.1.2.3", surface=Surface.PRINTER)
    assert (printer.step, printer.entity, printer.party) == (Step.PREFIX, "Apple Inc.", None)
    assert (printer.relation, printer.confidence) == (Relation.UNKNOWN, Confidence.LOW)
    assert ask(None, server_ip="17.1.2.3").relation is Relation.SYSTEM


def test_a_published_address_names_its_service(ask: Ask) -> None:
    """HTTPDNS is contacted by address; the vendor itself publishes which."""
    found = ask("203.107.1.1", server_ip="203.107.1.1")
    assert (found.step, found.party, found.confidence) == (Step.VENDOR_ADDRESS, "alibaba_cloud", Confidence.MEDIUM)
    assert ask(None, server_ip="::ffff:203.107.1.1").party == "alibaba_cloud"
    assert ask(None, server_ip="2401:b180:7001::31d").party == "alibaba_cloud"


@pytest.mark.parametrize(
    ("source", "step"),
    [
        (HostSource.DNS_ANSWER, Step.DNS_ANSWER),
        (HostSource.HTTPDNS, Step.DNS_ANSWER),
        (HostSource.CERTIFICATE, Step.CERTIFICATE),
    ],
)
def test_names_that_nobody_asked_for(ask: Ask, source: HostSource, step: Step) -> None:
    """A name from an earlier answer or from the certificate has a rung of its own and is medium at most."""
    found = ask("android.bugly.qq.com", host_source=source)
    assert (found.step, found.party, found.confidence) == (step, "tencent_cloud", Confidence.MEDIUM)


def test_cname_adds_hosting_and_never_the_owner(ask: Ask) -> None:
    """Behind an unknown name stands a known CDN: hosting only."""
    found = ask("static.unknown.example", cnames=("static.unknown.example.w.kunlunsl.com",))
    assert (found.entity, found.party, found.recipient) == (None, None, "unknown.example")
    assert (found.hosting, found.step, found.relation) == ("Alibaba Group", Step.CNAME, Relation.UNKNOWN)


def test_a_name_that_hides_a_tracker_is_a_conflict(ask: Ask) -> None:
    """A first-party name whose chain ends at an analytics vendor says two things at once."""
    found = ask("metrics.o2nails.com", cnames=("collect.mixpanel.com",))
    assert (found.step, found.confidence) == (Step.CONFLICT, Confidence.LOW)
    assert "collect.mixpanel.com" in found.reason


def test_two_names_of_two_groups_are_a_conflict(ask: Ask) -> None:
    """SNI of a declared party, Host of somebody else: the flow is not cleared with any confidence."""
    found = ask("api.nexmo.com", names=("api.nexmo.com", "graph.facebook.com"))
    assert (found.step, found.confidence, found.recipient) == (Step.CONFLICT, Confidence.LOW, "nexmo")
    assert "graph.facebook.com" in found.reason


@pytest.mark.parametrize(
    "names",
    [
        ("api.nexmo.com", "rest.nexmo.com", "www.vonage.com"),
        ("api.nexmo.com", "203.0.113.7", "printer.local", "NEXMO.com."),
        ("evil.example\0.nexmo.com", "api.nexmo.com"),
        ("api.nexmo.com", "nobody-knows.example"),
        ("api.nexmo.com", "edge.alikunlun.com"),  # a CDN's certificate
    ],
)
def test_names_that_agree(ask: Ask, names: tuple[str, ...]) -> None:
    """Names of one group, addresses, local, unknown and unsound names and a CDN's own do not contradict."""
    assert ask("api.nexmo.com", names=names).step is Step.EXACT


def test_questions_are_no_names_of_a_dns_flow(ask: Ask) -> None:
    """What is asked of a resolver says nothing of who the resolver is."""
    found = ask(None, application="dns", transport="udp", server_port=53, server_ip="114.114.114.114", names=("alipay.com",))
    assert (found.relation, found.step) == (Relation.NETWORK, Step.VENDOR_ADDRESS)


def test_a_narrower_rule_is_an_exception_and_no_conflict(ask: Ask) -> None:
    """A vendor's name below another group's suffix belongs to the vendor."""
    found = ask("1-courier.push-apple.com.akadns.net")
    assert (found.step, found.party) == (Step.SUFFIX, "apple")


@pytest.mark.parametrize(
    ("words", "relation"),
    [
        ({"host": "printer.local"}, Relation.LOCAL),
        ({"host": None, "server_ip": "192.168.1.9"}, Relation.LOCAL),
        ({"host": None, "server_ip": "239.255.255.250", "transport": "udp", "server_port": 1900}, Relation.LOCAL),
        ({"host": None, "server_ip": "ff02::fb", "transport": "udp", "application": "dns"}, Relation.LOCAL),
        ({"host": "192.168.1.9", "server_ip": "192.168.1.9"}, Relation.LOCAL),
        ({"host": "mclient.alipay.com", "server_ip": "192.168.1.9"}, Relation.DECLARED),
        ({"host": "printer", "server_ip": "203.0.113.9"}, Relation.UNKNOWN),
        ({"host": "203.0.113.9", "server_ip": "192.168.1.9"}, Relation.UNKNOWN),
        ({"host": None, "server_ip": "8.8.8.8", "transport": "udp", "application": "dns"}, Relation.NETWORK),
        ({"host": None, "server_ip": "203.0.113.9", "transport": "udp", "server_port": 123}, Relation.NETWORK),
        ({"host": None, "server_ip": "203.0.113.9", "transport": "udp", "application": "ntp"}, Relation.NETWORK),
        ({"host": None, "server_ip": "17.1.2.3", "transport": "udp", "application": "dns"}, Relation.NETWORK),
        ({"host": None, "server_ip": "203.0.113.9", "server_port": 853, "application": "tls"}, Relation.NETWORK),
        ({"host": None, "server_ip": "203.0.113.9", "server_port": 53, "application": "tls"}, Relation.UNKNOWN),
        ({"host": None, "server_ip": "203.0.113.9", "server_port": 53, "application": "http"}, Relation.UNKNOWN),
        ({"host": "ntp.aliyun.com"}, Relation.NETWORK),
        ({"host": "captive.apple.com"}, Relation.NETWORK),
        ({"host": "connectivitycheck.gstatic.com"}, Relation.NETWORK),
        ({"host": "0.cn.pool.ntp.org"}, Relation.NETWORK),
        ({"host": "mtalk.google.com"}, Relation.SYSTEM),
        ({"host": "mtalk.google.com", "surface": Surface.PRINTER}, Relation.OTHER_PURPOSE),
        ({"host": "mesu.apple.com"}, Relation.SYSTEM),
        ({"host": "query.hicloud.com"}, Relation.SYSTEM),
        ({"host": "www.o2nails.com"}, Relation.FIRST_PARTY),
        ({"host": "android.bugly.qq.com"}, Relation.DECLARED),
        ({"host": "hm.baidu.com"}, Relation.OTHER_SURFACE),
        ({"host": "hm.baidu.com", "surface": Surface.SITE}, Relation.DECLARED),
        ({"host": "pos.baidu.com", "surface": Surface.SITE}, Relation.OTHER_PURPOSE),
        ({"host": "dysmsapi.aliyuncs.com"}, Relation.OTHER_PURPOSE),
        ({"host": "ulogs.umeng.com"}, Relation.SAME_GROUP),
        ({"host": "stats.jpush.cn"}, Relation.UNDECLARED),
        ({"host": "collector.unknown.example"}, Relation.UNKNOWN),
        ({"host": None}, Relation.UNKNOWN),
    ],
)
def test_relations(ask: Ask, words: dict[str, object], relation: Relation) -> None:
    """One case for each way in which a recipient can stand to the register."""
    assert ask(**words).relation is relation


def test_recipients_fall_back(ask: Ask) -> None:
    """Party, else group, else domain, else address; local for local traffic."""
    assert ask("android.bugly.qq.com").recipient == "tencent_cloud"
    assert ask("open.weixin.qq.com").recipient == "tencent"
    assert ask("a.b.unknown.example", server_ip="203.0.113.9").recipient == "unknown.example"
    assert ask(None, server_ip="203.0.113.9").recipient == "203.0.113.9"
    assert ask("printer.local").recipient == "local"
    assert ask(None).recipient == "unknown"


def test_server_side_apis_can_be_told(ask: Ask) -> None:
    """A host that only a back end should contact says so."""
    assert ask("sms.tencentcloudapi.com").vantage == ("server",)
    assert ask("smtp.263.net").vantage == ("server",)


def test_entities_stand_to_the_policy(ask: Ask) -> None:
    """The legal person equals the named one, is it under another name, or is of its group only."""
    assert ask("cloudpush.aliyuncs.com").entity_match is EntityMatch.EXACT
    assert ask("android.bugly.qq.com").entity_match is EntityMatch.SAME_GROUP
    assert ask("mclient.alipay.com").entity_match is EntityMatch.RENAMED
    assert ask("api.vonage.com").entity_match is EntityMatch.RENAMED
    assert ask("stats.jpush.cn").entity_match is None


def test_knowledge_from_memory_stays_low_unless_another_rung_agrees(ask: Ask) -> None:
    """A host from memory below a sourced suffix of the same company: the recipient is as sure as the suffix."""
    found = ask("push.zhanzhang.baidu.com")
    assert (found.evidence[0].confidence, found.confidence) == (Confidence.LOW, Confidence.MEDIUM)
    assert "confirmed by baidu.com" in found.reason
    assert ask("www.meiqia.com").confidence is Confidence.LOW


def test_equal_endpoints_are_worked_out_once(ladder: Ladder) -> None:
    """The second question costs a look-up."""
    endpoint = sni("hm.baidu.com")
    assert ladder.attribute(endpoint) is ladder.attribute(replace(endpoint))


@given(
    host=st.none() | st.text(max_size=40) | st.from_regex(r"[a-z.]{1,12}\.(aliyuncs|qq|apple)\.com", fullmatch=True),
    address=st.none() | st.ip_addresses().map(str) | st.text(max_size=20),
    port=st.none() | st.integers(-1, 70000),
    names=st.lists(st.text(max_size=20), max_size=3).map(tuple),
)
def test_any_endpoint_has_an_answer(
    ladder: Ladder, host: str | None, address: str | None, port: int | None, names: tuple[str, ...]
) -> None:
    """Hostile names and addresses are attributed to somebody known or to nobody, with a reason and a recipient."""
    found = ladder.attribute(
        Endpoint(
            surface=Surface.APP,
            host=host,
            host_source=HostSource.HTTP_HOST,
            server_ip=address,
            server_port=port,
            names=names,
            cnames=names,
        )
    )
    assert found.reason
    assert found.recipient
    assert (found.party is not None) <= (found.entity is not None)


def test_the_memory_of_answers_has_an_end(catalog: Catalog, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recording that runs for weeks meets names without end; answers stay the same."""
    monkeypatch.setattr("auditor.attribute.ladder.REMEMBERED", 3)
    ladder = Ladder(catalog, register)
    first = [ladder.attribute(sni(f"h{number}.example")) for number in range(10)]
    assert len(ladder._attributed) <= 3
    assert first == [ladder.attribute(sni(f"h{number}.example")) for number in range(10)]


def test_the_networks_own_protocol_is_known_behind_a_cloud_too(ask: Ask) -> None:
    """A prefix speaks first and knows no port; the port's hint is heard all the same."""
    found = ask(None, server_ip="104.16.1.1", server_port=123, transport="udp")
    assert (found.service, found.relation, found.step, found.hosting) == (
        "NTP",
        Relation.NETWORK,
        Step.CLOUD_PREFIX,
        "Cloudflare",
    )
