"""The layers of a frame, and lengths and checksums made right again after something in it was changed: a frame in, a frame out.

RFC 791 section 3.1, RFC 8200 section 8.1, RFC 9293 section 3.1, RFC 768, RFC 792, RFC 4443 section 2.3.
"""

import struct
from dataclasses import dataclass

from auditor.capture import network
from auditor.capture.columns import (
    ANY_IP,
    AT,
    END,
    ETHERTYPE,
    FLAGS,
    FRAGMENT_AT,
    FRAGMENT_ID,
    FRAGMENT_MORE,
    KIND,
    LENGTH,
    MISSING,
    NOTHING,
    PACKET_CELLS,
    PAYLOAD,
    PROTOCOL,
    SEQ,
    SHORT,
)
from auditor.capture.frames import link_layer, type_layer
from auditor.redact.packet_blocks import Frame

TCP, UDP, ICMP, ICMP6 = 6, 17, 1, 58
_UDP_SUM, _TCP_SUM, _ICMP_SUM = 6, 16, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Where the layers of a frame stand. Offsets count from the frame's first byte."""

    heads: tuple[int, ...]
    """IP headers, the outermost first; empty for a frame without."""
    protocol: int = -1
    """Of the innermost: 6 TCP, 17 UDP ...; -1 where no transport header can be read."""
    transport: int = 0
    payload: int = 0
    size: int = 0
    """Bytes of the payload that were captured."""
    missing: int = 0
    """Bytes of the payload that were not."""
    seq: int = 0
    flags: int = 0
    fragment: bool = False
    ident: int = 0
    """Of the datagram that a fragment is a part of."""
    at: int = 0
    """Offset of a fragment in its datagram."""
    more: bool = False
    """Whether a fragment is not the last."""


def layers(frame: Frame) -> Layers:
    """Follows the layers of a frame to the transport payload."""
    data, cell = frame.data, [0] * PACKET_CELLS
    cell[KIND], cell[END], cell[SHORT] = frame.link, len(data), max(0, frame.original - len(data))
    heads: list[int] = []
    for _ in range(network.MAX_LAYERS):
        if cell[KIND] == ANY_IP:
            heads.append(cell[AT])
            if not network._network(data, cell):
                return Layers(heads=tuple(heads[:-1]))
            if cell[FRAGMENT_AT] or cell[FRAGMENT_MORE]:
                return Layers(
                    heads=tuple(heads),
                    protocol=cell[PROTOCOL],
                    payload=cell[AT],
                    size=cell[END] - cell[AT],
                    fragment=True,
                    ident=cell[FRAGMENT_ID],
                    at=cell[FRAGMENT_AT],
                    more=bool(cell[FRAGMENT_MORE]),
                )
            if not network._tunnel(data, cell):
                return _transport(frame, cell, heads)
        elif cell[KIND] == NOTHING:
            break
        elif cell[KIND] < ETHERTYPE:
            link_layer(data, cell)
        else:
            type_layer(data, cell)
    return Layers(heads=tuple(heads))


def _transport(frame: Frame, cell: list[int], heads: list[int]) -> Layers:
    if not network._transport(frame.data, cell):
        return Layers(heads=tuple(heads))
    return Layers(
        heads=tuple(heads),
        protocol=cell[PROTOCOL],
        transport=cell[AT],
        payload=cell[PAYLOAD],
        size=cell[LENGTH],
        missing=cell[MISSING],
        seq=cell[SEQ] if cell[PROTOCOL] == TCP else 0,
        flags=cell[FLAGS] if cell[PROTOCOL] == TCP else 0,
    )


def ends(frame: Frame, found: Layers) -> tuple[bytes, bytes]:
    """Source and destination: address and, with TCP and UDP, port."""
    at = found.heads[-1]
    size, start = (4, at + 12) if frame.data[at] >> 4 == 4 else (16, at + 8)
    sides = [bytes(frame.data[start + size * side : start + size * (side + 1)]) for side in (0, 1)]
    if found.protocol in (TCP, UDP) and not found.fragment:
        ports = [bytes(frame.data[found.transport + 2 * side : found.transport + 2 * side + 2]) for side in (0, 1)]
        return sides[0] + ports[0], sides[1] + ports[1]
    return sides[0], sides[1]


def put_payload(frame: Frame, found: Layers, payload: bytes) -> bool:
    """Replaces the transport payload and makes all lengths right. What stands behind it (padding, trailers) becomes zeros.

    False, and nothing changed, where the lengths would leave their fields.
    """
    grown = len(payload) - found.size
    behind = bytes(len(frame.data) - found.payload - found.size)
    if grown and (found.fragment or not _lengths(frame, found, grown)):
        return False
    frame.data[found.payload :] = payload + behind
    frame.original += grown
    return True


def _lengths(frame: Frame, found: Layers, grown: int) -> bool:
    fields = [at + (2 if frame.data[at] >> 4 == 4 else 4) for at in found.heads]
    fields += [found.transport + 4] if found.protocol == UDP else []
    values = [int.from_bytes(frame.data[at : at + 2]) + grown for at in fields]
    if any(not 0 < value < 1 << 16 for value in values):
        return False
    for at, value in zip(fields, values, strict=True):
        struct.pack_into(">H", frame.data, at, value)
    return True


def fix_checksums(frame: Frame, found: Layers) -> None:
    """Computes every checksum anew. One that covers bytes which the capture lacks stays; a UDP checksum of zero means none."""
    data = frame.data
    for at in found.heads:
        if data[at] >> 4 == 4:
            size = (data[at] & 15) * 4
            data[at + 10 : at + 12] = b"\0\0"
            struct.pack_into(">H", data, at + 10, _sum(bytes(data[at : at + size])))
    place = {TCP: _TCP_SUM, UDP: _UDP_SUM, ICMP: _ICMP_SUM, ICMP6: _ICMP_SUM}.get(found.protocol)
    if place is None or found.missing or found.fragment or found.payload < found.transport:
        return
    at, end = found.transport + place, found.payload + (len(data) - found.payload if found.size < 0 else found.size)
    if at + 2 > len(data) or (found.protocol == UDP and data[at : at + 2] == b"\0\0"):
        return
    data[at : at + 2] = b"\0\0"
    covered = bytes(data[found.transport : end])
    pseudo = b"" if found.protocol == ICMP else _pseudo_header(frame, found, len(covered))
    value = _sum(pseudo + covered)
    struct.pack_into(">H", data, at, value or (0xFFFF if found.protocol == UDP else 0))


def datagram_checksum(frame: Frame, found: Layers, datagram: bytes) -> bytes:
    """The transport checksum of a datagram that was put together from fragments; `frame` is one of them."""
    place = {TCP: _TCP_SUM, UDP: _UDP_SUM, ICMP: _ICMP_SUM, ICMP6: _ICMP_SUM}.get(found.protocol)
    if place is None or place + 2 > len(datagram) or (found.protocol == UDP and datagram[place : place + 2] == b"\0\0"):
        return datagram
    bare = datagram[:place] + b"\0\0" + datagram[place + 2 :]
    pseudo = b"" if found.protocol == ICMP else _pseudo_header(frame, found, len(bare))
    return bare[:place] + (_sum(pseudo + bare) or 0xFFFF).to_bytes(2) + bare[place + 2 :]


def _pseudo_header(frame: Frame, found: Layers, size: int) -> bytes:
    at = found.heads[-1]
    if frame.data[at] >> 4 == 4:
        return bytes(frame.data[at + 12 : at + 20]) + struct.pack(">BBH", 0, found.protocol, size)
    return bytes(frame.data[at + 8 : at + 40]) + struct.pack(">II", size, found.protocol)


def _sum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total: int = sum(struct.unpack(f">{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
