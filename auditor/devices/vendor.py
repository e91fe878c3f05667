"""A MAC address in, the maker of the network chip out, by the prefix that the IEEE gave it (table of the package aiooui).

The maker of the chip is often not the maker of the device. A locally administered address, which phones make up for each
network, says nothing of a maker.
"""

import asyncio
from functools import lru_cache

_LOCAL, _GROUP = 2, 1


def is_random(mac: bytes) -> bool:
    """Whether the address was made up by its device (IEEE 802, clause 8.4: the bit "locally administered")."""
    return len(mac) == 6 and bool(mac[0] & _LOCAL)


def is_device(mac: bytes) -> bool:
    """Whether the address can be of one device: no group, not all zeros."""
    return len(mac) == 6 and not mac[0] & _GROUP and any(mac)


@lru_cache(maxsize=4096)
def vendor_of(mac: bytes) -> str | None:
    """The maker's name; None where the prefix is not known, or says nothing."""
    if not is_device(mac) or is_random(mac):
        return None
    import aiooui

    if not aiooui.is_loaded():
        asyncio.run(aiooui.async_load())
    return aiooui.get_vendor(mac.hex(":"))
