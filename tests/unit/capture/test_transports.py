"""Names of transports."""

import pytest

from auditor.capture.transports import transport_name


@pytest.mark.parametrize(
    ("number", "name"), [(6, "tcp"), (17, "udp"), (1, "icmp"), (58, "icmpv6"), (132, "sctp"), (253, "ip253")]
)
def test_names(number: int, name: str) -> None:
    """As they stand in flow ids; a number without a name keeps it."""
    assert transport_name(number) == name


def test_every_number_has_a_name() -> None:
    """Lower case, without blanks."""
    names = [transport_name(number) for number in range(256)]
    assert all(name == name.lower() and name and " " not in name for name in names)
