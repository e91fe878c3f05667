"""DHCP for IPv6 (RFC 8415): a datagram goes in, the device's name, its identifier and its leases come out."""

from collections.abc import Iterator

from auditor.capture.dhcp import DhcpField, DhcpMessage
from auditor.capture.dns import address_text, read_name

HEAD = 4
MAX_OPTIONS = 64
_CLIENT_ID, _NA, _ADDRESS, _VENDOR, _FQDN = 1, 3, 5, 16, 39
_NA_HEAD = 12
_NAMES = {_CLIENT_ID: "client_duid", _VENDOR: "vendor_class", _FQDN: "fqdn"}
_FROM_SERVER = (2, 7, 10)
"""ADVERTISE, REPLY, RECONFIGURE."""


def read_dhcp6(data: bytes) -> DhcpMessage | None:
    """Reads a message between client and server; None where it is none (relays' messages are none)."""
    if len(data) < HEAD + 4 or not 1 <= data[0] <= 11:
        return None
    fields: list[DhcpField] = []
    addresses: list[str] = []
    host = None
    for code, start, end in _options(data, HEAD, len(data)):
        if code in _NAMES:
            fields.append(DhcpField(_NAMES[code], start, end))
        if code == _FQDN and end > start:
            host = _fqdn(data[start + 1 : end]) or host
        if code == _NA:
            addresses += _given(data, start + _NA_HEAD, end)
    found = DhcpMessage(data[0] in _FROM_SERVER, tuple(addresses), host, None, tuple(fields))
    return found if fields or addresses else None


def _given(data: bytes, at: int, limit: int) -> Iterator[str]:
    """The addresses of an association (RFC 8415 section 21.6)."""
    for code, start, end in _options(data, at, limit):
        if code == _ADDRESS and end - start >= 16:
            yield address_text(data[start : start + 16])


def _fqdn(raw: bytes) -> str | None:
    """RFC 4704 section 4.2: a name as in DNS, without its final dot where it is partial."""
    return read_name(raw if raw.endswith(b"\0") else raw + b"\0", 0)[0] or None


def _options(data: bytes, at: int, limit: int) -> Iterator[tuple[int, int, int]]:
    """Code, start and end of the options (section 21.1) that are all there."""
    for _ in range(MAX_OPTIONS):
        if at + 4 > limit:
            return
        start = at + 4
        end = start + int.from_bytes(data[at + 2 : at + 4], "big")
        if end > limit:
            return
        yield int.from_bytes(data[at : at + 2], "big"), start, end
        at = end
