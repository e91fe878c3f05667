"""Host names as they are met on the wire: text goes in; a checked name, an address, or what is wrong with it comes out.

The check comes before any look-up, because what follows splits names at dots: a NUL byte, a user part or a port in a "name" would
put somebody else's domain at its end.
"""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Fault(StrEnum):
    """Why a text is no host name."""

    EMPTY = "it is empty"
    LONG = "it is longer than 253 characters"
    LABEL = "a label is empty or longer than 63 characters"
    CHARACTER = "it holds a character that no host name has"
    HYPHEN = "a label begins or ends with a hyphen"
    NUMBER = "its last label is a number: neither a name nor a whole address"
    IDNA = "a label is no valid internationalised name"


@dataclass(frozen=True, slots=True)
class Invalid:
    """A text that is no host name."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Name:
    """A checked host name: lower case, A-labels, without a trailing dot."""

    text: str
    lookalike: str | None = None
    """For an internationalised name: the ASCII name that it looks like, where there is one."""

    @property
    def is_local(self) -> bool:
        """Whether the name can only mean something in the local network (RFC 6762, RFC 8375, RFC 6761)."""
        return "." not in self.text or self.text.rsplit(".", 1)[-1] in _LOCAL_ENDS or self.text.endswith(".home.arpa")


type Host = Name | ipaddress.IPv4Address | ipaddress.IPv6Address | Invalid

_LOCAL_ENDS = frozenset(("local", "localhost", "lan", "home", "internal", "localdomain", "intranet"))
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_ALLOWED = re.compile(r"[a-z0-9_.-]*")
# Letters of other scripts that are drawn like a Latin letter, Cyrillic and Greek first: enough to name what a homograph imitates.
_DRAWN_LIKE = str.maketrans(
    "аьсԁеһіјӏкмпорԛгѕтцѵԝхузв" + "ανοριτυωκ" + "ɑɡıłƅ",
    "abcdehijlkmnopqrstuvwxyzb" + "avopituwk" + "agilb",
)


def read(text: str) -> Host:
    """A host as it stands in a message, perhaps with a trailing dot, in upper case, in brackets (RFC 3986 section 3.2.2)."""
    if not text:
        return Invalid(Fault.EMPTY)
    address = read_address(text)
    if address is not None:
        return address
    name = text.removesuffix(".")
    lookalike = None
    if not name.isascii():
        encoded = _to_ascii(name)
        if encoded is None:
            return Invalid(Fault.IDNA)
        name = encoded
    name = name.lower()
    fault = _fault(name)
    if fault is not None:
        return Invalid(fault)
    if "xn--" in name:
        unicode = _to_unicode(name)
        if unicode is None:
            return Invalid(Fault.IDNA)
        lookalike = _imitated(unicode)
    return Name(name, lookalike)


def read_address(text: str) -> Address | None:
    """An address in the form of RFC 4291 or dotted quad, with or without brackets and zone; IPv4-mapped as IPv4."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if bare[-1:].isalpha() and ":" not in bare:
        return None
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_local(address: Address) -> bool:
    """Whether an address stays in the local network: private, shared (RFC 6598), link-local, loopback, multicast, broadcast."""
    if address.is_multicast or address.is_loopback or address.is_link_local or address.is_unspecified:
        return True
    return any(address in network for network in _LOCAL_NETWORKS[address.version])


_LOCAL_NETWORKS: dict[int, tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]] = {
    4: tuple(
        ipaddress.IPv4Network(text)
        for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "255.255.255.255/32")
    ),
    6: (ipaddress.IPv6Network("fc00::/7"), ipaddress.IPv6Network("fec0::/10")),
}
LOCAL_SPANS = tuple(
    (int(network.network_address), int(network.broadcast_address))
    for network in (
        *_LOCAL_NETWORKS[4],
        *map(ipaddress.IPv4Network, ("0.0.0.0/32", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4")),
    )
)
"""First and last of the IPv4 addresses that `is_local` says yes to."""


def _fault(name: str) -> Fault | None:
    if not name:
        return Fault.EMPTY
    if len(name) > 253:
        return Fault.LONG
    if not _ALLOWED.fullmatch(name):
        return Fault.CHARACTER
    for label in name.split("."):
        if not label or len(label) > 63:
            return Fault.LABEL
        if not _LABEL.fullmatch(label):
            return Fault.HYPHEN
    # As browsers do (URL Standard, "ends in a number"): nothing below a number was ever delegated.
    return Fault.NUMBER if name.rpartition(".")[2].isdigit() else None


def _to_ascii(name: str) -> str | None:
    """A-labels by UTS #46, as browsers do; None where the name is not valid."""
    import idna

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def _to_unicode(name: str) -> str | None:
    import idna

    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return None


def _imitated(name: str) -> str | None:
    letters = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    drawn = "".join(letters).translate(_DRAWN_LIKE)
    return drawn if drawn.isascii() and drawn != name else None
