"""DNS on a port that is not its own: a datagram goes in, whether it can be nothing else comes out."""

import re

from auditor.capture.dns import HEAD, read_dns, read_name

_INTERNET = 1
_TYPES = frozenset({1, 2, 5, 6, 12, 15, 16, 28, 33, 64, 65, 255})
"""What clients ask for: addresses, names, mail servers, texts, services."""
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}")
_USED_FLAGS = 0x7870
"""Opcode, the bit that is always zero, and those of DNSSEC: all clear in an ordinary message."""


def is_surely_dns(data: bytes) -> bool:
    """Whether it is one question for a name of two labels or more, of a usual type, or the answer to one (RFC 1035 section 4.1).

    A question has nothing behind it but the options of RFC 6891; an answer has a record at least.
    """
    if len(data) < HEAD + 5 or data[4:6] != b"\0\1" or int.from_bytes(data[2:4], "big") & _USED_FLAGS & ~0x30:
        return False
    name, end = read_name(data, HEAD)
    if name is None or not _NAME.fullmatch(name) or end + 4 > len(data):
        return False
    kind, family = int.from_bytes(data[end : end + 2], "big"), int.from_bytes(data[end + 2 : end + 4], "big")
    if kind not in _TYPES or family != _INTERNET:
        return False
    if not data[2] & 0x80:
        return data[6:10] == bytes(4) and (end + 4 == len(data) if data[10:12] == bytes(2) else data[10:12] == b"\0\1")
    message = read_dns(data)
    return message is not None and (bool(message.answers) or end + 4 == len(data))
