"""Who names which server in a capture: tshark, ndpiReader and the reader of this project, asked for the same thing.

A capture's path goes in; (ends of the conversation, host) pairs come out, and those that only a rival names. What a rival names that
is no destination stands in `NO_DESTINATION` (fields) and `EXPLAINED` (values), each with its reason.
"""

import ipaddress
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.capture.dns import address_text
from auditor.capture.opened import head
from auditor.capture.packets import READERS
from auditor.capture.reader import ReadOptions

SECONDS = 100
"""A rival may take this long for one capture."""


def _as_is(value: str) -> Iterator[str]:
    yield value


def _of_url(value: str) -> Iterator[str]:
    """The host of an absolute URL."""
    found = re.match(r"[a-zA-Z][\w+.-]*://(?:[^/?#@]*@)?([^/?#]*)", value)
    if found:
        yield found[1]


DESTINATIONS: dict[str, Callable[[str], Iterator[str]]] = {
    "tls.handshake.extensions_server_name": _as_is,
    "dtls.handshake.extensions_server_name": _as_is,
    "gquic.tag.sni": _as_is,
    "http.host": _as_is,
    "http.proxy_connect_host": _as_is,
    "http.request.full_uri": _of_url,
    "http2.headers.authority": _as_is,
    "http2.request.full_uri": _of_url,
    "dns.qry.name": _as_is,
    "socks.remote_name": _as_is,
    "rtsp.url": _of_url,
    "sip.r-uri.host": _as_is,
    "coap.opt.uri_host": _as_is,
    "dhcp.option.hostname": _as_is,
    "dhcp.fqdn.name": _as_is,
    "dhcpv6.client_domain": _as_is,
    "amqp.performative.arguments.hostname": _as_is,
}
"""Fields of tshark that say which server a client asked for, or what a device calls itself, and how to read the name off them."""

WIDE = (
    "sip.to.host",
    "sip.from.host",
    "sip.Via.sent-by.address",
    "sip.contact.host",
    "sip.auth.realm",
    "stun.att.realm",
    "l2tp.avp.host_name",
    "x509ce.dNSName",
    "x509sat.uTF8String",
    "x509sat.printableString",
    "dns.resp.name",
    "dns.cname",
    "dns.srv.target",
    "dns.ptr.domain_name",
    "smtp.req.parameter",
    "nbns.name",
    "mqtt.topic",
    "http.referer",
    "http.location",
    "kerberos.SNameString",
    "smb2.tree",
    "smb.path",
    "ntlmssp.challenge.target_name",
    "dhcp.server",
    "dhcp.option.domain_name",
    "lldp.tlv.system.name",
    "tns.connect_data",
    "rdp.rt_cookie",
    "snmp.name",
    "syslog.msgid",
    "elasticsearch.host_name",
    "ip.dst_host",
    "ipv6.dst_host",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A rival says that a packet is about a host."""

    flows: tuple[str, ...]
    """Numbers of the conversations that the packet is part of, like `tcp-0`, where the rival numbers them."""
    ends: tuple[tuple[str, int], ...]
    """Address and port of both ends, where it names those."""
    where: str
    host: str


def shown(name: str) -> str:
    """As hosts are published: lower case, without port and trailing dot."""
    return name.strip().lower().rstrip(".").partition(":")[0].rstrip(".")


def is_address(name: str) -> bool:
    """Whether it is an address, which is no name."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def tshark_lines(path: Path, fields: tuple[str, ...]) -> list[list[str]]:
    """One list of values for each packet, several of one field joined by `|`."""
    words = [word for field in ("tcp.stream", "udp.stream", *fields) for word in ("-e", field)]
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", *words]
    done = subprocess.run(command, capture_output=True, check=False, text=True, errors="replace", timeout=SECONDS)
    return [line.split("\t") for line in done.stdout.splitlines()]


def tshark_claims(path: Path, fields: dict[str, Callable[[str], Iterator[str]]]) -> Iterator[Claim]:
    """Every name that tshark shows in one of the fields."""
    names = tuple(fields)
    for row in tshark_lines(path, names):
        flows = tuple(
            f"{kind}-{number}" for kind, cell in zip(("tcp", "udp"), row, strict=False) for number in cell.split("|") if number
        )
        for field, cell in zip(names, row[2:], strict=True):
            for value in filter(None, cell.split("|")):
                for name in fields[field](value):
                    yield Claim(flows, (), field, name)


def ndpi_claims(path: Path, output: Path) -> Iterator[Claim]:
    """Every host name that ndpiReader gives a flow."""
    command = ["ndpiReader", "-q", "-i", str(path), "-K", "json", "-k", str(output)]
    subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
    for line in output.read_text(errors="replace").splitlines() if output.exists() else ():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        ndpi = entry.get("ndpi", {})
        host = ndpi.get("hostname") or entry.get("tls", {}).get("client_requested_server_name")
        ends = tuple((_canonical(entry[f"{side}_ip"]), int(entry.get(f"{side}_port") or -1)) for side in ("src", "dest"))
        if host:
            yield Claim((), ends, f"ndpi {ndpi.get('proto')}", str(host))


def _canonical(address: str) -> str:
    return address_text(ipaddress.ip_address(address).packed)


def flows_of(path: Path, *, inspect: bool = True) -> list[dict[str, Any]]:
    """The rows of `auditor flows` before attribution."""
    start = head(str(path))
    reader = next(reader for reader in READERS if reader.recognises(start))
    options = ReadOptions(inspect=(lambda message: None) if inspect else None)
    rows: list[dict[str, Any]] = reader.read(str(path), options).flows.to_dict("records")  # type: ignore[assignment]
    return rows


class Named:
    """The names of a capture, by number of the conversation and by its ends."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._by_flow: dict[str, set[str]] = {}
        self._by_end: dict[tuple[str, int], set[str]] = {}
        for row in rows:
            names = {*row["names"], str(row["host"])}
            self._by_flow.setdefault(row["flow_id"], set()).update(names)
            for side in ("client", "server"):
                port = row[f"{side}_port"]
                known = port == port and port is not None
                self._by_end.setdefault((row[f"{side}_ip"], int(port) if known else -1), set()).update(names)

    def holds(self, claim: Claim) -> bool:
        """Whether the host is a name of the conversation."""
        host = shown(claim.host)
        sets = [self._by_flow.get(flow, set()) for flow in claim.flows] + [self._by_end.get(end, set()) for end in claim.ends]
        return any(host in names for names in sets)
