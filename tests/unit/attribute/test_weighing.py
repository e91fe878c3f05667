"""How rungs are weighed against each other."""

import ipaddress

import pytest

from auditor.attribute import rungs, weighing
from auditor.attribute.index import Index
from auditor.model.destination import Catalog

from .conftest import sni


def first(catalog: Catalog, name: str) -> rungs.Rung:
    return next(rungs.of_name(Index(catalog), name, "", lambda _: False))


def test_hosting_by_chain_then_address_then_name(catalog: Catalog) -> None:
    """The end of the chain of names knows best where the server is."""
    index = Index(catalog)
    name = first(catalog, "b.s3.eu-west-1.amazonaws.com")
    address = list(rungs.of_address(index, ipaddress.ip_address("104.16.1.1"), ""))
    chain = list(rungs.of_cnames(index, ("x.alikunlun.com",), ""))
    assert weighing.hosting([name]) == "Amazon"
    assert weighing.hosting([name, *address]) == "Cloudflare"
    assert weighing.hosting([name, *chain, *address]) == "Alibaba Group"
    assert weighing.hosting([]) is None


def test_the_first_country_wins(catalog: Catalog) -> None:
    """The strongest rung that knows a region tells the country."""
    assert weighing.server_country([first(catalog, "b.s3.eu-west-1.amazonaws.com")]) == "IE"
    assert weighing.server_country([first(catalog, "www.o2nails.com")]) is None
    both = [first(catalog, "www.o2nails.com"), first(catalog, "b.s3.eu-west-1.amazonaws.com")]
    assert weighing.server_country(both) == "IE"


def test_what_can_contradict(catalog: Catalog) -> None:
    """Chains and published addresses of services; never rungs of the same name, never hosting."""
    index = Index(catalog)
    owner = first(catalog, "www.o2nails.com")
    tracker = next(rungs.of_cnames(index, ("collect.mixpanel.com",), ""))
    cdn = next(rungs.of_cnames(index, ("x.alikunlun.com",), ""))
    published = next(rungs.of_address(index, ipaddress.ip_address("119.29.29.98"), ""))
    assert weighing.can_contradict(owner, tracker)
    assert weighing.can_contradict(owner, published)
    assert not weighing.can_contradict(owner, cdn)
    assert not weighing.can_contradict(owner, first(catalog, "api.nexmo.com"))
    assert not weighing.can_contradict(owner, owner)


def test_one_legal_person(catalog: Catalog) -> None:
    """Two rungs of one company agree, two companies of one group do not."""
    assert weighing.same_entity(first(catalog, "hm.baidu.com"), first(catalog, "www.baidu.com"))
    assert not weighing.same_entity(first(catalog, "ulogs.umeng.com"), first(catalog, "x.aliyuncs.com"))


@pytest.mark.parametrize(
    ("application", "transport", "port", "expected"),
    [
        ("dns", "udp", 5300, True),
        (None, "udp", 53, True),
        ("tls", "tcp", 853, True),
        ("tls", "tcp", 53, False),
        ("http", "udp", 53, False),
        (None, "tcp", 443, False),
        (None, "tcp", 8883, False),
    ],
)
def test_protocols_of_the_network(catalog: Catalog, application: str, transport: str, port: int, expected: bool) -> None:
    """A recognised protocol decides; a port only where nothing else was recognised."""
    endpoint = sni(None, application=application, transport=transport, server_port=port)
    assert weighing.is_network(endpoint, Index(catalog).port(transport, port)) is expected
