"""Frames that zstd (RFC 8878 section 3.1.2) and LZ4 (Frame Format 1.6) step over: what stands in them is read all the same."""

_MAGIC = b"\x2a\x4d\x18"
_HEAD = 8


def skippable(data: bytes, at: int = 0) -> tuple[int, bytes]:
    """Where the first frame with data begins, and what the frames before it hold, joined."""
    held = list[bytes]()
    while data[at + 1 : at + 4] == _MAGIC and 0x50 <= data[at] <= 0x5F:
        end = at + _HEAD + int.from_bytes(data[at + 4 : at + _HEAD], "little")
        held.append(data[at + _HEAD : end])
        at = end
    return at, b"".join(held)
