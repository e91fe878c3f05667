"""Datagrams in fragments, changed as a whole: frames in, the same frames with parts of the changed datagram out.

RFC 791 section 3.2, RFC 8200 section 4.5. Of bytes that stand in two fragments the first count.
"""

from collections.abc import Callable, Iterator

from auditor.redact.layers import TCP, UDP, Layers, datagram_checksum, ends
from auditor.redact.packet_blocks import Frame

_TRANSPORT = {UDP: 8, TCP: 20}
"""Bytes of the smallest header before the payload."""

type Change = Callable[[bytes], bytes]


def change_datagrams(frames: list[Frame], found: list[Layers], change: Change, raw: Change) -> None:
    """Changes every datagram that came in fragments.

    Args:
        frames: all frames.
        found: the layers of each.
        change: what is done to a whole payload; where it changes the length, `raw` is done instead.
        raw: what is done to bytes whose length must stay, and to fragments of which some are missing.
    """
    for numbers in _datagrams(frames, found):
        parts = [(found[number].at, number) for number in numbers]
        whole = _whole(parts, frames, found)
        if whole is None:
            for _, number in parts:
                layer = found[number]
                _put(frames[number], layer, raw(_payload(frames[number], layer)))
            continue
        first = found[numbers[0]]
        size = min(_TRANSPORT.get(first.protocol, 0), len(whole))
        made = change(whole[size:])
        made = made if len(made) == len(whole) - size else raw(whole[size:])
        datagram = datagram_checksum(frames[numbers[0]], first, whole[:size] + made)
        for at, number in parts:
            _put(frames[number], found[number], datagram[at : at + found[number].size])


def _datagrams(frames: list[Frame], found: list[Layers]) -> Iterator[list[int]]:
    """Numbers of the frames of each datagram, the fragment with the header first."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, layer in enumerate(found):
        if layer.fragment:
            groups.setdefault((*ends(frames[number], layer), layer.protocol, layer.ident), []).append(number)
    for numbers in groups.values():
        yield sorted(numbers, key=lambda number: (found[number].at, number))


def _whole(parts: list[tuple[int, int]], frames: list[Frame], found: list[Layers]) -> bytes | None:
    """The datagram; None where a part of it is missing."""
    whole = bytearray()
    for at, number in parts:
        if at > len(whole):
            return None
        whole += _payload(frames[number], found[number])[len(whole) - at :]
    return None if all(found[number].more for _, number in parts) else bytes(whole)


def _payload(frame: Frame, layer: Layers) -> bytes:
    return bytes(frame.data[layer.payload : layer.payload + layer.size])


def _put(frame: Frame, layer: Layers, made: bytes) -> None:
    frame.data[layer.payload : layer.payload + len(made)] = made
