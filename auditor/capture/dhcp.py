"""DHCP for IPv4 (RFC 2131, RFC 2132): a datagram goes in, the device's name, hardware address and lease come out."""

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.capture.dns import address_text, read_name

_COOKIE = b"\x63\x82\x53\x63"
_PAD, _HOST_NAME, _OVERLOAD, _VENDOR, _CLIENT_ID, _FQDN, _END = 0, 12, 52, 60, 61, 81, 255
_NAMES = {_HOST_NAME: "host_name", _VENDOR: "vendor_class", _CLIENT_ID: "client_id", _FQDN: "fqdn"}
_OVERLOADED = {1: (108, 236), 2: (44, 108)}
"""Fields that hold options where that bit of the option "overload" says so."""


@dataclass(frozen=True, slots=True)
class DhcpField:
    """One value of a message and where it stands in the datagram."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DhcpMessage:
    """What a message of DHCP, for either version of IP, says of a device."""

    is_reply: bool
    addresses: tuple[str, ...]
    """Those that the device is given, or asks to keep (version 6 alone has several)."""
    host: str | None
    full_name: str | None
    """What option 81 says (RFC 4702); ahead of it, `host` is what option 12 does."""
    fields: tuple[DhcpField, ...]


def read_dhcp(data: bytes) -> DhcpMessage | None:
    """Reads a message; None where it is none."""
    if len(data) < 240 or data[236:240] != _COOKIE or data[0] not in (1, 2):
        return None
    given = data[16:20]
    fields = [DhcpField("client_mac", 28, 28 + min(data[2], 16))] if data[2] else []
    host = full_name = None
    for code, start, end in _options(data):
        if code in _NAMES:
            fields.append(DhcpField(_NAMES[code], start, end))
        if code == _HOST_NAME:
            host = data[start:end].decode("utf-8", "backslashreplace")
        if code == _FQDN:
            full_name = _full_name(data[start:end])
    return DhcpMessage(data[0] == 2, (address_text(given),) if any(given) else (), host, full_name, tuple(fields))


def _options(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Code, start and end of each option, those in the fields for the file and the server's name too (RFC 2132 section 9.3)."""
    overload = 0
    for code, start, end in _field(data, 240, len(data)):
        if code == _OVERLOAD and end > start:
            overload = data[start]
        yield code, start, end
    for bit, (start, end) in _OVERLOADED.items():
        if overload & bit:
            yield from _field(data, start, end)


def _field(data: bytes, at: int, behind: int) -> Iterator[tuple[int, int, int]]:
    """The options of one field, up to one that goes on behind it."""
    while at + 1 < behind and data[at] != _END:
        if data[at] == _PAD:
            at += 1
            continue
        start, end = at + 2, at + 2 + data[at + 1]
        if end > behind:
            return
        yield data[at], start, end
        at = end


def _full_name(raw: bytes) -> str | None:
    """RFC 4702 section 2: flags, two codes, then a name as in DNS where the E flag says so, else in ASCII."""
    if raw[:1] and raw[0] & 4:
        return read_name(raw[3:] if raw.endswith(b"\0") else raw[3:] + b"\0", 0)[0] or None
    return raw[3:].decode("utf-8", "backslashreplace") or None
