"""Flows as they begin, go on and end in; records of the journal out: each flow begins once and ends once, each message of a
stream is told once. Names are masked, because a planted value may stand in a host; content never gets here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from auditor.model.attribution import Attribution, Endpoint
from auditor.record.flow_label import printable
from auditor.record.flow_size import http_sizes
from auditor.record.journal import Fact, Kind

if TYPE_CHECKING:
    from mitmproxy.flow import Flow

type Tell = Callable[..., None]
"""Takes a kind of record and its facts by name."""


@dataclass(slots=True)
class Counts:
    """What passed so far."""

    flows: int = 0
    messages: int = 0
    """Requests, responses, and messages of streams."""
    bytes: int = 0
    flagged: int = 0
    """Flows with a mark."""
    sightings: int = 0
    skipped: int = 0
    """Flows that the live scan left out."""
    hook_errors: int = 0

    def facts(self) -> dict[str, Fact]:
        """For the journal."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Entry:
    """What is known of a flow. It does not hold the flow: an ended one must be let go."""

    address: str | None = None
    """The server's, as it was known when the flow was labelled last."""
    facts: dict[str, Fact] = field(default_factory=dict)
    up: int = 0
    down: int = 0
    messages: int = 0
    is_flagged: bool = False


class FlowBook:
    """All flows of a recording: those that are open, and what was counted."""

    def __init__(self, tell: Tell, mask: Callable[[str], str], surface: str) -> None:
        self.counts = Counts()
        self._tell = tell
        self._mask = mask
        self._surface = surface
        self._open: dict[str, Flow] = {}
        self._entries: WeakKeyDictionary[Flow, Entry] = WeakKeyDictionary()

    @property
    def open_flows(self) -> tuple["Flow", ...]:
        """Flows that began and have not ended."""
        return tuple(self._open.values())

    def entry(self, flow: "Flow") -> Entry | None:
        """What is known of a flow; None where it never began."""
        return self._entries.get(flow)

    def open(self, flow: "Flow") -> Entry:
        """A flow that is there for the first time."""
        self.counts.flows += 1
        entry = self._entries[flow] = Entry()
        self._open[flow.id] = flow
        return entry

    def begin(self, flow: "Flow", endpoint: Endpoint, attribution: Attribution, phase: str | None) -> None:
        """Tells that a flow began; or keeps what is newly known of it, for its end."""
        entry = self._entries[flow]
        is_new = not entry.facts
        request = getattr(flow, "request", None)
        entry.facts = {
            "flow_id": flow.id,
            "type": str(flow.type),
            "surface": self._surface,
            "host": self._shown(endpoint.host),
            "host_source": endpoint.host_source,
            "server_ip": endpoint.server_ip,
            "port": endpoint.server_port,
            "method": printable(getattr(request, "method", "")) or None,
            "party": attribution.party,
            "recipient": self._shown(attribution.recipient),
            "relation": attribution.relation,
            "service": attribution.service and printable(attribution.service),
            "phase": phase,
        }
        if is_new:
            self._tell(Kind.FLOW, **entry.facts, state="begun", bytes_up=None, bytes_down=None, status=None)
        if flow.marked and not entry.is_flagged:
            entry.is_flagged = True
            self.counts.flagged += 1

    def _shown(self, name: str | None) -> str | None:
        return None if name is None else printable(self._mask(name))

    def message(self, flow: "Flow", size: int, *, up: bool) -> None:
        """Tells of a message of a stream."""
        entry = self._entries.get(flow) or self.open(flow)
        number = entry.messages
        entry.messages += 1
        entry.up += size if up else 0
        entry.down += 0 if up else size
        self.counts.messages += 1
        self.counts.bytes += size
        self._tell(Kind.MESSAGE, flow_id=flow.id, n=number, direction="up" if up else "down", bytes=size)

    def end(self, flow: "Flow", *, still_open: bool = False, stream_sha256: str | None = None) -> None:
        """Tells that a flow ended, once; with the hash of its stream's file, where it has one."""
        if self._open.pop(flow.id, None) is None:
            return
        entry = self._entries[flow]
        up: int | None = entry.up
        down: int | None = entry.down
        response = getattr(flow, "response", None)
        status = getattr(response, "status_code", None)
        if flow.type == "http":
            head_up, head_down = http_sizes(flow)  # type: ignore[arg-type]
            self.counts.messages += 1 + (response is not None)
            self.counts.bytes += (head_up or 0) + (head_down or 0)
            up, down = _sum(head_up, entry.up), _sum(head_down, entry.down)
        elif flow.type == "dns":
            up = down = None
            self.counts.messages += 1 + (response is not None)
        self._tell(
            Kind.FLOW,
            **(entry.facts or {"flow_id": flow.id, "type": str(flow.type), "surface": self._surface}),
            state="ended",
            bytes_up=up,
            bytes_down=down,
            messages=entry.messages,
            status=status if isinstance(status, int) else None,
            stream=str(flow.metadata.get("audit_stream", "")) or None,
            stream_sha256=stream_sha256,
            failed=flow.error is not None,
            still_open=still_open,
        )


def _sum(head: int | None, messages: int) -> int | None:
    return None if head is None else head + messages
