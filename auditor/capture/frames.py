"""Link layers: a frame goes in, the place and kind of the next layer come out.

The functions run compiled or uncompiled (see `columns`): a block of bytes (or unsigned 8-bit array), and a vector of cells that
holds the layer's KIND, AT and END and gets those of the next one. A frame that cannot be followed gets KIND = NOTHING.
"""

from auditor.capture.columns import (
    ANY_IP,
    AT,
    END,
    ETHERTYPE,
    KIND,
    LLC,
    NOTHING,
    PPP_PROTOCOL,
    REST_AT,
    REST_END,
    SEALED,
    SEVERAL,
    Bytes,
    Cells,
)

NULL, ETHERNET, PPP, RAW_BSD, RAW_OPENBSD, PPP_HDLC, RAW = 0, 1, 9, 12, 14, 50, 101
IEEE_802_11, LOOP, LINUX_SLL, PRISM, RADIOTAP, AVS, PKTAP_OLD = 105, 108, 113, 119, 127, 163, 149
PPI, IPV4, IPV6, PKTAP, LINUX_SLL2 = 192, 228, 229, 258, 276
PPP_ETHER, CISCO_HDLC, NFLOG, PPP_PPPD, PPP_WITH_DIRECTION = 51, 104, 239, 166, 204
TOKEN_RING, FDDI, ATM, ENC, PFLOG, IP_OVER_FC, FIREWIRE = 6, 10, 100, 109, 117, 122, 138
BROADCOM, BROADCOM_FIRST, MARVELL, MARVELL_TYPED = 281, 282, 284, 285
PADDED = 65_000
"""No link type: 802.11 of which the radio header says that padding stands before the payload."""
MAX_FIELDS = 32
"""Fields of an NFLOG frame that are gone over."""

_IPV4, _IPV6, _VLAN, _QINQ, _QINQ_OLD = 0x0800, 0x86DD, 0x8100, 0x88A8, 0x9100
_MPLS, _MPLS_MULTICAST, _PPPOE, _BRIDGED, _MACSEC = 0x8847, 0x8848, 0x8864, 0x6558, 0x88E5
_CISCO_TAG, _VN_TAG, _HSR, _R_TAG, _I_TAG = 0x8909, 0x8926, 0x892F, 0xF1C1, 0x88E7
_NSH, _TRILL, _FABRIC_PATH, _BATMAN = 0x894F, 0x22F3, 0x8903, 0x4305
_FIRST_ETHERTYPE = 1536


def u16(block: Bytes, at: int) -> int:
    """Two bytes, big-endian."""
    return block[at] << 8 | block[at + 1]


def u16le(block: Bytes, at: int) -> int:
    """Two bytes, little-endian."""
    return block[at + 1] << 8 | block[at]


def u32(block: Bytes, at: int) -> int:
    """Four bytes, big-endian."""
    return block[at] << 24 | block[at + 1] << 16 | block[at + 2] << 8 | block[at + 3]


def u32le(block: Bytes, at: int) -> int:
    """Four bytes, little-endian."""
    return block[at + 3] << 24 | block[at + 2] << 16 | block[at + 1] << 8 | block[at]


def step(cell: Cells, size: int, kind: int) -> None:
    """Goes over a header of that size to a layer of that kind, or to NOTHING where the header is not all there."""
    cell[AT] += size
    cell[KIND] = kind if cell[AT] <= cell[END] else NOTHING


def _typed(block: Bytes, cell: Cells, at: int, size: int) -> None:
    """A header of that size whose ethertype (or 802.3 length) stands at `at` from its start."""
    where = cell[AT] + at
    if where + 2 > cell[END]:
        cell[KIND] = NOTHING
        return
    value = u16(block, where)
    step(cell, size, ETHERTYPE + value if value >= _FIRST_ETHERTYPE else LLC)


def _family(block: Bytes, cell: Cells) -> None:
    """Loopback: four bytes of address family in the byte order of the host that captured (NULL) or of the net (LOOP)."""
    if cell[AT] + 4 > cell[END]:
        cell[KIND] = NOTHING
        return
    # 2 is IPv4 everywhere; 10, 24, 28 and 30 are IPv6 on Linux, NetBSD, FreeBSD and macOS. The version nibble settles it.
    value = block[cell[AT]] | block[cell[AT] + 3]
    known = value == 2 or value == 10 or value == 24 or value == 28 or value == 30
    step(cell, 4, ANY_IP if known else NOTHING)


def _llc(block: Bytes, cell: Cells) -> None:
    """IEEE 802.2; SNAP (RFC 1042) leads on, and the service access point of IP (6) with unnumbered information (3)."""
    at = cell[AT]
    if at + 3 <= cell[END] and block[at] == 6 and block[at + 1] == 6 and block[at + 2] == 3:
        step(cell, 3, ANY_IP)
        return
    if at + 8 > cell[END] or block[at] != 0xAA or block[at + 1] != 0xAA:
        cell[KIND] = NOTHING
        return
    step(cell, 8, ETHERTYPE + u16(block, at + 6))


def _ppp(block: Bytes, cell: Cells) -> None:
    """PPP, with or without the HDLC-like framing (RFC 1662 section 3.1) and protocol field compression."""
    at = cell[AT]
    if at + 4 <= cell[END] and block[at] == 0xFF and block[at + 1] == 0x03:
        at += 2
    if at + 2 > cell[END]:
        cell[KIND] = NOTHING
        return
    short = block[at] & 1
    value = block[at] if short else u16(block, at)
    cell[AT] = at
    step(cell, 1 if short else 2, PPP_PROTOCOL + value)


def _radio(block: Bytes, cell: Cells, length_at: int) -> None:
    """Radiotap and PPI: a header that says its own length, then 802.11."""
    at = cell[AT]
    if at + 8 > cell[END]:
        cell[KIND] = NOTHING
        return
    # PPI (bytes 4 to 7 the inner link type) may carry other link types; radiotap never does.
    inner = IEEE_802_11
    if cell[KIND] == PPI:
        inner = u32le(block, at + 4)
    elif _is_padded(block, at, cell[END]):
        inner = PADDED
    step(cell, u16le(block, at + length_at), inner)


def _is_padded(block: Bytes, at: int, end: int) -> bool:
    """Whether radiotap's flags (behind the words that say what is present, and the time) hold 0x20, data pad."""
    present = at + 4
    if not block[present] & 2:
        return False
    place = present + 4
    while block[place - 1] & 0x80 and place + 4 <= end:
        place += 4
    if block[present] & 1:  # the time is aligned to eight bytes from the header's beginning
        place = at + (place - at + 7) // 8 * 8 + 8
    return place < end and block[place] & 0x20 != 0


def _wireless(block: Bytes, cell: Cells) -> None:
    """802.11 data frames in the clear (IEEE 802.11 section 9.3.2): address 4, QoS and HT fields make the header longer."""
    at = cell[AT]
    if at + 24 > cell[END]:
        cell[KIND] = NOTHING
        return
    control, flags = block[at], block[at + 1]
    size = 24
    following = LLC
    if flags & 3 == 3:
        size += 6
    if control & 0x80:
        if at + size < cell[END] and block[at + size] & 0x80:
            following = SEVERAL
        size += 2
        if flags & 0x80:
            size += 4
    # type 2 is data; subtype bit 0x40 means no payload; flag 0x40 means protected
    if control & 0x0C != 0x08 or control & 0x40:
        cell[KIND] = NOTHING
        return
    if flags & 0x40:
        cell[KIND] = SEALED
        return
    step(cell, (size + 3) // 4 * 4 if cell[KIND] == PADDED else size, following)


def subframe(block: Bytes, cell: Cells) -> None:
    """The first of several frames in one (an A-MSDU, IEEE 802.11 section 9.3.2.2.2); REST_AT and REST_END lead to the others."""
    at, end = cell[AT], cell[END]
    cell[REST_AT] = 0
    if at + 14 > end:
        cell[KIND] = NOTHING
        return
    size = 14 + u16(block, at + 12)
    following = at + (size + 3) // 4 * 4
    if following + 14 <= end:
        cell[REST_AT] = following
        cell[REST_END] = end
    cell[END] = min(end, at + size)
    cell[AT] = at + 14
    cell[KIND] = LLC


def _pktap(block: Bytes, cell: Cells) -> None:
    """Apple PKTAP: header length, record type, inner link type, each 32 bits little-endian."""
    at = cell[AT]
    if at + 12 > cell[END]:
        cell[KIND] = NOTHING
        return
    step(cell, u32le(block, at), u32le(block, at + 8))


def _nflog(block: Bytes, cell: Cells) -> None:
    """Linux NFLOG, as Android captures it: fields of (length, type) in the host's order; number 9 is the packet."""
    at = cell[AT] + 4
    for _ in range(MAX_FIELDS):
        if at + 4 > cell[END]:
            break
        size = u16le(block, at)
        if u16le(block, at + 2) == 9:
            cell[AT] = at + 4
            cell[KIND] = ANY_IP
            return
        if size < 4:
            break
        at += (size + 3) // 4 * 4
    cell[KIND] = NOTHING


def link_layer(block: Bytes, cell: Cells) -> None:
    """Goes over one link layer header; a link type that is not known gets KIND = NOTHING."""
    kind = cell[KIND]
    if kind == ETHERNET:
        _typed(block, cell, 12, 14)
    elif kind in (RAW, RAW_BSD, RAW_OPENBSD, IPV4, IPV6):
        cell[KIND] = ANY_IP
    elif kind == LINUX_SLL:
        _typed(block, cell, 14, 16)
    elif kind == LINUX_SLL2:
        _typed(block, cell, 0, 20)
    elif kind in (NULL, LOOP):
        _family(block, cell)
    else:
        _rare_link_layer(block, cell)


def _rare_link_layer(block: Bytes, cell: Cells) -> None:
    kind = cell[KIND]
    if kind in (IEEE_802_11, PADDED):
        _wireless(block, cell)
    elif kind in (RADIOTAP, PPI):
        _radio(block, cell, 2)
    elif kind == PRISM:
        step(cell, 144, IEEE_802_11)
    elif kind == AVS:
        step(cell, 64, IEEE_802_11)
    elif kind in (PPP, PPP_HDLC):
        _ppp(block, cell)
    elif kind in (PKTAP, PKTAP_OLD):
        _pktap(block, cell)
    elif kind == PPP_PPPD:  # a direction in the place of the address, then the control byte
        step(cell, 2, PPP)
    elif kind == PPP_WITH_DIRECTION:
        step(cell, 1, PPP)
    elif kind == CISCO_HDLC:
        _typed(block, cell, 2, 4)
    elif kind == PPP_ETHER:
        _pppoe(cell)
    elif kind == NFLOG:
        _nflog(block, cell)
    else:
        _tagged_link_layer(block, cell)


def _tagged_link_layer(block: Bytes, cell: Cells) -> None:
    """Rings, fabrics and firewalls, and the tags by which switch chips tell a router's processor the port."""
    kind = cell[KIND]
    if kind == TOKEN_RING:
        _token_ring(block, cell)
    elif kind == FDDI:
        step(cell, 13, LLC)
    elif kind == ATM:
        cell[KIND] = LLC
    elif kind == ENC:
        step(cell, 12, ANY_IP)
    elif kind == PFLOG:  # a header that says its length, padded to words
        step(cell, (block[cell[AT]] + 3) // 4 * 4, ANY_IP)
    elif kind == IP_OVER_FC:
        step(cell, 16, LLC)
    elif kind in (FIREWIRE, BROADCOM, MARVELL):
        _typed(block, cell, 16, 18)
    elif kind == MARVELL_TYPED:
        _typed(block, cell, 20, 22)
    elif kind == BROADCOM_FIRST:
        step(cell, 4, ETHERNET)
    else:
        cell[KIND] = NOTHING


def _token_ring(block: Bytes, cell: Cells) -> None:
    """IEEE 802.5: the top bit of the source says that routing information stands before LLC, with its length."""
    at = cell[AT]
    routed = at + 15 <= cell[END] and block[at + 8] & 0x80
    step(cell, 14 + (block[at + 14] & 31 if routed else 0), LLC)


def known_link(kind: int) -> bool:
    """Whether frames of that link type can be followed."""
    common = kind <= ETHERNET or kind in (RAW, LINUX_SLL, LINUX_SLL2, LOOP)
    raw = kind in (RAW_BSD, RAW_OPENBSD, IPV4, IPV6)
    radio = kind in (IEEE_802_11, RADIOTAP, PPI, PRISM, AVS)
    wire = kind in (PPP, PPP_HDLC, PPP_ETHER, PPP_PPPD, PPP_WITH_DIRECTION, CISCO_HDLC)
    rare = kind in (TOKEN_RING, FDDI, ATM, ENC, PFLOG, IP_OVER_FC, FIREWIRE, BROADCOM, BROADCOM_FIRST, MARVELL, MARVELL_TYPED)
    return common or raw or radio or wire or rare or kind in (PKTAP, PKTAP_OLD, NFLOG)


def _mpls(block: Bytes, cell: Cells) -> None:
    """MPLS label stack (RFC 3032): four bytes each; the bottom label has bit 0x01 of the third byte; then IP, mostly.

    RFC 4385 section 3: what begins with the nibble 0 is the control word of a pseudowire; it carries Ethernet here.
    """
    at = cell[AT]
    while at + 4 < cell[END]:
        at += 4
        if block[at - 2] & 1:
            wire = block[at] < 16
            cell[AT] = at + 4 if wire else at
            cell[KIND] = ETHERNET if wire else ANY_IP
            return
    cell[KIND] = NOTHING


def _pppoe(cell: Cells) -> None:
    """PPPoE session (RFC 2516 section 4): six bytes, then PPP."""
    step(cell, 6, PPP)


def _macsec(block: Bytes, cell: Cells) -> None:
    """MACsec (IEEE 802.1AE section 9.3): a tag of 6 or (with a channel's name) 14 bytes, then a frame, in the clear or not.

    Behind a frame in the clear stands a check value of 16 bytes, which the lengths of IP leave aside.
    """
    at = cell[AT]
    if at + 6 > cell[END]:
        cell[KIND] = NOTHING
        return
    bits = block[at]
    if bits & 0x0C:  # encrypted, or changed
        cell[KIND] = SEALED
        return
    cell[AT] = at + (14 if bits & 0x20 else 6)
    _typed(block, cell, 0, 2)


def type_layer(block: Bytes, cell: Cells) -> None:
    """Goes over what an ethertype, an LLC header or a PPP protocol number announces."""
    kind = cell[KIND]
    if kind == LLC:
        _llc(block, cell)
        return
    if kind == SEVERAL:
        subframe(block, cell)
        return
    if kind >= PPP_PROTOCOL:
        value = kind - PPP_PROTOCOL
        cell[KIND] = ANY_IP if value == 0x21 or value == 0x57 else NOTHING
        return
    value = kind - ETHERTYPE
    if value in (_IPV4, _IPV6):
        cell[KIND] = ANY_IP
    elif value in (_VLAN, _QINQ, _QINQ_OLD):
        _typed(block, cell, 2, 4)
    elif value in (_MPLS, _MPLS_MULTICAST):
        _mpls(block, cell)
    elif value == _PPPOE:
        _pppoe(cell)
    elif value == _MACSEC:
        _macsec(block, cell)
    elif value in (_VN_TAG, _HSR, _R_TAG):
        _typed(block, cell, 4, 6)
    elif value == _CISCO_TAG:
        _typed(block, cell, 6, 8)
    else:
        _carrier(block, cell, value)


def _carrier(block: Bytes, cell: Cells, value: int) -> None:
    """Headers behind which a whole frame stands, as in fabrics and meshes."""
    at = cell[AT]
    if value == _BRIDGED:
        cell[KIND] = ETHERNET
    elif value == _I_TAG:  # IEEE 802.1ah: a service's number
        step(cell, 4, ETHERNET)
    elif value == _FABRIC_PATH:
        step(cell, 2, ETHERNET)
    elif value == _TRILL and at + 6 <= cell[END]:  # RFC 6325 section 3.8: the length of its options in words
        step(cell, 6 + ((block[at] & 7) << 2 | block[at + 1] >> 6) * 4, ETHERNET)
    elif value == _BATMAN and at + 10 <= cell[END] and block[at] in (0x01, 0x40, 0x42):  # broadcast, unicast, with the sender
        step(cell, 14 if block[at] == 0x01 else 10 if block[at] == 0x40 else 18, ETHERNET)
    elif value == _NSH and at + 4 <= cell[END] and 0 < block[at + 3] <= 3:  # RFC 8300 section 2.2: its length in words
        step(cell, (block[at + 1] & 63) * 4, ETHERNET if block[at + 3] == 3 else ANY_IP)
    else:
        cell[KIND] = NOTHING
