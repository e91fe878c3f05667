"""Network and transport layers: the place of an IP header goes in, addresses, ports and the place of the payload come out.

Like `frames`, the functions run compiled or uncompiled. `dissect` answers FOUND (a transport payload), IS_FRAGMENT, NO_IP_HERE,
ENCRYPTED (below IP) or BAD_HEADERS (cut by the snap length, or lying). Lengths that lie never lead outside the captured bytes.
"""

from auditor.capture.columns import (
    ANY_IP,
    AT,
    DST_HI,
    DST_LO,
    DST_PORT,
    END,
    ETHERTYPE,
    FLAGS,
    FRAGMENT_AT,
    FRAGMENT_ID,
    FRAGMENT_MORE,
    IP_PROTOCOL,
    KIND,
    LENGTH,
    MISSING,
    NOTHING,
    PAYLOAD,
    PROTOCOL,
    SEALED,
    SEQ,
    SHORT,
    SRC_HI,
    SRC_LO,
    SRC_PORT,
    TCP,
    UDP,
    Bytes,
    Cells,
)
from auditor.capture.frames import ETHERNET, IEEE_802_11, PPP, link_layer, type_layer, u16, u32

FOUND, IS_FRAGMENT, NO_IP_HERE, BAD_HEADERS, ENCRYPTED = 0, 1, 2, 3, 4
MAX_LAYERS = 24
"""Headers that are gone over before a packet is given up (VLANs, labels, tunnels)."""
MAX_EXTENSIONS = 32
"""IPv6 extension headers of one packet."""

_IPIP, _IPV6_IN_IP, _GRE, _ETHERIP, _MPLS_IN_IP = 4, 41, 47, 97, 137
_HOP_BY_HOP, _ROUTING, _FRAGMENT_HEADER, _AH, _NO_NEXT, _OPTIONS = 0, 43, 44, 51, 59, 60
_MOBILITY, _HIP, _SHIM6 = 135, 139, 140
_DCCP, _SCTP, _UDP_LITE = 33, 132, 136
_ERSPAN, _ERSPAN_3, _WCCP, _ARUBA = 0x88BE, 0x22EB, 0x883E, 0x8200 >> 9
_MAPPED = 0xFFFF << 32


def _half(block: Bytes, at: int) -> int:
    """Eight bytes as a signed number."""
    high = (u32(block, at) ^ 0x80000000) - 0x80000000
    return high << 32 | u32(block, at + 4)


def _limit(cell: Cells, start: int, total: int) -> None:
    """Ends the layer that begins at `start` where its own length field says; what the capture lacks of it goes to SHORT."""
    captured = cell[END] - start
    if total < captured:
        cell[END] = start + total
        cell[SHORT] = 0
    else:
        # A length that exceeds the frame itself lies (or was left to the network card): the frame's own length counts.
        cell[SHORT] = min(cell[SHORT], total - captured)


def _ipv4(block: Bytes, cell: Cells) -> bool:
    """RFC 791 section 3.1. A total length of 0 is left to the network card by segmentation offload: the frame counts."""
    at = cell[AT]
    size = (block[at] & 15) * 4
    if at + 20 > cell[END] or size < 20 or at + size > cell[END]:
        return False
    total = u16(block, at + 2)
    if total >= size:
        _limit(cell, at, total)
    elif total != 0:
        return False
    cell[SRC_HI] = 0
    cell[DST_HI] = 0
    cell[SRC_LO] = _MAPPED | u32(block, at + 12)
    cell[DST_LO] = _MAPPED | u32(block, at + 16)
    cell[PROTOCOL] = block[at + 9]
    field = u16(block, at + 6)
    cell[FRAGMENT_AT] = (field & 0x1FFF) * 8
    cell[FRAGMENT_MORE] = field >> 13 & 1
    cell[FRAGMENT_ID] = u16(block, at + 4)
    cell[AT] = at + size
    cell[KIND] = IP_PROTOCOL + block[at + 9]
    # RFC 4302 section 3.1: an authentication header may stand before the transport here, too.
    is_fragment = cell[FRAGMENT_AT] != 0 or cell[FRAGMENT_MORE] != 0
    return _extensions(block, cell, _AH) if block[at + 9] == _AH and not is_fragment else True


def _ipv6(block: Bytes, cell: Cells) -> bool:
    """RFC 8200 section 3 with its extension headers. A payload length of 0 is a jumbogram or offload: the frame counts."""
    at = cell[AT]
    if at + 40 > cell[END]:
        return False
    total = u16(block, at + 4)
    if total:
        _limit(cell, at, total + 40)
    cell[SRC_HI] = _half(block, at + 8)
    cell[SRC_LO] = _half(block, at + 16)
    cell[DST_HI] = _half(block, at + 24)
    cell[DST_LO] = _half(block, at + 32)
    cell[FRAGMENT_AT] = 0
    cell[FRAGMENT_MORE] = 0
    cell[AT] = at + 40
    return _extensions(block, cell, block[at + 6])


def _extensions(block: Bytes, cell: Cells, following: int) -> bool:
    """Goes over extension headers to the transport (RFC 8200 section 4)."""
    for _ in range(MAX_EXTENSIONS):
        at = cell[AT]
        plain = following in (_HOP_BY_HOP, _ROUTING, _OPTIONS)
        rare = following in (_MOBILITY, _HIP, _SHIM6)
        if not (plain or rare or following in (_FRAGMENT_HEADER, _AH)):
            cell[PROTOCOL] = following
            cell[KIND] = IP_PROTOCOL + following
            return True
        if at + 8 > cell[END]:
            return False
        size = block[at + 1] * 8 + 8
        if following == _AH:
            size = block[at + 1] * 4 + 8
        if following == _FRAGMENT_HEADER:
            size = 8
            _fragment_header(block, cell, at)
        following = block[at]
        cell[AT] = at + size
        if cell[AT] > cell[END]:
            return False
        if cell[FRAGMENT_AT] or cell[FRAGMENT_MORE]:
            # What stands here is a part of a payload; the headers in its first part are for the whole.
            cell[PROTOCOL] = following
            cell[KIND] = IP_PROTOCOL + following
            return True
    return False


def _fragment_header(block: Bytes, cell: Cells, at: int) -> None:
    """RFC 8200 section 4.5."""
    field = u16(block, at + 2)
    cell[FRAGMENT_AT] = field & 0xFFF8
    cell[FRAGMENT_MORE] = field & 1
    cell[FRAGMENT_ID] = u32(block, at + 4)


def _tcp(block: Bytes, cell: Cells) -> bool:
    """RFC 9293 section 3.1. A header that was cut still gives its ports."""
    at = cell[AT]
    if at + 4 > cell[END]:
        return False
    cell[SRC_PORT] = u16(block, at)
    cell[DST_PORT] = u16(block, at + 2)
    cell[FLAGS] = 0
    cell[SEQ] = 0
    cell[PAYLOAD] = cell[END]
    cell[LENGTH] = 0
    cell[MISSING] = 0
    if at + 20 > cell[END]:
        return True
    size = block[at + 12] // 16 * 4
    cell[SEQ] = u32(block, at + 4)
    cell[FLAGS] = block[at + 13]
    if size < 20:
        return True
    cell[PAYLOAD] = min(at + size, cell[END])
    cell[LENGTH] = cell[END] - cell[PAYLOAD]
    cell[MISSING] = max(0, cell[END] + cell[SHORT] - (at + size)) - cell[LENGTH]
    return True


def _udp(block: Bytes, cell: Cells) -> bool:
    """RFC 768. A length of 0 is a jumbogram or offload: the packet counts."""
    at = cell[AT]
    if at + 4 > cell[END]:
        return False
    cell[SRC_PORT] = u16(block, at)
    cell[DST_PORT] = u16(block, at + 2)
    cell[FLAGS] = 0
    cell[SEQ] = 0
    if at + 8 <= cell[END]:
        length = u16(block, at + 4)
        if length >= 8:
            _limit(cell, at, length)
    cell[PAYLOAD] = min(at + 8, cell[END])
    cell[LENGTH] = cell[END] - cell[PAYLOAD]
    cell[MISSING] = cell[SHORT]
    return True


def _other(cell: Cells) -> bool:
    """Transports without ports."""
    cell[SRC_PORT] = -1
    cell[DST_PORT] = -1
    cell[FLAGS] = 0
    cell[SEQ] = 0
    cell[PAYLOAD] = cell[AT]
    cell[LENGTH] = cell[END] - cell[AT]
    cell[MISSING] = cell[SHORT]
    return True


def _with_ports(block: Bytes, cell: Cells) -> bool:
    """SCTP (RFC 9260 section 3.1), UDP-Lite (RFC 3828) and DCCP (RFC 4340 section 5.1): ports, and 12, 8 or any bytes in all."""
    at = cell[AT]
    if at + 4 > cell[END]:
        return False
    size = 12 if cell[PROTOCOL] == _SCTP else 8
    if cell[PROTOCOL] == _DCCP and at + 5 <= cell[END]:
        size = block[at + 4] * 4
    _other(cell)
    cell[SRC_PORT] = u16(block, at)
    cell[DST_PORT] = u16(block, at + 2)
    cell[PAYLOAD] = min(at + size, cell[END])
    cell[LENGTH] = cell[END] - cell[PAYLOAD]
    return True


def _transport(block: Bytes, cell: Cells) -> bool:
    if cell[PROTOCOL] == TCP:
        return _tcp(block, cell)
    if cell[PROTOCOL] == UDP:
        return _udp(block, cell)
    if cell[PROTOCOL] in (_DCCP, _SCTP, _UDP_LITE):
        return _with_ports(block, cell)
    return _other(cell)


def _gre(block: Bytes, cell: Cells) -> None:
    """RFC 2784 and 2890; version 1 is PPTP's (RFC 2637 section 4.1) and carries PPP."""
    at = cell[AT]
    if at + 4 > cell[END]:
        cell[KIND] = NOTHING
        return
    bits, version, protocol = block[at], block[at + 1] & 7, u16(block, at + 2)
    fields = (bits >> 7) + (bits >> 5 & 1) + (bits >> 4 & 1)  # of four bytes each: checksum, key, sequence number
    if version == 1:
        fields += block[at + 1] >> 7  # and what was acknowledged
    cell[AT] = at + 4 + 4 * fields
    cell[KIND] = PPP if version == 1 else ETHERTYPE + protocol
    if protocol == _WCCP and cell[AT] + 4 <= cell[END]:  # version 2 puts a header of four bytes before the packet
        cell[AT] += 0 if block[cell[AT]] // 16 == 4 else 4
        cell[KIND] = ANY_IP
    if protocol >> 9 == _ARUBA:  # frames from access points to their controller
        cell[KIND] = IEEE_802_11
    if protocol in (_ERSPAN, _ERSPAN_3):
        _erspan(block, cell, protocol == _ERSPAN_3, bits & 0x10 != 0)
    if cell[AT] > cell[END] or bits & 0x40:
        cell[KIND] = NOTHING


def _erspan(block: Bytes, cell: Cells, third: bool, numbered: bool) -> None:
    """Mirrored Ethernet (draft-foschiano-erspan section 4): type I has no header, II (numbered) 8 bytes, III 12 or 20."""
    at = cell[AT]
    size = 8 if numbered else 0
    if third:
        size = 20 if at + 12 <= cell[END] and block[at + 11] & 1 else 12
    cell[AT] = at + size
    cell[KIND] = ETHERNET


def _tunnel(block: Bytes, cell: Cells) -> bool:
    """Whether the IP payload is itself a tunnel; then AT and KIND are those of what it carries."""
    protocol = cell[PROTOCOL]
    if protocol in (_IPIP, _IPV6_IN_IP):
        cell[KIND] = ANY_IP
    elif protocol == _GRE:
        at = cell[AT]
        _gre(block, cell)
        if cell[KIND] == NOTHING:
            cell[AT] = at
            return False
    elif protocol == _ETHERIP:
        cell[AT] += 2
        cell[KIND] = ETHERNET
    elif protocol == _MPLS_IN_IP:  # RFC 4023
        cell[KIND] = ETHERTYPE + 0x8847
    else:
        return False
    return True


def _network(block: Bytes, cell: Cells) -> bool:
    """Goes over one IP header, whichever version its first nibble says."""
    if cell[AT] + 1 > cell[END]:
        return False
    version = block[cell[AT]] // 16
    if version == 4:
        return _ipv4(block, cell)
    return version == 6 and _ipv6(block, cell)


def dissect(block: Bytes, cell: Cells) -> int:
    """Follows the layers from KIND, AT and END to a transport payload.

    Returns FOUND (addresses, ports, payload, flags are set), IS_FRAGMENT (addresses, PROTOCOL, FRAGMENT_* and AT to END are
    set), NO_IP_HERE, ENCRYPTED or BAD_HEADERS.
    """
    inside = False
    for _ in range(MAX_LAYERS):
        kind = cell[KIND]
        if kind == ANY_IP:
            if not _network(block, cell):
                return BAD_HEADERS
            inside = True
            if cell[FRAGMENT_AT] or cell[FRAGMENT_MORE]:
                return IS_FRAGMENT
            if not _tunnel(block, cell):
                return FOUND if _transport(block, cell) else BAD_HEADERS
        elif kind == NOTHING:
            return BAD_HEADERS if inside else NO_IP_HERE
        elif kind == SEALED:
            return ENCRYPTED
        elif kind < ETHERTYPE:
            link_layer(block, cell)
        else:
            type_layer(block, cell)
    return BAD_HEADERS
