"""CoAP (RFC 7252 section 3): a datagram goes in, the host that a request is for comes out."""

_URI_HOST = 3
_PAYLOAD = 0xFF
_ONE_BYTE, _TWO_BYTES, _RESERVED = 13, 14, 15
_METHODS = range(1, 8)
MAX_OPTIONS = 64


def is_coap(data: bytes) -> bool:
    """Whether a datagram of CoAP's port has its shape: version 1, a token of 8 bytes at most, a class of codes that there is."""
    return len(data) >= 4 and data[0] >> 6 == 1 and data[0] & 15 <= 8 and data[1] >> 5 in (0, 2, 4, 5)


def uri_host(data: bytes) -> bytes | None:
    """The Uri-Host option (section 5.10.1) of a request; None where there is none. Options behind a damaged one do not count."""
    if not is_coap(data) or data[1] not in _METHODS:
        return None
    at, number = 4 + (data[0] & 15), 0
    for _ in range(MAX_OPTIONS):
        if at >= len(data) or data[at] == _PAYLOAD:
            return None
        delta, size = data[at] >> 4, data[at] & 15
        delta, at = _extended(data, at + 1, delta)
        size, at = _extended(data, at, size)
        number += delta
        if delta < 0 or size < 0 or at + size > len(data) or number > _URI_HOST:
            return None
        if number == _URI_HOST:
            return data[at : at + size]
        at += size
    return None


def _extended(data: bytes, at: int, value: int) -> tuple[int, int]:
    """A delta or length with its extension (section 3.1), and where reading goes on; -1 for one that breaks the rules."""
    if value < _ONE_BYTE:
        return value, at
    size = {_ONE_BYTE: 1, _TWO_BYTES: 2}.get(value, 0)
    if not size or at + size > len(data):
        return -1, at
    return int.from_bytes(data[at : at + size], "big") + (13 if size == 1 else 269), at + size
