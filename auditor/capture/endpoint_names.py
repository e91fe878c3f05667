"""Addresses and host names as they are published: text as a capture holds it goes in, the canonical form comes out."""

import ipaddress
from functools import lru_cache


def address(text: object) -> str | None:
    """An address as in RFC 5952, without brackets or zone, IPv4-mapped as IPv4; None where the text is no address."""
    return _canonical(text) if isinstance(text, str) else None


@lru_cache(maxsize=4096)
def _canonical(text: str) -> str | None:
    """Remembered, for a capture asks of few hosts, and of each several times for every message."""
    try:
        parsed = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(parsed)


def host_name(text: str | bytes | None) -> str | None:
    """A host name, lower case, without port, trailing dot or brackets; None where it is empty or an address.

    Bytes that are no UTF-8 are kept as escapes: what a client asked for is evidence even when it is no valid name.
    """
    if text is None:
        return None
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    name = text.strip().lower()
    if name.startswith("["):
        return None
    head, colon, port = name.rpartition(":")
    if colon and (not port or port.isdigit()) and ":" not in head:
        name = head
    name = name.rstrip(".")
    return None if not name or address(name) else name


def url_host(authority: str) -> str:
    """The host and port of a URL in the form in which the host is published: lower case, without the root's dot."""
    name = authority.lower()
    head, colon, port = name.rpartition(":")
    if colon and port.isdigit() and not head.endswith(":"):
        return f"{head.rstrip('.')}:{port}"
    return name.rstrip(".")


def distinct(names: tuple[str | None, ...]) -> tuple[str, ...]:
    """The names that are there, each once, in order of appearance."""
    return tuple(dict.fromkeys(name for name in names if name))
