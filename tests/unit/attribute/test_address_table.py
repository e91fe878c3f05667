"""The user's table of networks."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.attribute.address_table import AddressTable
from auditor.errors import ConfigError

TABLE = (
    "1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n"
    "1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n"
    "2001:db8::\t2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\t64500\tde\tEXAMPLE\n"
)


@pytest.mark.parametrize(
    ("address", "row"),
    [
        ("1.0.0.0", (13335, "US")),
        ("1.0.0.255", (13335, "US")),
        ("1.0.1.7", None),
        ("0.255.255.255", None),
        ("1.0.4.0", None),
        ("2001:db8::7", (64500, "DE")),
        ("2001:db9::", None),
    ],
)
def test_rows(address: str, row: tuple[int, str] | None) -> None:
    """Both ends of a range belong to it; what nobody routes has no row."""
    found = AddressTable(TABLE).row(ipaddress.ip_address(address))
    assert (found and (found.asn, found.country)) == row


def test_lines_that_are_none() -> None:
    """Every bad line is told with its number, ten at most."""
    with pytest.raises(ConfigError) as caught:
        AddressTable("1.0.0.0\t1.0.0.255\t1\tUS\tX\n" + "nonsense\n" * 20, "table.tsv")
    assert len(caught.value.faults) == 10
    assert "table.tsv: line 2" in str(caught.value.faults[0])


@pytest.mark.parametrize(
    "line", ["1.0.0.9\t1.0.0.1\t1\tUS\tX", "1.0.0.0\t::1\t1\tUS\tX", "1.0.0.0\t1.0.0.1\t-1\tUS\tX", "\0\t\0\t1\tUS"]
)
def test_ranges_that_are_none(line: str) -> None:
    """A range that ends before it begins, mixes families or has no number."""
    with pytest.raises(ConfigError):
        AddressTable(line)


def test_a_large_table_is_read_quickly() -> None:
    """A table of the usual size (half a million lines) takes seconds, not minutes: here a tenth of it."""
    text = "".join(f"{n >> 8}.{n & 255}.0.0\t{n >> 8}.{n & 255}.255.255\t{n}\tCN\tNET\n" for n in range(1, 50_001))
    table = AddressTable(text)
    found = table.row(ipaddress.ip_address("100.100.1.1"))
    assert found is not None
    assert found.asn == 100 * 256 + 100


@given(st.text())
def test_any_text_is_a_table_or_a_fault(text: str) -> None:
    """No text makes anything else than a table or an error for the user."""
    try:
        AddressTable(text)
    except ConfigError as error:
        assert error.faults
