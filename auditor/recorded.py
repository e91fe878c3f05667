"""Journal and captures of one session in; whether they say the same, flow by flow, and what only the journal saw, out.

A flow that a recorder told of must be in its flow file and the other way round, with the same bytes. Where the recorder ended in
order, a difference is damage: somebody or something changed the evidence. Where it was killed, what it left is torn, and the
last moment may be in one of the two only.

Connections that a proxy could not look into leave no flow in a flow file. They are flows of the journal: opaque, with the host
that was asked for, so that they are attributed, lower coverage and stand in every table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.capture.endpoint_names import address, host_name
from auditor.model.flow import Flow
from auditor.model.reading import Damage
from auditor.model.tables import OBSERVED
from auditor.model.vocabulary import HostSource, Visibility
from auditor.session.journal import Connection, JournalFacts, Recorder, ToldFlow, nanoseconds

if TYPE_CHECKING:
    import pandas as pd

BLIND = ("refused", "suspected_pinning", "passed_through", "opaque_protocol")
"""Insights of connections on which content may have passed unseen."""
STREAMS, ENDING = "streams", ".stream"
MOST_TOLD = 20
"""Differences of one file that are told one by one."""

type Sizes = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a capture file and its recorders' journal stand to each other."""

    damage: tuple[Damage, ...] = ()
    notes: tuple[str, ...] = ()


def killed_files(facts: JournalFacts) -> frozenset[str]:
    """Capture files whose recorder was killed, or could not go on: what is cut off at their end is torn, not damaged."""
    return frozenset(run.file for run in facts.recorders if run.file and run.was_cut)


def compare(
    file: str,
    facts: JournalFacts,
    flows: Mapping[str, Sizes],
    digest: Callable[[str], str | None] = lambda _: None,
    sha256: str | None = None,
) -> Agreement:
    """What a flow file holds (flow id to bytes up and down) against what its recorders told of it.

    `digest` gives the SHA-256 of a stream's file by its name; None where it is not there, which its flow says itself. `sha256`
    is that of the flow file.
    """
    runs = [run for run in facts.recorders if run.file == file and run.engine == "mitmproxy"]
    if not runs or facts.damage:
        return Agreement()
    if any(run.is_filtered for run in runs):
        return Agreement(notes=("a filter left flows out of this file; it was not compared with the journal",))
    differences = [*_differences(runs, flows), *_changed_streams(runs, digest)]
    if sha256 and any(run.file_sha256 not in (None, sha256) for run in runs):
        differences.append(("file", "is not as its recorder closed it: something in it was changed, moved or replaced"))
    return _told(differences, is_cut=any(run.was_cut for run in runs))


def _told(differences: list[tuple[str, str]], *, is_cut: bool) -> Agreement:
    """As damage; as notes where the recorder was cut off, and could not write down what it still wrote."""
    told = [(_where(flow), what) for flow, what in differences[:MOST_TOLD]]
    if is_cut:
        return Agreement(notes=tuple(f"{place}: {what}" for place, what in told))
    more = len(differences) - len(told)
    rest = (Damage("journal", f"and {more} more flows differ"),) if more else ()
    return Agreement(damage=(*(Damage(place, what) for place, what in told), *rest))


def _where(flow: str) -> str:
    return flow if flow == "file" else f"flow {flow}"


def _differences(runs: Sequence[Recorder], flows: Mapping[str, Sizes]) -> Iterable[tuple[str, str]]:
    told: dict[str, ToldFlow] = {flow: said for run in runs for flow, said in run.flows.items()}
    for flow, said in told.items():
        sizes = flows.get(flow)
        if sizes is None:
            what = "ended" if said.has_ended else "began and was open when the recording was cut off"
            yield flow, f"{what} in the journal ({said.host or 'no host'}) but is not in the flow file"
        elif said.has_ended and _differ(sizes, (said.bytes_up, said.bytes_down)):
            yield flow, f"the journal says {_shown(said.bytes_up, said.bytes_down)}, the flow file {_shown(*sizes)}"
    for flow in flows:
        if flow not in told:
            yield flow, "is in the flow file but not in the journal"


def _changed_streams(runs: Sequence[Recorder], digest: Callable[[str], str | None]) -> Iterable[tuple[str, str]]:
    for run in runs:
        for flow, said in run.flows.items():
            is_ours = said.stream == f"{STREAMS}/{flow}{ENDING}" and "/" not in flow
            found = digest(said.stream) if said.stream and is_ours and said.stream_sha256 else None
            if found is not None and found != said.stream_sha256:
                yield flow, f"{said.stream} is not what the journal says: it was changed"


def _differ(first: Sizes, second: Sizes) -> bool:
    return any(one is not None and other is not None and one != other for one, other in zip(first, second, strict=True))


def _shown(up: int | None, down: int | None) -> str:
    return f"{'?' if up is None else up} bytes up and {'?' if down is None else down} down"


def blind_flows(facts: JournalFacts, known: frozenset[tuple[str, int]]) -> "pd.DataFrame":
    """The connections that could not be looked into, as flows of the journal; `known` are clients whose flows a capture has."""
    rows = []
    number = 0
    for run in facts.recorders:
        for entry in run.connections:
            client = _place(entry.client)
            if entry.insight in BLIND and client not in known:
                rows.append(_flow(entry, client, f"connection-{number}"))
            number += 1
    return OBSERVED.frame(flow.row() for flow in rows)


def _flow(entry: Connection, client: tuple[str, int], name: str) -> Flow:
    hosts = [_place(host) for host in entry.hosts]
    asked, port = hosts[0] if hosts else ("", 0)
    found = ((host_name(asked), HostSource.CONNECT), (host_name(entry.sni), HostSource.TLS_SNI))
    named = [(host, source) for host, source in found if host]
    host, source = named[0] if named else (None, HostSource.NONE)
    return Flow(
        flow_id=name,
        client_ip=address(client[0]),
        client_port=client[1] or None,
        server_ip=next((ip for place, _ in hosts if (ip := address(place))), None),
        server_port=port or None,
        transport=entry.transport,
        application=("quic" if entry.transport == "udp" else "tls") if entry.is_tls else None,
        host=host,
        host_source=source,
        names=tuple(dict.fromkeys(host for host, _ in named)),
        started=nanoseconds(entry.started),
        ended=nanoseconds(entry.ended),
        bytes_up=entry.bytes_up,
        bytes_down=entry.bytes_down,
        visibility=Visibility.OPAQUE,
        tls_version=entry.tls_version,
        alpn=entry.alpn,
    )


def _place(text: str) -> tuple[str, int]:
    """Host and port of `host:port`; port 0 where there is none."""
    host, _, port = text.rpartition(":")
    return (host, int(port)) if host and port.isdecimal() and len(port) <= 5 else (text, 0)


def ladder(facts: JournalFacts) -> tuple[str, ...]:
    """The decryption ladder in words: for each host how often a connection could be looked into, and how far."""
    counts: dict[str, dict[str, int]] = {}
    for run in facts.recorders:
        for entry in run.connections:
            host = entry.sni or (_place(entry.hosts[0])[0] if entry.hosts else "no host")
            rungs = counts.setdefault(host, {})
            rungs[entry.insight] = rungs.get(entry.insight, 0) + 1
    return tuple(f"{host}: {_rungs(rungs)}" for host, rungs in sorted(counts.items()) if set(rungs) != {"inspected"})


def _rungs(rungs: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {insight.replace('_', ' ')}" for insight, count in sorted(rungs.items()))


def sizes_of(flows: "pd.DataFrame") -> dict[str, Sizes]:
    """Flow id to bytes up and down; null is None."""
    columns = (
        flows[name].astype("object").where(flows[name].notna(), None).tolist() for name in ("flow_id", "bytes_up", "bytes_down")
    )
    return {str(flow): (up, down) for flow, up, down in zip(*columns, strict=True)}


def is_empty(path: str) -> bool:
    """Whether the file has no bytes."""
    try:
        return Path(path).stat().st_size == 0
    except OSError:
        return False


def without_damage_of(notes: tuple[str, ...], damage: tuple[Damage, ...]) -> tuple[str, ...]:
    """The damage of a file that its recorder left torn, told as notes."""
    return (*notes, *(f"{entry.where}: {entry.what} (the recorder was killed)" for entry in damage))
