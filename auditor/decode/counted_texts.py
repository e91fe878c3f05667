"""Texts behind a number that says how long they are: a run of printable bytes in a binary record goes in, the texts come out.

Records of Thrift, Avro, TARS, BSON, Java and of devices are written so, and the number, or the head of what comes next, may be
printable too: glued to base64 or hex, one letter spoils all. A text is believed where the run ends behind it, but for such heads.
"""

from collections.abc import Iterator

SHORTEST = 16
_LONGEST_HEAD = 6
"""Printable bytes of a head before a text: a tag and a number."""
_LOOSE = 2
"""Bytes behind the last text that may be the head of something else."""
_MOST_FOLLOWING = 3
_LONGEST_FOLLOWING = 256
"""Further texts in a run whose numbers must tell as well, and their bytes."""
_MOST = 64
_MOST_WAYS = 6


def counted(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of each such text in the run that lies there; where several bytes may be its number, in each way."""
    known: dict[tuple[int, int], bool] = {}
    for _ in range(_MOST):
        found = _first(data, start, end, known)
        if not found:
            return
        yield from found
        start = max(behind for _, behind in found)


def _first(data: bytes, start: int, end: int, known: dict[tuple[int, int], bool]) -> list[tuple[int, int]]:
    """Those behind which the fewest others must stand, at most one if that will do: of many short ones chance makes some."""
    found = {
        (begin, begin + size): None
        for begin in range(start, min(start + _LONGEST_HEAD, end - SHORTEST) + 1)
        for size in _sizes(data, begin)
        if SHORTEST <= size <= end - begin
    }
    for following in range(1, _MOST_FOLLOWING + 1):
        told = [(begin, behind) for begin, behind in found if _is_explained(data, behind, end, following, known)]
        if told:
            return told[:_MOST_WAYS]
    return []


def _sizes(data: bytes, at: int) -> Iterator[int]:
    """What the bytes before a place may say: four or two in either order, a varint (Avro's counts double), one.

    A zero at the end is counted by some.
    """
    before = data[max(0, at - 4) : at]
    if len(before) == 4:
        yield int.from_bytes(before, "big")
        yield int.from_bytes(before, "little") - 1
        yield int.from_bytes(before, "little")
    if len(before) >= 2:
        yield int.from_bytes(before[-2:], "big")
        yield int.from_bytes(before[-2:], "little")
        if before[-2] >= 0x80 > before[-1]:
            number = before[-2] & 0x7F | before[-1] << 7
            yield from (number, number >> 1)
    if before:
        yield from _of_byte(before[-1])


def _of_byte(byte: int) -> tuple[int, ...]:
    return (byte, byte >> 1) if byte % 2 == 0 else (byte,)


def _is_explained(data: bytes, at: int, end: int, most: int, known: dict[tuple[int, int], bool]) -> bool:
    """Whether nothing stands between a place and a run's end but heads, and texts that are as long as these say."""
    if end - at <= _LOOSE or not most or end - at > _LONGEST_FOLLOWING:
        return end - at <= _LOOSE
    answer = known.get((at, most))
    if answer is None:
        answer = known[at, most] = any(
            head + size <= end and _is_explained(data, head + size, end, most - 1, known)
            for head in (at + 1, at + 2)
            for size in _of_byte(data[head - 1])
            if size
        )
    return answer
