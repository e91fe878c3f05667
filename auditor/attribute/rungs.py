"""What each rung of the ladder says of an endpoint: names and addresses go in, what single rungs say comes out.

A rung knows nothing of the others; `ladder` weighs them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from auditor.attribute.address_table import AddressRow
from auditor.attribute.host import Address
from auditor.attribute.index import Index
from auditor.model.destination import Group, PortHint, Purpose, Reach, Service
from auditor.model.vocabulary import Confidence, Step

HOSTING_PURPOSES = frozenset(
    (
        Purpose.CDN,
        Purpose.CLOUD_API,
        Purpose.CLOUD_DATABASE,
        Purpose.CLOUD_HOSTING,
        Purpose.CLOUD_STORAGE,
    )
)
"""Services whose vendor's infrastructure carries somebody's content."""

RANK = {Confidence.NONE: 0, Confidence.LOW: 1, Confidence.MEDIUM: 2, Confidence.HIGH: 3}

_NAME_STEPS = ((Reach.EXACT, Step.EXACT), (Reach.SUFFIX, Step.SUFFIX), (Reach.GROUP_SUFFIX, Step.GROUP_SUFFIX))
_ADDRESS_STEPS = {
    Reach.ADDRESS: (Step.VENDOR_ADDRESS, Confidence.MEDIUM),
    Reach.PREFIX: (Step.PREFIX, Confidence.LOW),
    Reach.CLOUD_PREFIX: (Step.CLOUD_PREFIX, Confidence.LOW),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung that speaks."""

    step: Step
    pattern: str
    service: Service | None
    """None: the rung tells the hosting or a hint only."""
    confidence: Confidence
    reason: str
    tenant: str | None = None
    own_tenant: bool = False
    """Whether the tenant is the first party's."""
    hosting: Group | None = None
    country: str | None = None
    """Of the server."""
    port: PortHint | None = None

    @property
    def names_owner(self) -> bool:
        """Whether it says who receives the content, and not only where that runs."""
        return self.service is not None and self.step not in (Step.CNAME, Step.CLOUD_PREFIX)


def at_most(confidence: Confidence, limit: Confidence) -> Confidence:
    """The weaker of two."""
    return min(confidence, limit, key=lambda word: RANK[word])


def of_name(index: Index, name: str, day: str, is_own: Callable[[str], bool]) -> Iterator[Rung]:
    """The rungs that a host name reaches: exact, tenant, suffix, group suffix."""
    for reach, step in _NAME_STEPS:
        pattern = index.named(name, reach, day)
        if pattern is not None:
            yield _of_service(index, name, step, pattern.text, pattern.service)
        if step is Step.EXACT:
            yield from _of_tenant(index, name, day, is_own)


def _of_service(index: Index, name: str, step: Step, pattern: str, service: Service) -> Rung:
    what = "is the host of" if name == pattern else f"lies below {pattern}:"
    return Rung(
        step=step,
        pattern=pattern,
        service=service,
        confidence=service.confidence,
        reason=f"{name} {what} {service.name}, {service.entity.name} ({provenance(service)})",
        hosting=service.group if is_hosting(service) else None,
        country=service.server_country or index.server_country(name, service.group),
    )


def _of_tenant(index: Index, name: str, day: str, is_own: Callable[[str], bool]) -> Iterator[Rung]:
    tenancy = index.tenancy(name)
    if tenancy is None or not tenancy.pattern.service.holds_on(day):
        return
    service = tenancy.pattern.service
    own = is_own(tenancy.label)
    whose = "the session lists as its own" if own else "whose owner is not known"
    yield Rung(
        step=Step.TENANT,
        pattern=tenancy.pattern.expression,
        service=service,
        confidence=Confidence.HIGH if own else at_most(service.confidence, Confidence.MEDIUM),
        reason=f"{name} is {service.name} of the customer '{tenancy.label}', {whose} ({provenance(service)})",
        tenant=tenancy.label,
        own_tenant=own,
        hosting=service.group,
        country=service.server_country or index.server_country(name, service.group),
    )


def of_address(index: Index, address: Address, day: str) -> Iterator[Rung]:
    """The rungs that an address reaches: vendor address, prefix, cloud prefix; the narrowest of each."""
    spoken: set[Step] = set()
    for pattern in index.prefixes(address, day):
        step, limit = _ADDRESS_STEPS[pattern.reach]
        if step in spoken:
            continue
        spoken.add(step)
        service = pattern.service
        yield Rung(
            step=step,
            pattern=pattern.text,
            service=service,
            confidence=at_most(service.confidence, limit),
            reason=f"{address} lies in {pattern.text}: {service.name}, {service.entity.name} ({provenance(service)})",
            hosting=service.group,
            country=service.server_country,
        )


def of_row(index: Index, address: Address, row: AddressRow) -> Rung:
    """The rung of the user's address table: where the server is and whose network carries it, never who owns the content."""
    group = index.network(row.asn)
    return Rung(
        step=Step.CLOUD_PREFIX,
        pattern=f"AS{row.asn}",
        service=None,
        confidence=Confidence.LOW,
        reason=f"{address} lies in AS{row.asn} ({row.description or 'not named'}) by the user's address table",
        hosting=group,
        country=row.country,
    )


def of_cnames(index: Index, cnames: tuple[str, ...], day: str) -> Iterator[Rung]:
    """The rungs of the names behind the asked one, the last of the chain first: that is where the server is."""
    for cname in reversed(cnames):
        for rung in of_name(index, cname, day, _nobody):
            reason = f"the asked name leads to {cname}: {rung.reason}"
            yield replace(rung, step=Step.CNAME, confidence=at_most(rung.confidence, Confidence.MEDIUM), reason=reason)
            break


def _nobody(_label: str) -> bool:
    return False


def of_port(index: Index, transport: str, port: int | None) -> Iterator[Rung]:
    """The hint of a port."""
    hint = index.port(transport, port)
    if hint is not None:
        yield Rung(
            step=Step.PORT,
            pattern=f"{transport}/{port}",
            service=None,
            confidence=Confidence.LOW,
            reason=f"port {port} usually carries {hint.service} ({hint.source}, seen {hint.seen})",
            port=hint,
        )


def is_hosting(service: Service) -> bool:
    """Whether the vendor's infrastructure carries what a host of the service receives."""
    return service.shared or bool(HOSTING_PURPOSES & set(service.purposes))


def provenance(service: Service) -> str:
    """Where the knowledge of a service comes from, with its date."""
    return f"{', '.join(service.sources)}; seen {service.seen}"
