"""DHCP for IPv4 (RFC 2131, RFC 2132): a datagram goes in, the device's name, hardware address and lease come out."""

from dataclasses import dataclass

from auditor.capture.dns import address_text

_COOKIE = b"\x63\x82\x53\x63"
_HOST_NAME, _VENDOR, _CLIENT_ID, _FQDN, _END = 12, 60, 61, 81, 255
_NAMES = {_HOST_NAME: "host_name", _VENDOR: "vendor_class", _CLIENT_ID: "client_id", _FQDN: "fqdn"}


@dataclass(frozen=True, slots=True)
class DhcpField:
    """One value of a message and where it stands in the datagram."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DhcpMessage:
    """What a DHCP message says of a device."""

    is_reply: bool
    address: str | None
    """The address that the device is given."""
    host: str | None
    fields: tuple[DhcpField, ...]


def read_dhcp(data: bytes) -> DhcpMessage | None:
    """Reads a message; None where it is none."""
    if len(data) < 240 or data[236:240] != _COOKIE or data[0] not in (1, 2):
        return None
    given = data[16:20]
    fields = [DhcpField("client_mac", 28, 28 + min(data[2], 16))] if data[2] else []
    host = None
    at = 240
    while at + 1 < len(data) and data[at] != _END:
        if data[at] == 0:
            at += 1
            continue
        code, start, end = data[at], at + 2, at + 2 + data[at + 1]
        if end > len(data):
            break
        if code in _NAMES:
            fields.append(DhcpField(_NAMES[code], start, end))
        if code == _HOST_NAME:
            host = data[start:end].decode("utf-8", "backslashreplace")
        at = end
    return DhcpMessage(data[0] == 2, address_text(given) if any(given) else None, host, tuple(fields))
