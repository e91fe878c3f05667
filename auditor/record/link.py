"""The name of an interface in, what the kernel says of it out. Everything is asked through sockets, not read from /sys, which
shows the interfaces of another network namespace where a thread has moved to one.
"""

import socket
from dataclasses import dataclass
from struct import Struct

from auditor.errors import UsageError

_SIOCGIFFLAGS, _SIOCGIFHWADDR, _SIOCGIFINDEX = 0x8913, 0x8927, 0x8933
_INTERFACE_REQUEST = Struct("=16sH22x")
"""struct ifreq with the first half word of its union: flags, the link's kind, or the low half of the index."""
_IFF_UP = 1

ETHERNET, _RAW, _WIFI, _RADIOTAP, _PRISM = 1, 101, 105, 127, 119
_LINK_TYPES = {1: ETHERNET, 772: ETHERNET, 65534: _RAW, 519: _RAW, 801: _WIFI, 802: _PRISM, 803: _RADIOTAP}
"""Of an interface (ARPHRD_... in linux/if_arp.h) to the number in the file (LINKTYPE_... of tcpdump.org)."""
_LOOPBACK = 772


@dataclass(frozen=True, slots=True)
class Link:
    """What an interface is."""

    name: str
    kind: int
    """ARPHRD_... of linux/if_arp.h."""

    @property
    def link_type(self) -> int:
        """LINKTYPE_... as in the capture file."""
        return _LINK_TYPES[self.kind]

    @property
    def is_loopback(self) -> bool:
        """Whether every packet passes it twice."""
        return self.kind == _LOOPBACK


def find_link(interface: str) -> Link:
    """The interface of that name.

    Raises:
        UsageError: there is none, or its link is of a kind that cannot be written.
    """
    check_interface(interface)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        kind = _ask(any_socket, _SIOCGIFHWADDR, interface)
    if kind not in _LINK_TYPES:
        raise UsageError(f"the interface {interface} has a link of kind {kind}, which cannot be captured here")
    return Link(interface, kind)


def check_interface(interface: str) -> None:
    """Refuses a name that no interface has.

    Raises:
        UsageError: with the names that there are.
    """
    names = sorted(name for _, name in socket.if_nameindex())
    if interface not in names:
        raise UsageError(f"there is no interface {interface!r}", fix=f"there are: {', '.join(names) or 'none'}")


def is_up(endpoint: socket.socket, interface: str, index: int) -> bool | None:
    """Whether the interface is up; None when it is gone, or another one has its name now."""
    try:
        if _ask(endpoint, _SIOCGIFINDEX, interface) != index & 0xFFFF:
            return None
        return bool(_ask(endpoint, _SIOCGIFFLAGS, interface) & _IFF_UP)
    except OSError:
        return None


def _ask(endpoint: socket.socket, request: int, interface: str) -> int:
    """What the kernel says of the interface, in the network namespace of the socket."""
    import fcntl  # not there on Windows, where libpcap is the engine

    answer = fcntl.ioctl(endpoint, request, _INTERFACE_REQUEST.pack(interface.encode(), 0))
    return int(_INTERFACE_REQUEST.unpack(answer)[1])
