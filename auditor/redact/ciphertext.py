"""What is encrypted replaced by zeros: a stream of TLS records or a QUIC datagram in, the same without ciphertext out.

Framing and what is in the clear stays: record headers, the handshake up to ChangeCipherSpec, QUIC's long headers and its Initial
packets (whose keys everybody can compute: RFC 9001 section 5.2), so that hosts and versions are read as before.
"""

from collections.abc import Iterator

_CHANGE, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_LARGEST = (1 << 14) + 2048
"""RFC 8446 section 5.2 allows 2^14 + 256; TLS 1.2 2^14 + 2048 (RFC 5246 section 6.2.3)."""
_HELLOS = (1, 2)
_GAP = 48
"""Bytes that stayed as they were between two that were replaced together."""
_WORD = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.:@+/")


def without_ciphertext(stream: bytes) -> bytes:
    """One direction of a connection, from its first byte, with the bodies of encrypted records as zeros."""
    made = bytearray(stream)
    for start, end in encrypted(stream):
        made[start:end] = bytes(end - start)
    return bytes(made)


def encrypted(stream: bytes) -> Iterator[tuple[int, int]]:
    """Where ciphertext stands: start and end of each run. TLS may begin behind a CONNECT, a SOCKS or a STARTTLS exchange."""
    at = _first_record(stream)
    if at is None:
        return
    changed = False
    while at + 5 <= len(stream) and _is_record(stream, at):
        kind, size = stream[at], int.from_bytes(stream[at + 3 : at + 5])
        end = min(at + 5 + size, len(stream))
        if kind == _DATA or (changed and kind in (_HANDSHAKE, _ALERT)):
            yield at + 5, end
        changed |= kind == _CHANGE
        at += 5 + size
    if at < len(stream):  # lost bytes, or none of TLS: what follows cannot be told from ciphertext
        yield at, len(stream)


def _is_record(stream: bytes, at: int) -> bool:
    size = int.from_bytes(stream[at + 3 : at + 5])
    return stream[at] in (_CHANGE, _ALERT, _HANDSHAKE, _DATA) and stream[at + 1] == 3 and stream[at + 2] <= 4 and size <= _LARGEST


def _first_record(stream: bytes) -> int | None:
    """Where the first ClientHello or ServerHello, or a later record of a connection that was joined, begins."""
    if len(stream) >= 5 and _is_record(stream, 0) and stream[1] == 3:
        return 0
    at = stream.find(b"\x16\x03")
    while 0 <= at <= len(stream) - 9:
        if _is_record(stream, at) and stream[at + 5] in _HELLOS and stream[at + 6] == 0:
            return at
        at = stream.find(b"\x16\x03", at + 1)
    return None


def drowned(before: bytes, now: bytes, noise: bytes) -> bytes:
    """Noise for bytes that only look like ciphertext, but for what was replaced in them, which an audit must still find.

    Args:
        before: the bytes as they were.
        now: the same with pseudonyms, as long as before.
        noise: as long, too.
    """
    import numpy as np

    if len(now) != len(before):
        return noise[: len(now)].ljust(len(now), b"\0")
    old, new = (np.frombuffer(data, np.uint8) for data in (before, now))
    places = np.flatnonzero(old != new)
    made = bytearray(noise)
    for run in np.split(places, np.flatnonzero(np.diff(places) > _GAP) + 1) if len(places) else ():
        start, end = int(run[0]), int(run[-1]) + 1
        while start and now[start - 1] in _WORD:  # a pseudonym may begin and end like its value
            start -= 1
        while end < len(now) and now[end] in _WORD:
            end += 1
        made[start:end] = now[start:end]
    return bytes(made)


def quic_datagram(data: bytes) -> bytes:
    """A UDP datagram of QUIC (RFC 9000 section 17) with everything but headers and Initial packets as zeros."""
    made, at = bytearray(data), 0
    while at < len(data):
        end, clear, initial = _quic_packet(data, at)
        if not initial:
            made[clear:end] = bytes(end - clear)
        at = end
    return bytes(made)


def _quic_packet(data: bytes, at: int) -> tuple[int, int, bool]:
    """End of the packet at `at`, end of its header, and whether it stays as it is."""
    size = len(data)
    if not data[at] & 0x80 or at + 7 > size:
        return size, min(at + 1, size), False
    version = int.from_bytes(data[at + 1 : at + 5])
    kind = data[at] >> 4 & 3
    place = at + 6 + data[at + 5]
    place += 1 + data[place] if place < size else 0
    if version == 0:  # version negotiation: a list of versions
        return size, size, True
    first = 1 if version == 0x6B3343CF else 0  # QUIC version 2 numbers the types anew (RFC 9369 section 3.2)
    if kind == (first + 3) % 4:  # Retry: token and tag
        return size, min(place, size), False
    if kind == first:
        length, place = _varint(data, place)
        place += length
    length, place = _varint(data, place)
    end = min(place + length, size)
    return (end, min(place, end), kind == first) if end > at else (size, min(at + 6, size), False)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """RFC 9000 section 16; zero where the datagram ends."""
    if at >= len(data):
        return 0, len(data)
    size = 1 << (data[at] >> 6)
    value = int.from_bytes(data[at : at + size]) & ((1 << 8 * size - 2) - 1)
    return value, at + size
