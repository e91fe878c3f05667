"""How rungs are weighed against each other: what rungs say goes in; who hosts, where, and what contradicts comes out."""

from collections.abc import Sequence

from auditor.attribute import rungs
from auditor.attribute.rungs import Rung
from auditor.model.attribution import Endpoint
from auditor.model.destination import PortHint
from auditor.model.vocabulary import Step

NETWORK_APPLICATIONS = ("dns", "ntp", "dhcp", "dhcpv6")
"""Protocols of the network itself."""

_DNS_OVER_TLS = 853


def is_network(endpoint: Endpoint, port: PortHint | None) -> bool:
    """Whether it is the network's own protocol. A port tells it only where nothing else was recognised, or for DNS over TLS."""
    if endpoint.application in NETWORK_APPLICATIONS:
        return True
    return port is not None and port.network and (endpoint.application is None or port.port == _DNS_OVER_TLS)


def can_contradict(owner: Rung, rung: Rung) -> bool:
    """Whether a rung speaks of the same thing as the owner's, from another source.

    Rungs of one name do not contradict each other: the narrower pattern is an exception from the wider one. A chain of names or
    a published address that leads to a cloud or a CDN tells the hosting.
    """
    if rung is owner or rung.service is None or rungs.is_hosting(rung.service):
        return False
    return rung.step in (Step.CNAME, Step.VENDOR_ADDRESS) and owner.step is not rung.step


def same_entity(owner: Rung, rung: Rung) -> bool:
    """Whether both rungs name one legal person."""
    return owner.service is not None and rung.service is not None and owner.service.entity.id == rung.service.entity.id


def hosting(found: Sequence[Rung]) -> str | None:
    """Whose infrastructure it is: the end of the chain of names first, then the address, then the asked name itself."""
    for steps in ((Step.CNAME,), (Step.VENDOR_ADDRESS, Step.PREFIX, Step.CLOUD_PREFIX), tuple(Step)):
        for rung in found:
            if rung.step in steps and rung.hosting:
                return rung.hosting.name
    return None


def server_country(found: Sequence[Rung]) -> str | None:
    """Where the server is: the region in a name first; a table of addresses, which knows registrations only, last."""
    return next((rung.country for rung in found if rung.country), None)
