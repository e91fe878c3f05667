"""Google's QUIC before version 1 (Q024 to Q046): a client's first datagram goes in, the tags of its hello in the clear come out.

Of Q050, whose hello is the same, the frames that `quic` decrypted go in.

The format was never an RFC: "QUIC Crypto" (Langley, Chang) and QUIC Wire Layout Specification, as Chromium spoke them until 2020.
A CHLO is a message of tags: its name, their count (16 bits and 16 of padding, little-endian), for each tag its name and where its
value ends, then the values.
"""

import re

_HEADER = re.compile(rb"[\x09\x0d\x19\x1d\x29\x2d\x39\x3d].{8}(Q0[2-4]\d)|[\xc0-\xff](Q04\d)", re.DOTALL)
"""A public header with connection id and version (until Q043), or a long header (from Q044 on)."""
CHLO = b"CHLO"
MAX_BEFORE = 96
"""Bytes of header, hash and frame type that may stand before the hello."""
MAX_TAGS = 128
MAX_VALUE = 1_024


def is_gquic(data: bytes) -> bool:
    """Whether a datagram is a client's with a hello in the clear."""
    return _HEADER.match(data) is not None and data.find(CHLO, 0, MAX_BEFORE) >= 0


def is_whole(hello: bytes) -> bool:
    """Whether the bytes, which begin with a hello, hold it to its end: where its last value ends."""
    count = int.from_bytes(hello[4:6], "little")
    index = 8 + 8 * count
    return len(hello) >= index + (int.from_bytes(hello[index - 4 : index], "little") if count else 0)


def hello_tags(data: bytes) -> dict[str, tuple[int, int]]:
    """Where the values of the hello's tags stand in the datagram, by tag (`SNI`, `UAID`); those beyond it are left out."""
    start = data.find(CHLO, 0, MAX_BEFORE)
    if start < 0 or len(data) < start + 8:
        return {}
    count = min(int.from_bytes(data[start + 4 : start + 6], "little"), MAX_TAGS)
    values = start + 8 + 8 * int.from_bytes(data[start + 4 : start + 6], "little")
    found: dict[str, tuple[int, int]] = {}
    before = 0
    for at in range(start + 8, start + 8 + 8 * count, 8):
        end = int.from_bytes(data[at + 4 : at + 8], "little")
        if end < before or values + end > len(data):
            break
        if end - before <= MAX_VALUE:
            found[data[at : at + 4].rstrip(b"\0").decode("ascii", "backslashreplace")] = (values + before, values + end)
        before = end
    return found
