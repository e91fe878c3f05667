"""Scratch cells of the first look at QUIC, with bytes as the words that stand in them."""

from auditor.capture.glance_tables import fresh_work

WORK = memoryview(fresh_work())


def put(at: int, data: bytes) -> int:
    """Puts bytes into cells, four in each; the number of cells."""
    words = [int.from_bytes(data[index : index + 4], "big") for index in range(0, len(data), 4)]
    for index, word in enumerate(words):
        WORK[at + index] = word
    return len(words)


def taken(at: int, size: int) -> bytes:
    """The bytes of cells."""
    return b"".join(WORK[at + index].to_bytes(4, "big") for index in range(size // 4))
