"""Addresses that one network card has: conversations go in, the addresses of each device that has several come out.

A device asks a resolver from its IPv4 address and connects from an IPv6 address, or the other way round. A card that was seen
with exactly one IPv4 address is a device's; one with several is a router's, which stands before all that is behind it. An
address that was seen at two cards belongs to no device.
"""

from typing import TYPE_CHECKING

import numpy as np

from auditor.capture import columns as c
from auditor.capture.dns import address_text

if TYPE_CHECKING:
    import numpy.typing as npt

    type Matrix = npt.NDArray[np.int64]

_GROUP = 1 << 40
"""The bit of a MAC that says that it is no card's: multicast and broadcast (IEEE 802-2014 section 8.2.2)."""
_MAPPED = 0xFFFF
_UNASSIGNED = 169 << 8 | 254
"""RFC 3927: an address that a device gives itself, beside another one or for want of it."""
MAX_ADDRESSES = 64
"""Addresses of one device; a card with more is a router's."""
MAX_DEVICES = 4_096
"""Cards with one IPv4 address of a capture; where there are more, they are not those of a local network."""


def same_device(rows: "Matrix") -> tuple[tuple[str, ...], ...]:
    """The addresses of each device that has several; `rows` as in the conversation table."""
    cards, high, low = (
        np.concatenate([rows[:, cell + side] for side in (0, 1)]) for cell in (c.CARD, c.ADDRESS_HI, c.ADDRESS_LO)
    )
    if not high.any():
        return ()  # IPv4 alone
    four = (high == 0) & (low >> 32 == _MAPPED)
    fleeting = four & ((low & 0xFFFFFFFF == 0) | (low >> 16 & 0xFFFF == _UNASSIGNED)) | (high == 0) & (low == 0)
    kept = (cards > 0) & (cards & _GROUP == 0) & ~fleeting
    owned = kept.copy()
    owned[kept] = _of_devices(cards[kept], np.where(four[kept], low[kept] & 0xFFFFFFFF, -1))
    own = np.unique(cards[owned])
    if len(own) > MAX_DEVICES:
        return ()
    kept &= np.isin(low, np.unique(low[owned]))  # wherever else their addresses were seen
    places: dict[str, set[int]] = {}
    for card, *halves in _distinct(cards[kept], high[kept], low[kept]):
        places.setdefault(address_text(b"".join(half.to_bytes(8, "big", signed=True) for half in halves)), set()).add(card)
    devices: dict[int, list[str]] = {card: [] for card in own.tolist()}
    for text, seen in sorted(places.items()):
        if len(seen) == 1:
            devices.get(min(seen), []).append(text)
    return tuple(tuple(texts) for texts in devices.values() if 2 <= len(texts) <= MAX_ADDRESSES)


def _distinct(*columns: "Matrix") -> list[list[int]]:
    """The different rows of some columns, sorted."""
    order = np.lexsort(columns[::-1])
    rows = np.stack([column[order] for column in columns], axis=1)
    fresh = np.ones(len(rows), np.bool_)
    fresh[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    found: list[list[int]] = rows[fresh].tolist()
    return found


def _of_devices(cards: "Matrix", four: "Matrix") -> "npt.NDArray[np.bool_]":
    """Whether each card was seen with exactly one IPv4 address; -1 stands for none."""
    names, numbers = np.unique(cards, return_inverse=True)
    pairs = np.unique((numbers << 32 | four)[four >= 0])
    found: npt.NDArray[np.bool_] = (np.bincount(pairs >> 32, minlength=len(names)) == 1)[numbers]
    return found
