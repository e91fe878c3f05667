"""AMQP 1.0 (OASIS part 2, section 2.7.1): the bytes of a client's first frames go in, the host that it opens comes out."""

HEADER = b"AMQP"
"""What both sides send first, with four bytes of protocol and version behind it."""
_OPEN = b"\0\x53\x10"
_LIST_8, _LIST_32, _NULL, _STRING_8, _STRING_32 = 0xC0, 0xD0, 0x40, 0xA1, 0xB1
MAX_FRAME = 4_096


def opened_host(data: bytes) -> bytes | None:
    """The `hostname` of the open frame, which stands behind the protocol headers (one of SASL may be among them).

    None where the open frame is not there yet, or holds none.
    """
    where = data.find(_OPEN, 0, MAX_FRAME)
    if not data.startswith(HEADER) or where < 0:
        return None
    at = where + len(_OPEN)
    at += {_LIST_8: 3, _LIST_32: 9}.get(data[at] if at < len(data) else -1, len(data))
    _, at = _string(data, at)
    return _string(data, at)[0]


def _string(data: bytes, at: int) -> tuple[bytes | None, int]:
    """A string of either size (part 1, section 1.6.20), or null, and where reading goes on."""
    if at >= len(data) or data[at] == _NULL:
        return None, at + 1
    wide = {_STRING_8: 1, _STRING_32: 4}.get(data[at])
    if wide is None or at + 1 + wide > len(data):
        return None, len(data)
    start = at + 1 + wide
    end = start + int.from_bytes(data[at + 1 : start], "big")
    return (data[start:end], end) if end <= len(data) else (None, len(data))
