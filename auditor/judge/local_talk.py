"""Flows and what captures show of the local network in; the conversations that stayed in the local network out, summed up."""

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from auditor.judge.document import iso
from auditor.judge.rows import Rows
from auditor.model.audit import Audit
from auditor.model.device import LocalFacts, LocalRow, Topology
from auditor.model.vocabulary import Visibility

if TYPE_CHECKING:
    import pyarrow as pa

    from auditor.judge.columns import Mask

MAX_PORTS = 50
"""Ports of one server that one client's rows name; more are a scan, and become one row."""
MAX_ROWS = 2000
MAX_EVIDENCE = 5
_HEADERS = 90
"""Bytes of a packet that carries nothing: Ethernet, IPv6 and TCP with its usual options at the most."""
_CLEAREST = (Visibility.CLEARTEXT, Visibility.DECRYPTED, Visibility.OPAQUE)

_TEXTS = ("client_ip", "server_ip", "transport", "server_port", "application", "visibility", "phase", "flow")
_SUMS = ("packets_up", "packets_down", "bytes_up", "bytes_down")
_NUMBERS = ("started", *_SUMS)

type _Key = tuple[str, str, str, int | None]


def with_local_network(audit: Audit, pairs: "pa.Table", facts: LocalFacts, topologies: tuple[Topology, ...]) -> Audit:
    """The document with the local network, and with the legs that the set-up of the bench cannot see among its blind spots."""
    unseen = [f"{entry.id} {entry.title}: not seen: {leg}" for entry in topologies for leg in entry.unseen]
    unseen_zh = [f"{entry.id} {entry.title_zh}：看不到：{leg}" for entry in topologies for leg in entry.unseen_zh]
    coverage = replace(
        audit.coverage,
        blind_spots=(*audit.coverage.blind_spots, *unseen),
        blind_spots_zh=(*audit.coverage.blind_spots_zh, *unseen_zh),
    )
    return replace(audit, coverage=coverage, devices=facts.devices, local=local_rows(pairs, facts), topologies=topologies)


def local_rows(pairs: "pa.Table", facts: LocalFacts) -> tuple[LocalRow, ...]:
    """One row for each client, server, transport and port; the most talkative first."""
    if not facts.devices:
        return ()
    names = {address: device.device for device in facts.devices for address in device.addresses}
    asked = {(row.client_ip, row.server_ip, row.transport, row.server_port): row.commands for row in facts.asked}
    every = Rows.of(pairs)
    groups = _grouped(every.where(_stays(every)).distinct(("flow",)))
    rows = [_row(key, flows, names, asked) for key, flows in _collapsed(groups).items()]
    return tuple(
        sorted(rows, key=lambda row: (-(row.bytes_up + row.bytes_down), row.client_ip, row.server_ip, row.server_port or 0))
    )[:MAX_ROWS]


def _stays(pairs: Rows) -> "Mask":
    """Both ends are addresses of the local network, or the server is a group of its devices."""
    client = pairs.which(("client_ip",), lambda address: address is not None and is_local(address))
    server = pairs.which(("server_ip",), lambda address: address is not None and _stays_inside(address))
    return client & server & (pairs.numbers("packets_down")[1] | pairs.numbers("bytes_up")[1])


@lru_cache(maxsize=65536)
def is_local(text: str) -> bool:
    """Whether an address is one device's in a local network; the documentation's networks stand for public ones."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if address.is_loopback or address.is_multicast:
        return False
    return any(address in network for network in _NETWORKS if network.version == address.version)


def _stays_inside(text: str) -> bool:
    return is_local(text) or is_group(text)


def is_group(text: str) -> bool:
    """Whether an address is that of many devices: multicast or broadcast."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_multicast or text == "255.255.255.255"


_NETWORKS = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/32",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
    )
)
"""RFC 1918, 3927, 6598, 4193 and 4291; 0.0.0.0 speaks before it has an address."""


def _grouped(flows: Rows) -> dict[_Key, list[dict[str, Any]]]:
    groups: dict[_Key, list[dict[str, Any]]] = {}
    columns = {name: flows.texts(name) for name in _TEXTS} | {name: _numbers(flows, name) for name in _NUMBERS}
    for row in zip(*columns.values(), strict=True):
        client, server, transport, port, *_ = row
        groups.setdefault((str(client), str(server), str(transport), port), []).append(dict(zip(columns, row, strict=True)))
    return groups


def _numbers(flows: Rows, name: str) -> list[int | None]:
    values, known = flows.numbers(name)
    return [value if is_known else None for value, is_known in zip(values.tolist(), known.tolist(), strict=True)]


def _collapsed(groups: dict[_Key, list[dict[str, Any]]]) -> dict[_Key, list[dict[str, Any]]]:
    """As they are, but many ports of one server as one."""
    ports: dict[tuple[str, str, str], int] = {}
    for client, server, transport, _ in groups:
        ports[client, server, transport] = ports.get((client, server, transport), 0) + 1
    kept: dict[_Key, list[dict[str, Any]]] = {}
    for key, flows in groups.items():
        client, server, transport, port = key
        many = ports[client, server, transport] > MAX_PORTS
        kept.setdefault((client, server, transport, None if many else port), []).extend(flows)
    return kept


def _known(flows: list[dict[str, Any]], column: str) -> list[Any]:
    return [flow[column] for flow in flows if flow[column] is not None]


def _row(
    key: _Key, flows: list[dict[str, Any]], names: Mapping[str, str], asked: Mapping[tuple[str, str, str, int], tuple[str, ...]]
) -> LocalRow:
    client, server, transport, port = key
    sums = {name: sum(int(flow.get(name) or 0) for flow in flows) for name in _SUMS}
    seen = {flow["visibility"] for flow in flows}
    ports = {flow["server_port"] for flow in flows}
    return LocalRow(
        client=names.get(client, client),
        server=names.get(server, server),
        client_ip=client,
        server_ip=server,
        server_port=port,
        transport=transport,
        application=next((str(name) for name in _known(flows, "application") if name), None),
        multicast=is_group(server),
        visibility=next((word for word in _CLEAREST if word in seen), None),
        answered=sums["packets_down"] > 0 and (transport != "tcp" or bool(seen - {None}) or _is_more(sums)),
        flows=len(flows),
        phases=tuple(sorted({str(phase) for phase in _known(flows, "phase") if phase})),
        first=iso(min(_known(flows, "started"), default=None)),
        commands=(f"{len(ports)} ports",) if len(ports) > MAX_PORTS else asked.get((client, server, transport, port or -1), ()),
        evidence=tuple(str(flow["flow"]) for flow in flows[:MAX_EVIDENCE]),
        **sums,
    )


def _is_more(sums: Mapping[str, int]) -> bool:
    """Whether a TCP server sent more than refusals."""
    return sums["bytes_down"] > sums["packets_down"] * _HEADERS
