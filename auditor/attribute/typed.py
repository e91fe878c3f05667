"""A name or an address as a person types it (`auditor attribute`): one argument goes in, an Endpoint comes out.

Taken apart by hand and not by a URL library: what the catalog is asked about must be what a connection would go to, so a user
part is left out and everything doubtful is refused.
"""

import re

from auditor.attribute.host import Invalid, Name, read, read_address
from auditor.errors import UsageError
from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import HostSource, Surface

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "mqtt": 1883, "mqtts": 8883, "ntp": 123}
_UDP = ("ntp", "quic")


def endpoint(text: str, surface: Surface = Surface.APP) -> Endpoint:
    """The endpoint of a host name, an address, either with a port, or a URL.

    Raises:
        UsageError: the text is none of these.
    """
    if _is_prefix(text.strip()):
        raise UsageError(f"'{_shown(text)}' is an address prefix", fix="give one address or a name")
    scheme, authority = _authority(text.strip())
    bare, port_text = _split_port(authority)
    port = _port(text, port_text, scheme)
    host = read(bare)
    if isinstance(host, Invalid):
        raise UsageError(f"'{_shown(text)}' is no host name: {host.fault}", fix="give a name like api.example.com or an address")
    transport = "udp" if scheme in _UDP else "tcp"
    if isinstance(host, Name):
        return Endpoint(surface=surface, host=host.text, host_source=HostSource.HTTP_HOST, server_port=port, transport=transport)
    return Endpoint(
        surface=surface,
        host=None,
        host_source=HostSource.NONE,
        server_ip=str(host),
        server_port=port,
        transport=transport,
    )


def _is_prefix(text: str) -> bool:
    """Whether it is a network, like 192.0.2.0/24: as a URL it would be an address with a path."""
    head, slash, length = text.partition("/")
    return bool(slash) and length.isdigit() and read_address(head) is not None


def _authority(text: str) -> tuple[str, str]:
    """Scheme (lower case, may be empty) and the part that names the host (RFC 3986 section 3.2), without a user part."""
    match = _SCHEME.match(text)
    rest = text[match.end() :] if match else text
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    return (match[1].lower() if match else "", authority.rpartition("@")[2])


def _split_port(authority: str) -> tuple[str, str | None]:
    if read_address(authority) is not None:
        return authority, None
    if authority.startswith("["):
        bare, bracket, rest = authority.partition("]")
        return bare + bracket, rest[1:] if rest.startswith(":") else (rest or None)
    bare, colon, port = authority.rpartition(":")
    return (bare, port) if colon else (authority, None)


def _port(text: str, port: str | None, scheme: str) -> int | None:
    if port is None or port == "":
        return _PORTS.get(scheme)
    if port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) <= 65535:
        return int(port)
    raise UsageError(f"'{_shown(text)}' has no sound port: '{_shown(port)}'", fix="a port is a number from 1 to 65535")


def _shown(text: str) -> str:
    """The text for an error message: printable, and not endless."""
    short = text if len(text) <= 80 else f"{text[:77]}..."
    return "".join(letter if letter.isprintable() else "?" for letter in short)
