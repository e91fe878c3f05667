"""What happened on each of the phone's connections in, how far each could be looked into out: the ledger of blind spots.

It must be kept while traffic passes: a handshake that was refused, a host that was passed through and a client that went
silent leave nothing in a flow file. A connection is judged when it ends, by the strongest thing that was seen on it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from auditor.record.flow_label import printable

_LONGEST = 160
_TLS_RECORD = b"\x16\x03"
_TUNNEL, _HTTP = b"CONNECT ", b"HTTP/"
_NO_TRUST = "does not trust the proxy's certificate"
_FIRST_MESSAGES = 4
_FIRST_BYTES = 256
"""How much of a connection is looked at to tell whether its protocol is known."""
_LEFT = "disconnected during the handshake"
_SILENCE = {"h2": "no request", "h3": "no request"}
"""What did not come. A preface of these protocols alone is no request, and is not told of."""


class Insight(StrEnum):
    """How far a connection could be looked into."""

    INSPECTED = "inspected"
    REFUSED = "refused"
    SUSPECTED_PINNING = "suspected_pinning"
    PASSED_THROUGH = "passed_through"
    OPAQUE_PROTOCOL = "opaque_protocol"
    UPSTREAM_FAILED = "upstream_failed"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionFact:
    """One connection of a client, when it has ended."""

    client: str
    """Address and port."""
    hosts: tuple[str, ...]
    """What it asked for, in order; with ports."""
    sni: str | None
    insight: Insight
    reason: str
    transport: str
    """tcp or udp."""
    is_tls: bool
    """Whether the client began a handshake (of QUIC too)."""
    requests: int
    messages: int
    bytes_up: int | None
    """From the client to the proxy, as they came over the wire, TLS included; None where they could not be counted."""
    bytes_down: int | None
    started: int
    """UTC, nanoseconds."""
    ended: int
    tls_version: str | None
    alpn: str | None
    still_open: bool


@dataclass(slots=True, kw_only=True)
class _Connection:
    """One connection while it lives."""

    client: str
    started: int
    transport: str = "tcp"
    hosts: list[str] = field(default_factory=list)
    sni: str | None = None
    hello: bool = False
    """Whether the proxy took up the client's handshake."""
    tls_up: bool = False
    tls_error: str = ""
    tls_version: str | None = None
    alpn: str | None = None
    raw_tls: bool = False
    """Whether the client began a handshake."""
    passed: bool = False
    """Whether the proxy was told to leave the connection alone."""
    first: bytes = b""
    """What the client began with in the clear, where the proxy chose how to read it."""
    upstream_error: str = ""
    requests: int = 0
    messages: int = 0
    understood: bool | None = None
    """Whether messages looked like text, or like a protocol that the audit reads: the client's where it said something."""
    spoke: bool = False
    """Whether the client sent a message."""
    opaque_messages: int = 0
    count: Callable[[], tuple[int, int]] | None = None

    @property
    def was_used(self) -> bool:
        """Whether anything was asked for or sent."""
        spoke = self.hello or self.raw_tls or self.passed or self.tls_up or self.first or self.requests or self.messages
        return bool(self.hosts or spoke or self.tls_error or self.upstream_error)


class Ledger:
    """All connections that are open. Ids are mitmproxy's."""

    def __init__(self) -> None:
        self._open: dict[str, _Connection] = {}

    def opened(self, connection: str, client: str, at: int, transport: str = "tcp") -> None:
        """A client connected."""
        self._open[connection] = _Connection(client=printable(client), started=at, transport=transport)

    def asked(self, connection: str, host: str) -> None:
        """It wants to go to `host:port`."""
        entry, name = self._open.get(connection), printable(host)
        if entry is not None and name not in entry.hosts:
            entry.hosts.append(name)

    def first_bytes(self, connection: str, data: bytes, sni: str | None = None) -> None:
        """What the client sent before the proxy chose how to read it, and the name in it where it is a handshake."""
        entry = self._open.get(connection)
        if entry is None or data.startswith(_TUNNEL):
            return
        is_hello = data.startswith(_TLS_RECORD)
        entry.raw_tls = entry.raw_tls or is_hello
        entry.first = b"" if is_hello else data[:_FIRST_BYTES]
        entry.sni = printable(sni) if sni and not entry.tls_up else entry.sni

    def hello(self, connection: str, sni: str | None) -> None:
        """The proxy answers the client's handshake itself."""
        entry = self._open.get(connection)
        if entry is not None:
            entry.hello, entry.sni = True, printable(sni) if sni else entry.sni

    def passed(self, connection: str, sni: str | None) -> None:
        """The proxy leaves the connection alone."""
        entry = self._open.get(connection)
        if entry is not None:
            entry.hello, entry.passed, entry.sni = False, True, printable(sni) if sni else entry.sni

    def tls_up(self, connection: str, version: str | None, alpn: bytes | None) -> None:
        """The handshake with the client is done."""
        entry = self._open.get(connection)
        if entry is not None:
            entry.tls_up, entry.tls_version = True, version
            entry.alpn = printable(alpn.decode("utf-8", "backslashreplace")) if alpn else None

    def tls_failed(self, connection: str, error: str) -> None:
        """The handshake with the client failed."""
        entry = self._open.get(connection)
        if entry is not None:
            entry.tls_error = printable(error)[:_LONGEST]

    def upstream_failed(self, connection: str, error: str) -> None:
        """The server could not be reached, or was not trusted."""
        entry = self._open.get(connection)
        if entry is not None:
            entry.upstream_error = printable(error)[:_LONGEST]

    def request(self, connection: str) -> None:
        """An HTTP request or a DNS question was read."""
        entry = self._open.get(connection)
        if entry is not None:
            entry.requests += 1

    def message(self, connection: str, content: bytes, *, up: bool = True) -> None:
        """A run of bytes, or a WebSocket message, was read. Ciphertext that is only shown counts for itself.

        What the protocol is the client's bytes say: a server that does not understand them may well complain in words.
        """
        entry = self._open.get(connection)
        if entry is None:
            return
        if entry.raw_tls and not entry.hello:
            entry.opaque_messages += 1
        else:
            if up and not entry.spoke:
                entry.spoke, entry.understood = True, None
            if up == entry.spoke and not entry.understood and entry.messages < _FIRST_MESSAGES:
                entry.understood = _is_understood(content[:_FIRST_BYTES])
            entry.messages += 1
            entry.raw_tls = entry.raw_tls or (not entry.tls_up and content.startswith(_TLS_RECORD))

    def counted(self, connection: str, count: Callable[[], tuple[int, int]]) -> None:
        """Bytes of the connection can be asked for: up, then down."""
        entry = self._open.get(connection)
        if entry is not None:
            entry.count = count

    def closed(self, connection: str, at: int, *, still_open: bool = False) -> ConnectionFact | None:
        """The fact of a connection that ended; None for one that asked for nothing, like a look whether the port is open."""
        entry = self._open.pop(connection, None)
        if entry is None or not entry.was_used:
            return None
        insight, reason = _judge(entry)
        up, down = entry.count() if entry.count else (None, None)
        return ConnectionFact(
            client=entry.client,
            hosts=tuple(entry.hosts),
            sni=entry.sni,
            insight=insight,
            reason=reason,
            transport=entry.transport,
            is_tls=entry.raw_tls or entry.hello or entry.tls_up or entry.sni is not None,
            requests=entry.requests,
            messages=entry.messages,
            bytes_up=up,
            bytes_down=down,
            started=entry.started,
            ended=at,
            tls_version=entry.tls_version,
            alpn=entry.alpn,
            still_open=still_open,
        )

    def close_all(self, at: int) -> tuple[ConnectionFact, ...]:
        """The facts of those that are open when the recording ends."""
        facts = (self.closed(connection, at, still_open=True) for connection in tuple(self._open))
        return tuple(fact for fact in facts if fact is not None)


def _judge(entry: _Connection) -> tuple[Insight, str]:
    """The strongest thing that was seen, and why."""
    rules = (
        (entry.requests > 0, Insight.INSPECTED, f"{entry.requests} requests"),
        (bool(entry.tls_error) and (entry.hello or entry.tls_up), Insight.REFUSED, _refusal(entry.tls_error)),
        (bool(entry.tls_error), Insight.UNFINISHED, "the handshake was never begun in full"),
        (entry.passed, Insight.PASSED_THROUGH, "the proxy was told to let it through"),
        (entry.opaque_messages > 0, Insight.PASSED_THROUGH, "a handshake that the proxy did not open, recorded as it came"),
        (entry.messages > 0 and entry.understood is True, Insight.INSPECTED, f"{entry.messages} messages of another protocol"),
        (
            entry.messages > 0,
            Insight.OPAQUE_PROTOCOL,
            f"{entry.messages} messages of a protocol that nobody knows; they are recorded",
        ),
        (bool(entry.upstream_error), Insight.UPSTREAM_FAILED, entry.upstream_error),
        (bool(entry.first) and (_HTTP in entry.first or not entry.hosts), Insight.UNFINISHED, "no request was finished"),
        (bool(entry.first), Insight.OPAQUE_PROTOCOL, "what came in the clear is no request that can be read, and not recorded"),
        (
            entry.tls_up,
            Insight.SUSPECTED_PINNING,
            f"the handshake was done, then {_SILENCE.get(entry.alpn or '', 'nothing')} came in the clear",
        ),
        (entry.hello or entry.raw_tls, Insight.UNFINISHED, "the handshake was never finished"),
    )
    for holds, insight, reason in rules:
        if holds:
            return insight, reason
    return Insight.UNFINISHED, "nothing was sent"


def _is_understood(data: bytes) -> bool:
    """Whether bytes are text, or open a protocol that the audit reads: MQTT (3.1 and later) or a handshake of TLS."""
    if data.startswith(_TLS_RECORD) or (data[:1] == b"\x10" and (b"MQTT" in data[:12] or b"MQIsdp" in data[:12])):
        return True
    text = data.decode("utf-8", "replace")
    shown = sum(sign.isprintable() or sign in "\r\n\t" for sign in text) - text.count("\ufffd")
    return bool(text) and shown >= 0.95 * len(text)


def _refusal(error: str) -> str:
    if _NO_TRUST in error:
        return f"the app does not trust the proxy's CA ({error})"
    return "the app left during the handshake" if _LEFT in error else error
