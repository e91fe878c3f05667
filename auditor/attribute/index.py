"""The catalog, arranged for look-ups: a host name or an address goes in, the patterns that hold for it come out.

Names are looked up label by label in dictionaries, addresses once for each prefix length that the catalog has, so that the size
of the catalog does not matter.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.attribute.host import Address
from auditor.model.destination import Catalog, Group, Pattern, PortHint, Reach, Service, TenantPattern

_ADDRESS_REACH = (Reach.ADDRESS, Reach.PREFIX, Reach.CLOUD_PREFIX)


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A host of a shared platform whose name shows the customer."""

    pattern: TenantPattern
    label: str


class Index:
    """Look-ups in one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._names: dict[Reach, dict[str, list[Pattern]]] = {
            Reach.EXACT: {},
            Reach.SUFFIX: {},
            Reach.GROUP_SUFFIX: {},
        }
        self._prefixes: dict[tuple[int, int], dict[int, list[Pattern]]] = {}
        newest_first = sorted(catalog.patterns, key=lambda pattern: pattern.service.valid_from, reverse=True)
        for pattern in newest_first:
            if pattern.reach in _ADDRESS_REACH:
                self._add_prefix(pattern)
            else:
                self._names[pattern.reach].setdefault(pattern.text, []).append(pattern)
        self._lengths = sorted(self._prefixes, reverse=True)
        self._tenants: dict[str, list[tuple[re.Pattern[str], TenantPattern]]] = {}
        for tenant in catalog.tenants:
            for suffix in tenant.suffixes:
                self._tenants.setdefault(suffix, []).append((re.compile(tenant.expression), tenant))
        self._ports = {(hint.transport, hint.port): hint for hint in catalog.ports}
        self._networks = {asn: group for group in catalog.groups for asn in group.asns}
        self._regions = {group.slug: _region_expression(group) for group in catalog.groups if group.regions}
        self.ends = frozenset(self._tenants).union(*self._names.values())
        """Every name that a rule is about, itself or what lies below it, on any day."""
        self.is_dated = any(_is_dated(pattern.service) for pattern in catalog.patterns)
        """Whether the day of a flow can make a difference."""

    def _add_prefix(self, pattern: Pattern) -> None:
        network = ipaddress.ip_network(pattern.text)
        level = self._prefixes.setdefault((network.version, network.prefixlen), {})
        level.setdefault(int(network.network_address) >> (network.max_prefixlen - network.prefixlen), []).append(pattern)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """First and last address of each IPv4 prefix that has a rule."""
        sizes = ((length, network) for (version, length), level in self._prefixes.items() if version == 4 for network in level)
        return tuple((network << 32 - length, ((network + 1) << 32 - length) - 1) for length, network in sizes)

    @property
    def ports(self) -> frozenset[int]:
        """Ports that have a hint, of any transport."""
        return frozenset(port for _, port in self._ports)

    def named(self, name: str, reach: Reach, day: str) -> Pattern | None:
        """The pattern of that reach with the longest match."""
        known = self._names[reach]
        candidates = (name,) if reach is Reach.EXACT else suffixes(name)
        for candidate in candidates:
            for pattern in known.get(candidate, ()):
                if pattern.service.holds_on(day):
                    return pattern
        return None

    def tenancy(self, name: str) -> Tenancy | None:
        """The tenant rule that the name obeys."""
        for suffix in suffixes(name):
            for expression, tenant in self._tenants.get(suffix, ()):
                match = expression.fullmatch(name)
                if match:
                    groups = match.groupdict()
                    return Tenancy(tenant, groups.get("tenant") or groups.get("asked") or "")
        return None

    def prefixes(self, address: Address, day: str) -> Iterator[Pattern]:
        """The patterns that hold the address, the narrowest first."""
        number = int(address)
        for version, length in self._lengths:
            if version != address.version:
                continue
            for pattern in self._prefixes[version, length].get(number >> (address.max_prefixlen - length), ()):
                if pattern.service.holds_on(day):
                    yield pattern

    def port(self, transport: str, port: int | None) -> PortHint | None:
        """What the port usually carries."""
        return self._ports.get((transport, port)) if port is not None else None

    def network(self, asn: int) -> Group | None:
        """The group that runs a network."""
        return self._networks.get(asn)

    def server_country(self, name: str, group: Group | None) -> str | None:
        """The country of the region that a host name of the group names."""
        expression = self._regions.get(group.slug) if group else None
        match = expression.search(name) if expression else None
        return dict(group.regions)[match[1]] if match and group else None


def suffixes(name: str) -> Iterator[str]:
    """The name and every name above it, down to two labels or one: a.b.c, b.c, c."""
    yield name
    start = name.find(".")
    while start >= 0:
        yield name[start + 1 :]
        start = name.find(".", start + 1)


def _region_expression(group: Group) -> re.Pattern[str]:
    words: Iterable[str] = sorted((word for word, _ in group.regions), key=len, reverse=True)
    return re.compile(rf"(?:^|[.-])({'|'.join(re.escape(word) for word in words)})(?=[.-])")


def _is_dated(service: Service) -> bool:
    return bool(service.valid_from or service.valid_to)
