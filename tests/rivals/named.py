"""Who names which server in a capture: tshark, ndpiReader and the reader of this project, asked for the same thing.

A capture's path goes in; (ends of the conversation, host) pairs come out, and those that only a rival names. What a rival names that
is no destination stands in `NO_DESTINATION`, each field with its reason.
"""

import csv
import ipaddress
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

ENDS = ("ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport")
"""Fields of tshark that say between whom a packet goes."""
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

NO_DESTINATION = {
    "sip.from.host": "who calls; the client's own domain",
    "sip.to.host": "who is called at last, which the request's own URI says of the next server",
    "sip.Via.sent-by.address": "through whom the request came so far",
    "sip.contact.host": "where the client itself can be reached",
    "sip.auth.realm": "a realm is a word of the server's choice (RFC 3261 section 22.1), no host",
    "stun.att.realm": "a realm is a word of the server's choice (RFC 8489 section 14.9), no host",
    "l2tp.avp.host_name": "what the end of a tunnel calls itself; what the tunnel carries has its own servers",
    "x509ce.dNSName": "all names that the server's operator may use; one stands for a flow whose client named nobody (`certificate`)",
    "x509sat.uTF8String": "likewise, and names of persons and companies",
    "x509sat.printableString": "likewise",
    "x509sat.teletexString": "likewise",
    "dns.resp.name": "owners of records: canonical names stand in the column `cnames`, the rest nobody asked for",
    "dns.cname": "in the column `cnames` of the question's flow and of later flows to its address",
    "dns.ns": "whose servers answer for a zone; nobody connected to them",
    "dns.soa.mname": "likewise",
    "dns.mx.mail_exchange": "likewise",
    "dns.soa.rname": "whom to write to about a zone",
    "dns.srv.target": "a server that the client may choose; its flow is named when it connects there",
    "dns.ptr.domain_name": "the name of an address that somebody asked about",
    "smtp.req.parameter": "what the client calls itself (EHLO)",
    "smtp.rsp.parameter": "what the server calls itself in its greeting",
    "http.referer": "where the user came from",
    "http.location": "where the server sends the client next; that flow names itself",
    "mqtt.topic": "no host; content",
    "dhcp.option.domain_name": "the domain of the local network",
    "icmpv6.opt.dnssl": "likewise",
    "nbns.name": "a device's name with its NetBIOS suffix, which is published without",
    "nbss.called_name": "likewise, of the server that a session of NetBIOS calls",
    "nbdgm.source_name": "likewise",
    "nbdgm.destination_name": "likewise",
    "dns.srv.name": "the domain in which a service was asked for; the question stands among `names` with the service",
    "kerberos.SNameString": "a service's principal; not read (Kerberos names services, its server is the resolver's answer)",
    "ntlmssp.challenge.target_name": "the server's Windows domain",
    "ntlmssp.challenge.target_info.dns_computer_name": "what a Windows server calls itself once a user logs in; not read",
    "smb2.tree": "a share; the name of its server is read",
    "diameter.Origin-Host": "what a node of Diameter calls itself; not read",
    "diameter.Destination-Host": "the node at the end of a chain of Diameter's nodes, no end of the conversation; not read",
    "rdp.rt_cookie": "a user's name or a routing token",
    "tls.handshake.extensions_alpn_str": "a protocol",
    "mqtt.prop_string": "a property of MQTT 5, like the server to which a client is sent next; that flow names itself",
    "syslog.hostname": "what the sender calls itself",
    "ftp.response.arg": "what the server calls itself in its greeting",
    "whois.query": "the domain that a registry is asked about; nobody connected to it",
}
"""Fields of tshark that hold names or what looks like one, and why they are not asked for."""

NO_DESTINATION_OF_NDPI = {
    "SMTP": "what the server calls itself in its greeting",
    "FTP_CONTROL": "likewise",
    "Kerberos": "a realm; services and realms of Kerberos are not read",
    "SSH": "the software of the server",
    "STUN": "a realm is a word of the server's choice (RFC 8489 section 14.9), no host",
    "Whois-DAS": "the domain that a registry is asked about; nobody connected to it",
}
"""Protocols of ndpiReader whose names are none of a server, and why."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A rival says that a packet or a flow is about a host."""

    ends: tuple[tuple[str, int], ...]
    """Addresses and ports of both ends; those of tunnels around them, too."""
    where: str
    host: str


def shown(name: str) -> str:
    """As hosts are published: lower case, without port and trailing dot."""
    name = name.strip().lower().rstrip(".")
    bracketed = re.fullmatch(r"(\[[^]]*\])(:\d*)?", name)  # an IPv6 address, which holds colons itself
    return bracketed[1] if bracketed else name.partition(":")[0].rstrip(".")


def is_address(name: str) -> bool:
    """Whether it is an address, which is no name."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def tshark_lines(path: Path, fields: tuple[str, ...]) -> list[list[str]]:
    """One list of values for each packet, several of one field joined by `|`."""
    words = [word for field in fields for word in ("-e", field)]
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=|", *words]
    done = subprocess.run(command, capture_output=True, check=False, text=True, errors="replace", timeout=SECONDS)
    return [line.split("\t") for line in done.stdout.splitlines()]


def tshark_claims(path: Path, fields: dict[str, Callable[[str], Iterator[str]]]) -> Iterator[Claim]:
    """Every name that tshark shows in one of the fields."""
    for row in tshark_lines(path, (*ENDS, *fields)):
        ends = _ends([cell.split("|") if cell else [] for cell in row[: len(ENDS)]])
        for field, cell in zip(fields, row[len(ENDS) :], strict=True):
            for value in filter(None, cell.split("|")):
                for name in fields[field](value):
                    yield Claim(ends, field, name)


def _ends(cells: list[list[str]]) -> tuple[tuple[str, int], ...]:
    """Every pair of an address and a port of the innermost transport."""
    ports = [int(values[-1]) for values in cells[4:] if values] or [-1]
    return tuple((_canonical(address), port) for values in cells[:4] for address in values for port in ports)


def ndpi_claims(path: Path, output: Path) -> Iterator[Claim]:
    """Every host name that ndpiReader gives a flow, in its table. Of a capture that it cannot open it writes none."""
    command = ["ndpiReader", "-q", "-i", str(path), "-C", str(output)]
    subprocess.run(command, capture_output=True, check=False, timeout=SECONDS)
    lines = output.read_text(errors="replace").splitlines() if output.exists() else []
    for entry in csv.DictReader(lines, quoting=csv.QUOTE_NONE):
        host, protocol = entry["server_name_sni"], entry["ndpi_proto"].partition(".")[0]
        ends = tuple((_canonical(entry[f"{side}_ip"]), int(entry[f"{side}_port"]) or -1) for side in ("src", "dst"))
        # It shows a question mark for a byte that it cannot show, which no name has.
        if host and "?" not in host and protocol not in NO_DESTINATION_OF_NDPI:
            yield Claim(ends, f"ndpi {protocol}", host)


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
    """The names of a capture, by the ends of the conversations."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._by_end: dict[tuple[str, int], set[str]] = {}
        for row in rows:
            # tshark ends a name at a NUL.
            names = {name.partition("\0")[0] for name in (*row["names"], str(row["host"]))}
            for side in ("client", "server"):
                port = row[f"{side}_port"]
                known = port == port and port is not None
                self._by_end.setdefault((row[f"{side}_ip"], int(port) if known else -1), set()).update(names)

    def holds(self, claim: Claim) -> bool:
        """Whether the host is a name of the conversation, or could be none (an address, or bytes that are no name and shown escaped)."""
        host = shown(claim.host)
        # tshark's word for the root of DNS, which has no name
        if (
            host in ("", "<root>")
            or host.startswith("[")
            or is_address(host)
            or is_address(claim.host)
            or not claim.host.isascii()
        ):
            return True
        named = set().union(*(self._by_end.get(end, set()) for end in claim.ends))
        # Of a name in DHCP ndpiReader shows the beginning.
        return host in named or (claim.where == "ndpi DHCP" and any(name.startswith(host) for name in named))


def missing(path: Path, output: Path) -> list[str]:
    """What tshark or ndpiReader names in a capture and the flows do not hold, one line each; `output` is a file for ndpiReader.

    The flows count as `auditor flows` reads them and as `auditor audit` does.
    """
    claims = {*tshark_claims(path, DESTINATIONS), *ndpi_claims(path, output)}
    found = []
    for inspect in (False, True):
        named = Named(flows_of(path, inspect=inspect))
        found += [f"{claim.where}: {claim.host} at {claim.ends}" for claim in claims if not named.holds(claim)]
    return sorted(set(found))
