"""What is learnt about one conversation while its payload is read: names, versions, what was missed; and its messages.

The protocol readers of packet captures (`talk_*`) tell a `Story`; the flows table is made from it at the end.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from auditor.capture.endpoint_names import host_name
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Direction, HostSource, Visibility

MAX_NAMES = 100_000
"""Different names that one conversation keeps: a resolver that asks another from one port alone has as many in a week."""
MAX_UNREAD = 50
"""Different reasons that one conversation keeps."""
_ORDER = (
    HostSource.CONNECT,
    HostSource.TLS_SNI,
    HostSource.QUIC_SNI,
    HostSource.HTTP_HOST,
    HostSource.HTTPDNS,
    HostSource.DNS_ANSWER,
    HostSource.CERTIFICATE,
    HostSource.MQTT,
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What DNS said of a server's address before the conversation began."""

    name: str
    source: HostSource
    """DNS_ANSWER or HTTPDNS."""
    chain: tuple[str, ...]
    """The canonical names behind the name."""


type Resolve = Callable[[int], Resolved | None]
"""Looks up the server's address, given which side is the client."""


class Story:
    """One conversation, as far as it is understood. There may be a million of them."""

    __slots__ = (
        "_resolve", "_resolved", "addresses", "alpn", "app", "application", "client", "cut", "dozes", "emit",
        "finished", "flow_id", "hosts", "missing", "names", "number", "ports", "tls_version", "unread", "url", "visibility",
    )  # fmt: skip

    def __init__(
        self,
        *,
        flow_id: str,
        client: int,
        addresses: tuple[str, str],
        ports: tuple[int, int],
        emit: Callable[[Message], None] | None,
        resolve: Resolve,
    ) -> None:
        """`client` is the side that opened it, -1 when no handshake was seen."""
        self.flow_id = flow_id
        self.client = client
        self.addresses = addresses
        self.ports = ports
        self.emit = emit
        self.application: str | None = None
        self.visibility: Visibility | None = None
        self.tls_version: str | None = None
        self.alpn: str | None = None
        self.url: str | None = None
        self.app: str | None = None
        self.names: dict[str, None] = {}
        self.hosts: dict[HostSource, str] = {}
        self.unread: dict[str, None] = {}
        self.missing: dict[str, int] = {}
        self.cut = False
        """Whether the snap length cut packets of the conversation."""
        self.number = 0
        self.finished = False
        """Nothing more can be learnt: the rest need not be picked."""
        self.dozes = False
        """Nothing more can be learnt before a long header of QUIC says that another connection begins."""
        self._resolve = resolve
        self._resolved: tuple[int, Resolved] | None = None

    @property
    def server(self) -> int:
        """The side of the server."""
        return 1 - max(self.client, 0)

    @property
    def resolved(self) -> Resolved | None:
        """What DNS said of the server's address."""
        if self._resolved is None or self._resolved[0] != self.server:
            found = self._resolve(1 - self.server)
            if found is None:  # an answer that has to be decrypted is read later
                return None
            self._resolved = (self.server, found)
        return self._resolved[1]

    def opened_by(self, side: int) -> None:
        """Notes the side that speaks like a client, where the handshake was not seen."""
        if self.client < 0:
            self.client = side

    def direction(self, side: int) -> Direction:
        """Up from the client; from the first speaker where nothing tells."""
        return Direction.UP if side == max(self.client, 0) else Direction.DOWN

    def is_up(self, side: int) -> bool:
        """Whether that side is the client."""
        return side == max(self.client, 0)

    def spoke(self, application: str, visibility: Visibility) -> None:
        """The protocol that was recognised; a later call is about a protocol further inside."""
        self.application = application
        self.visibility = visibility

    def name(self, raw: bytes | str, source: HostSource | None = None) -> str | None:
        """Notes a name that was seen, and where; the first of each source may become the host.

        Returns the name as published, None for an empty one or an address.
        """
        host = host_name(raw)
        if host is None:
            return None
        if len(self.names) < MAX_NAMES or host in self.names:
            self.names[host] = None
        else:
            self.unread[f"names: more than {MAX_NAMES:,} different ones"] = None
        if source is not None:
            self.hosts.setdefault(source, host)
        return host

    def calls_itself(self, raw: str) -> None:
        """Notes the name of the server's certificate. Nobody asked for it: it is a name of the flow only where it is the host."""
        host = host_name(raw)
        if host is not None:
            self.hosts.setdefault(HostSource.CERTIFICATE, host)

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every name in order of appearance."""
        host, source = self.host
        last = (host,) if host is not None and source is HostSource.CERTIFICATE and host not in self.names else ()
        return (*self.names, *last)

    @property
    def host(self) -> tuple[str | None, HostSource]:
        """The flow's host and where it was read."""
        resolved = self.resolved
        for source in _ORDER:
            if source in self.hosts:
                return self.hosts[source], source
            if resolved is not None and resolved.source is source:
                return resolved.name, source
        return None, HostSource.NONE

    def miss(self, reasons: Iterable[str]) -> None:
        """Notes what was not looked through."""
        for reason in reasons:
            if len(self.unread) < MAX_UNREAD:
                self.unread[reason] = None

    def lose(self, part: str, size: int) -> None:
        """Adds to the bytes of a part that the capture does not hold."""
        self.missing[part] = self.missing.get(part, 0) + size

    def all_unread(self) -> tuple[str, ...]:
        """Every reason, in order."""
        why = ", cut by the snap length" if self.cut else ""
        gone = (f"{part}: {size} bytes missing from the capture{why}" for part, size in self.missing.items())
        return (*self.unread, *gone)

    def say(
        self,
        *,
        side: int,
        at: int | None,
        protocol: str,
        pieces: tuple[Piece, ...],
        host: str | None = None,
        missing: tuple[str, ...] = (),
    ) -> None:
        """Hands a message on to whoever inspects content."""
        self.miss(missing)
        if self.emit is None:
            return
        message = Message(
            flow_id=self.flow_id,
            number=self.number,
            direction=self.direction(side),
            at=at,
            host=host or self.host[0],
            protocol=protocol,
            pieces=pieces,
            missing=missing,
        )
        self.number += 1
        self.emit(message)
