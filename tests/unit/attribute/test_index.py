"""Look-ups in a small catalog."""

import ipaddress

from auditor.attribute.index import Index, suffixes
from auditor.catalog.destination_rules import assemble
from auditor.model.destination import Catalog, Reach

TEXT = """
schema = 1
[group]
slug = "acme"
name = "Acme"
asns = [64500]
[group.regions]
cn-north = "CN"
cn-north-2 = "HK"
[[source]]
code = "TEST"
title = "made up"
[[entity]]
id = "acme"
name = "Acme Ltd."
[[service]]
name = "Old push"
entity = "acme"
purposes = ["push"]
vantage = ["app"]
hosts = ["push.acme.example"]
confidence = "high"
source = ["TEST"]
seen = 2026-01-01
valid_to = 2025-12-31
[[service]]
name = "New push"
entity = "acme"
purposes = ["push"]
vantage = ["app"]
hosts = ["push.acme.example"]
suffixes = ["acme.example", "deep.acme.example"]
addresses = ["203.0.113.0/24"]
cloud_prefixes = ["203.0.0.0/16", "2001:db8::/32"]
confidence = "high"
source = ["TEST"]
seen = 2026-01-01
valid_from = 2026-01-01
[[tenant]]
rule = "acme-bucket"
name = "Acme bucket"
entity = "acme"
purposes = ["cloud_storage"]
vantage = ["app"]
below = ["acme.example"]
expression = '(?P<tenant>[a-z]+)\\.bucket\\.acme\\.example'
examples = ["mine.bucket.acme.example"]
confidence = "high"
source = ["TEST"]
seen = 2026-01-01
"""


def catalog() -> Catalog:
    return assemble([("acme.toml", TEXT.encode())])


def test_the_longest_suffix_wins() -> None:
    """Of two suffixes the narrower one is taken, on label boundaries only."""
    index = Index(catalog())
    found = index.named("x.deep.acme.example", Reach.SUFFIX, "")
    assert found is not None
    assert found.text == "deep.acme.example"
    assert index.named("xacme.example", Reach.SUFFIX, "") is None
    assert index.named("x.push.acme.example", Reach.EXACT, "") is None


def test_rules_hold_on_their_days() -> None:
    """A rule whose ownership changed is taken by the day of the flow; without a day the newest holds."""
    index = Index(catalog())
    assert index.is_dated
    old, new = (
        index.named("push.acme.example", Reach.EXACT, "2025-06-01"),
        index.named("push.acme.example", Reach.EXACT, "2026-06-01"),
    )
    assert old is not None
    assert new is not None
    assert (old.service.name, new.service.name) == ("Old push", "New push")
    any_day = index.named("push.acme.example", Reach.EXACT, "")
    assert any_day is not None
    assert any_day.service.name == "New push"
    assert index.named("acme.example", Reach.SUFFIX, "2025-06-01") is None


def test_prefixes_come_narrowest_first() -> None:
    """All prefixes that hold an address, of its own family only."""
    index = Index(catalog())
    found = [pattern.text for pattern in index.prefixes(ipaddress.ip_address("203.0.113.7"), "")]
    assert found == ["203.0.113.0/24", "203.0.0.0/16"]
    assert [pattern.text for pattern in index.prefixes(ipaddress.ip_address("2001:db8::7"), "")] == ["2001:db8::/32"]
    assert not list(index.prefixes(ipaddress.ip_address("198.51.100.7"), ""))


def test_tenants_are_matched_whole() -> None:
    """The expression must hold the whole name."""
    index = Index(catalog())
    found = index.tenancy("mine.bucket.acme.example")
    assert found is not None
    assert found.label == "mine"
    assert index.tenancy("x.mine.bucket.acme.example") is None
    assert index.tenancy("mine.bucket.acme.example.org") is None


def test_regions_are_whole_words() -> None:
    """The longest region that stands between dots or hyphens."""
    entry = catalog()
    index, group = Index(entry), entry.groups[0]
    assert index.server_country("b.oss-cn-north-2.acme.example", group) == "HK"
    assert index.server_country("cn-north.acme.example", group) == "CN"
    assert index.server_country("xcn-north.acme.example", group) is None
    assert index.server_country("cn-north.acme.example", None) is None


def test_networks_and_ports() -> None:
    """AS numbers lead to their group; an unknown port to nothing."""
    index = Index(catalog())
    group = index.network(64500)
    assert group is not None
    assert group.slug == "acme"
    assert index.network(1) is None
    assert index.port("tcp", None) is None


def test_suffixes_of_a_name() -> None:
    """From the whole name to its last label."""
    assert list(suffixes("a.b.c")) == ["a.b.c", "b.c", "c"]


def test_spans_are_the_ipv4_prefixes_that_have_a_rule() -> None:
    """An address outside all of them needs no look-up; prefixes of IPv6 are no numbers of 32 bits."""
    found = [tuple(str(ipaddress.ip_address(end)) for end in span) for span in Index(catalog()).spans]
    assert sorted(found) == [("203.0.0.0", "203.0.255.255"), ("203.0.113.0", "203.0.113.255")]
