"""Which interface, and which packets of it, in; an open capture out: scapy's listen socket with the room that it needs."""

import logging

from auditor.errors import UsageError
from auditor.record.kernel_filter import Target, compile_filter
from auditor.record.link import ETHERNET, find_link
from auditor.record.packet_ring import PacketRing
from auditor.record.packet_socket import BUFFER_LEAST, PacketSocket
from auditor.record.tap import NoRightError


def open_packet_socket(interface: str, target: Target | None, least: int = BUFFER_LEAST) -> PacketSocket:
    """Opens the interface and begins to count. Where the receive buffer stays below `least` bytes, a ring takes its place.

    Raises:
        NoRightError: the process may not capture.
        UsageError: no such interface, or a link of an unknown kind.
    """
    from scapy.arch.linux import L2ListenSocket

    logging.getLogger("scapy.runtime").setLevel(logging.ERROR)  # it warns of link types that only its dissector lacks
    link = find_link(interface)
    program = compile_filter(target, ethernet=link.link_type == ETHERNET, loopback=link.is_loopback)
    try:
        listener = L2ListenSocket(iface=interface, nofilter=1, promisc=False)
    except PermissionError:
        raise NoRightError(f"may not capture on {interface}: that needs root or the capability cap_net_raw") from None
    except OSError as error:
        raise UsageError(f"cannot capture on {interface}: {error.strerror or error}") from None
    tap = PacketSocket(link, target, listener)
    tap.begin(program)
    if tap.buffer_bytes < least:
        tap = PacketRing(link, target, listener)
        tap.begin(program)
    return tap
