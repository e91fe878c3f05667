"""What single rungs say."""

import ipaddress

import pytest

from auditor.attribute import rungs
from auditor.attribute.address_table import AddressRow
from auditor.attribute.index import Index
from auditor.catalog.destination_rules import assemble
from auditor.model.destination import Catalog
from auditor.model.vocabulary import Confidence, Step

from .test_index import TEXT
from .test_index import catalog as small


def test_rungs_of_a_name_come_in_the_order_of_the_ladder(catalog: Catalog) -> None:
    """Exact, tenant, suffix, group suffix."""
    found = list(rungs.of_name(Index(catalog), "b.oss-cn-beijing.aliyuncs.com", "", lambda label: label == "b"))
    assert [rung.step for rung in found] == [Step.SUFFIX, Step.GROUP_SUFFIX]
    found = list(rungs.of_name(Index(catalog), "bucket.oss-cn-beijing.aliyuncs.com", "", lambda label: label == "bucket"))
    assert [rung.step for rung in found] == [Step.TENANT, Step.SUFFIX, Step.GROUP_SUFFIX]
    assert found[0].own_tenant


def test_addresses_are_limited(catalog: Catalog) -> None:
    """A published address is medium at most, a prefix low, whatever its source."""
    index = Index(catalog)
    published = next(rungs.of_address(index, ipaddress.ip_address("203.107.1.1"), ""))
    assert (published.step, published.confidence) == (Step.VENDOR_ADDRESS, Confidence.MEDIUM)
    steps = {rung.step: rung for rung in rungs.of_address(index, ipaddress.ip_address("17.249.1.1"), "")}
    assert steps[Step.PREFIX].confidence is Confidence.LOW
    assert Step.VENDOR_ADDRESS in steps


def test_a_cloud_prefix_names_no_owner(catalog: Catalog) -> None:
    """An address at a CDN's edge tells the hosting only."""
    found = next(rungs.of_address(Index(catalog), ipaddress.ip_address("104.16.1.1"), ""))
    assert found.step is Step.CLOUD_PREFIX
    assert found.hosting is not None
    assert found.hosting.name == "Cloudflare"
    assert not found.names_owner


def test_rows_of_the_users_table_name_no_owner(catalog: Catalog) -> None:
    """A network that no group of the catalog runs still tells the country."""
    row = AddressRow(asn=64500, country="DE", description="EXAMPLE")
    found = rungs.of_row(Index(catalog), ipaddress.ip_address("203.0.113.1"), row)
    assert (found.hosting, found.country, found.names_owner) == (None, "DE", False)


def test_the_end_of_a_chain_comes_first(catalog: Catalog) -> None:
    """The last name of a CNAME chain is where the server is; unknown names in between say nothing."""
    chain = ("x.alikunlun.com", "unknown.example", "y.akamaiedge.net")
    found = list(rungs.of_cnames(Index(catalog), chain, ""))
    assert [rung.pattern for rung in found] == ["akamaiedge.net", "alikunlun.com"]
    assert all(rung.step is Step.CNAME and not rung.names_owner for rung in found)


def test_ports_are_hints(catalog: Catalog) -> None:
    """A port never says more than low, and names no owner."""
    found = list(rungs.of_port(Index(catalog), "tcp", 8883))
    assert [(rung.step, rung.confidence, rung.names_owner) for rung in found] == [(Step.PORT, Confidence.LOW, False)]
    assert not list(rungs.of_port(Index(catalog), "udp", 8883))


def test_the_weaker_of_two() -> None:
    """Limits cut and never raise."""
    assert rungs.at_most(Confidence.HIGH, Confidence.MEDIUM) is Confidence.MEDIUM
    assert rungs.at_most(Confidence.LOW, Confidence.MEDIUM) is Confidence.LOW
    assert rungs.at_most(Confidence.LOW, Confidence.NONE) is rungs.at_most(Confidence.NONE, Confidence.LOW) is Confidence.NONE


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("push.acme.example", "push.acme.example is the host of New push, Acme Ltd. (TEST; seen 2026-01-01)"),
        ("x.acme.example", "x.acme.example lies below acme.example: New push, Acme Ltd. (TEST; seen 2026-01-01)"),
        (
            "mine.bucket.acme.example",
            "mine.bucket.acme.example is Acme bucket of the customer 'mine', whose owner is not known (TEST; seen 2026-01-01)",
        ),
    ],
)
def test_a_reason_tells_a_name_itself_from_one_below_it(name: str, reason: str) -> None:
    """The reader of a report judges by it whether the rule was meant for this host."""
    assert next(rungs.of_name(Index(small()), name, "", lambda _: False)).reason == reason


def test_a_bucket_of_another_day_is_nobodys() -> None:
    """A platform that changed hands: its buckets before that day are not the new owner's customers."""
    index = Index(assemble([("acme.toml", (TEXT + "valid_from = 2026-01-01\n").encode())]))
    steps = [[rung.step for rung in rungs.of_name(index, "mine.bucket.acme.example", day, bool)] for day in ("2025-06-01", "")]
    assert (Step.TENANT in steps[0], Step.TENANT in steps[1]) == (False, True)


@pytest.mark.parametrize(("description", "shown"), [("EXAMPLE-NET", "EXAMPLE-NET"), ("", "not named")])
def test_a_row_of_the_users_table_is_shown_by_its_network(catalog: Catalog, description: str, shown: str) -> None:
    """By its number where the table has no name for it."""
    row = AddressRow(asn=64500, country=None, description=description)
    found = rungs.of_row(Index(catalog), ipaddress.ip_address("203.0.113.1"), row)
    assert found.reason == f"203.0.113.1 lies in AS64500 ({shown}) by the user's address table"
