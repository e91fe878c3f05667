"""An endpoint with its host read: the name checked, the address parsed, the domain found. No opinion on its owner yet."""

from dataclasses import dataclass

from auditor.attribute.host import Address, Host, Invalid, Name, is_local, read, read_address
from auditor.attribute.registrable import domain
from auditor.model.attribution import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an endpoint is, before anybody is asked about it."""

    endpoint: Endpoint
    host: Host | None
    address: Address | None
    """The one that stands in place of a host name, else the server's."""
    domain: str | None
    """Registrable."""

    @property
    def name(self) -> Name | None:
        """The host where it is a sound name."""
        return self.host if isinstance(self.host, Name) else None

    @property
    def is_local(self) -> bool:
        """Whether the flow stays in the local network: by its name, where no address speaks against it, else by its address."""
        if self.name and not self.name.is_local:
            return False
        if self.address is not None:
            return is_local(self.address)
        return self.name is not None

    @property
    def fallback(self) -> str:
        """The recipient where no party and no group is known: domain, else name, else address."""
        if self.domain:
            return self.domain
        if self.name:
            return self.name.text
        return str(self.address) if self.address else "unknown"

    @property
    def why_unknown(self) -> str:
        """Why no rule says anything, for a reader."""
        if isinstance(self.host, Invalid):
            return f"invalid host name: {self.host.fault}"
        if self.name is None:
            return f"no name was seen for {self.address}" if self.address else "neither a name nor an address was seen"
        if self.name.lookalike:
            return f"no rule knows {self.name.text}; it looks like {self.name.lookalike} but is another name"
        return f"no rule knows {self.name.text}"


def look(endpoint: Endpoint) -> Seen:
    """Reads what an endpoint says of itself."""
    host = read(endpoint.host) if endpoint.host is not None else None
    address = read_address(endpoint.server_ip) if endpoint.server_ip else None
    if host is not None and not isinstance(host, Name | Invalid):
        address = host  # what the client asked for; the address of the connection may be a proxy's
    return Seen(
        endpoint=endpoint,
        host=host,
        address=address,
        domain=domain(host.text) if isinstance(host, Name) else None,
    )
