"""Tunnels over UDP: VXLAN, GTP-U and Teredo. The place of a UDP payload goes in, that of the packet it carries comes out.

Recognised by port and by the shape of their headers, so that an ordinary datagram on such a port stays one. Compiled or
uncompiled (see `columns`).
"""

from auditor.capture.columns import ANY_IP, AT, DST_PORT, END, KIND, LENGTH, PAYLOAD, SRC_PORT, Bytes, Cells
from auditor.capture.frames import ETHERNET, u16

VXLAN, VXLAN_OLD, GTP_U, TEREDO, GENEVE = 4789, 8472, 2152, 3544, 6081


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
    """RFC 8926 section 3.4: version 0, Ethernet inside."""
    at = cell[PAYLOAD]
    size = 8 + (block[at] & 0x3F) * 4
    valid = block[at] < 64 and u16(block, at + 2) == 0x6558 and at + size <= cell[END]
    return valid and _into(cell, size, ETHERNET)


def carried(block: Bytes, cell: Cells) -> bool:
    """Whether the UDP payload is a tunnel's; then KIND and AT are those of the packet that it carries."""
    if cell[LENGTH] < 16:
        return False
    source, target = cell[SRC_PORT], cell[DST_PORT]
    if target in (VXLAN, VXLAN_OLD):
        return _vxlan(block, cell)
    if target == GTP_U or source == GTP_U:
        return _gtp(block, cell)
    if target == TEREDO or source == TEREDO:
        return _teredo(block, cell)
    return target == GENEVE and _geneve(block, cell)
