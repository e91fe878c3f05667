"""Tunnels over UDP: VXLAN, Geneve, GTP-U, Teredo, L2TP, TZSP, LISP, MPLS and CAPWAP. The place of a UDP payload goes in, that of
the packet it carries comes out.

Recognised by port and by the shape of their headers, so that an ordinary datagram on such a port stays one. Compiled or
uncompiled (see `columns`).
"""

from auditor.capture.columns import ANY_IP, AT, DST_PORT, END, ETHERTYPE, KIND, LENGTH, LLC, PAYLOAD, SRC_PORT, Bytes, Cells
from auditor.capture.frames import ETHERNET, IEEE_802_11, u16

VXLAN, VXLAN_OLD, VXLAN_GPE, GTP_U, TEREDO, GENEVE, L2TP, TZSP = 4789, 8472, 4790, 2152, 3544, 6081, 1701, 37008
LISP, MPLS, CAPWAP = 4341, 6635, 5247
MAX_TAGS = 32
MAX_LABELS = 8


def _into(cell: Cells, size: int, kind: int) -> bool:
    """Goes over the tunnel's header."""
    cell[AT] = cell[PAYLOAD] + size
    cell[KIND] = kind
    return True


def _vxlan(block: Bytes, cell: Cells) -> bool:
    """RFC 7348 section 5: the I flag alone, reserved bits zero, then Ethernet."""
    at = cell[PAYLOAD]
    valid = block[at] == 0x08 and block[at + 1] == 0 and block[at + 2] == 0 and block[at + 3] == 0 and block[at + 7] == 0
    return valid and _into(cell, 8, ETHERNET)


def _vxlan_gpe(block: Bytes, cell: Cells) -> bool:
    """draft-ietf-nvo3-vxlan-gpe section 3.1: the I and P flags, and what is carried: IPv4, IPv6, Ethernet or NSH."""
    at = cell[PAYLOAD]
    following = block[at + 3]
    if block[at] & 0xCC != 0x0C or following == 0 or following > 4:
        return False
    if following == 4:
        return _into(cell, 8, ETHERTYPE + 0x894F)
    return _into(cell, 8, ETHERNET if following == 3 else ANY_IP)


def _is_ip(block: Bytes, cell: Cells, at: int) -> bool:
    """Whether an IP header can begin there."""
    if at + 20 > cell[END]:
        return False
    version = block[at] // 16
    return version == 6 or (version == 4 and block[at] & 15 >= 5)


def _gtp(block: Bytes, cell: Cells) -> bool:
    """3GPP TS 29.281 section 5.1: version 1, a G-PDU (255); sequence, N-PDU and extension fields make it four bytes longer."""
    at = cell[PAYLOAD]
    if block[at] & 0xF0 != 0x30 or block[at + 1] != 0xFF:
        return False
    size = 8
    if block[at] & 7:
        size = 12
        following = block[at + 11] if block[at] & 4 and at + 12 <= cell[END] else 0
        while following and at + size + 4 <= cell[END] and block[at + size]:
            length = block[at + size] * 4
            if at + size + length > cell[END]:
                return False
            following = block[at + size + length - 1]
            size += length
    return _is_ip(block, cell, at + size) and _into(cell, size, ANY_IP)


def _teredo(block: Bytes, cell: Cells) -> bool:
    """RFC 4380 section 5.1.1: IPv6 behind optional authentication and origin indications."""
    at = cell[PAYLOAD]
    size = 0
    if block[at] == 0 and block[at + 1] == 1:
        size = 13 + block[at + 2] + block[at + 3]
    if at + size + 8 <= cell[END] and block[at + size] == 0 and block[at + size + 1] == 0:
        size += 8
    start = at + size
    if start + 40 > cell[END] or block[start] // 16 != 6:
        return False
    return start + 40 + u16(block, start + 4) <= cell[END] and _into(cell, size, ANY_IP)


def _geneve(block: Bytes, cell: Cells) -> bool:
    """RFC 8926 section 3.4: version 0, behind its options Ethernet or IP."""
    at = cell[PAYLOAD]
    size = 8 + (block[at] & 0x3F) * 4
    following = u16(block, at + 2)
    if block[at] >= 64 or at + size > cell[END]:
        return False
    if following == 0x6558:
        return _into(cell, size, ETHERNET)
    return following in (0x0800, 0x86DD) and _is_ip(block, cell, at + size) and _into(cell, size, ANY_IP)


def _l2tp(block: Bytes, cell: Cells) -> bool:
    """RFC 2661 section 3.1: a data message of version 2 with its optional fields, then PPP with an IP packet."""
    at = cell[PAYLOAD]
    flags = u16(block, at)
    if flags & 0x800F != 2:
        return False
    start = at + 6 + (2 if flags & 0x4000 else 0) + (4 if flags & 0x0800 else 0)
    if flags & 0x0200 and start + 2 <= cell[END]:
        start += 2 + u16(block, start)
    if start + 4 > cell[END]:
        return False
    if block[start] == 0xFF and block[start + 1] == 0x03:
        start += 2
    # RFC 1661 section 6.5: the protocol may be compressed to one byte.
    size = 1 if block[start] & 1 else 2
    protocol = block[start] if size == 1 else u16(block, start)
    is_packet = protocol in (0x21, 0x57) and _is_ip(block, cell, start + size)
    return is_packet and _into(cell, start + size - at, ANY_IP)


def _tzsp(block: Bytes, cell: Cells) -> bool:
    """TaZmen Sniffer Protocol: version 1, a packet (0 or 1) of Ethernet or 802.11 behind its tags."""
    at = cell[PAYLOAD]
    protocol = u16(block, at + 2)
    if block[at] != 1 or block[at + 1] > 1 or protocol not in (1, 18):
        return False
    start = at + 4
    for _ in range(MAX_TAGS):
        if start + 2 > cell[END]:
            return False
        if block[start] == 1:
            return _into(cell, start + 1 - at, ETHERNET if protocol == 1 else IEEE_802_11)
        start += 2 + block[start + 1] if block[start] else 1
    return False


def _lisp(block: Bytes, cell: Cells) -> bool:
    """RFC 9300 section 5.1: eight bytes, then IP."""
    return _is_ip(block, cell, cell[PAYLOAD] + 8) and _into(cell, 8, ANY_IP)


def _mpls(block: Bytes, cell: Cells) -> bool:
    """RFC 7510 section 3: labels, the last of which is marked, then IP."""
    at = cell[PAYLOAD]
    for _ in range(MAX_LABELS):
        if at + 4 > cell[END]:
            return False
        at += 4
        if block[at - 2] & 1:
            return _is_ip(block, cell, at) and _into(cell, 0, ETHERTYPE + 0x8847)
    return False


def _capwap(block: Bytes, cell: Cells) -> bool:
    """RFC 5415 section 4.3: data of an access point, unencrypted and whole: Ethernet, or an 802.11 frame (RFC 5416 section 7).

    Some access points send the two bytes of 802.11's frame control in reverse.
    """
    at = cell[PAYLOAD]
    size = block[at + 1] // 8 * 4
    start = at + size
    if block[at] or size < 8 or block[at + 3] & 0x88 or start + 24 > cell[END]:
        return False
    if not block[at + 2] & 1:
        return _into(cell, size, ETHERNET)
    if block[start] & 0x7F == 8:
        return _into(cell, size, IEEE_802_11)
    swapped = block[start + 1] & 0x7F == 8
    return swapped and _into(cell, size + (26 if block[start + 1] & 0x80 else 24), LLC)


def carried(block: Bytes, cell: Cells) -> bool:
    """Whether the UDP payload is a tunnel's; then KIND and AT are those of the packet that it carries."""
    if cell[LENGTH] < 16:
        return False
    source, target = cell[SRC_PORT], cell[DST_PORT]
    if target in (VXLAN, VXLAN_OLD):
        return _vxlan(block, cell)
    if target == VXLAN_GPE:
        return _vxlan_gpe(block, cell)
    if target == L2TP or source == L2TP:
        return _l2tp(block, cell)
    if target == TZSP:
        return _tzsp(block, cell)
    if target == GTP_U or source == GTP_U:
        return _gtp(block, cell)
    if target == TEREDO or source == TEREDO:
        return _teredo(block, cell)
    if target == GENEVE:
        return _geneve(block, cell)
    return _seldom_carried(block, cell, source, target)


def _seldom_carried(block: Bytes, cell: Cells, source: int, target: int) -> bool:
    if target == LISP:
        return _lisp(block, cell)
    if target == MPLS:
        return _mpls(block, cell)
    return (target == CAPWAP or source == CAPWAP) and _capwap(block, cell)
