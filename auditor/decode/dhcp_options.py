"""DHCP messages (RFC 2131 section 2, options of RFC 2132): what a device says of itself when it joins a network."""

from collections.abc import Iterator

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_COOKIE = b"\x63\x82\x53\x63"
_FIXED = 236
_OPTIONS = {12: "host_name", 15: "domain_name", 50: "requested_ip", 60: "vendor_class", 61: "client_identifier", 81: "fqdn"}
_ADDRESSES = {"your_ip": 16, "client_ip": 12}


class Dhcp:
    """A DHCP or BOOTP message, recognised by the magic cookie at its place."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the options apart."""
        if data[_FIXED : _FIXED + 4] != _COOKIE or data[0] not in (1, 2):
            return None
        return Opened(inners=_inners(data))


def _inners(data: bytes) -> Iterator[Inner]:
    yield Inner(data[28 : 28 + min(data[2], 16)], "dhcp.client_mac", "client_mac", (), 28)
    for name, at in _ADDRESSES.items():
        if any(data[at : at + 4]):
            yield Inner(".".join(map(str, data[at : at + 4])).encode(), f"dhcp.{name}", name, (), -1, at)
    at = _FIXED + 4
    while at + 1 < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        name, size = _OPTIONS.get(data[at], ""), data[at + 1]
        value = data[at + 2 : at + 2 + size]
        if name and value:
            yield Inner(value, f"dhcp.{name}", name, (), at + 2)
        at += 2 + size
