"""Which packets need no look: those of a conversation of which everything is known. Most packets are such.

A conversation is known by the IP protocol, addresses and ports where they stand in a plain frame of Ethernet and IPv4 without
options; any other frame is always looked at. A SYN begins a new conversation, even between the same ports.
"""

from auditor.capture.frames import ETHERNET
from auditor.devices.packet import SYN, TCP, Packet

MOST = 262_144
SHORTEST = 54
"""Bytes of Ethernet, IPv4 and TCP headers."""
TELLING_PORTS = frozenset({53, 67, 137, 1883, 1900, 5353})
"""Ports of protocols that go on telling of a device."""


class KnownConversations:
    """The signatures of conversations that need no look."""

    def __init__(self) -> None:
        self._signatures: set[bytes] = set()

    def has(self, frame: bytes) -> bool:
        """Whether the frame can be gone over."""
        signature = frame[23:24] + frame[26:38]
        if signature not in self._signatures or len(frame) < SHORTEST:
            return False
        if signature[0] == TCP and frame[47] & SYN:
            self._signatures -= {signature, frame[23:24] + frame[30:34] + frame[26:30] + frame[36:38] + frame[34:36]}
            return False
        return frame[12:15] == b"\x08\x00\x45"

    def add(self, link: int, frame: bytes, packet: Packet) -> None:
        """Of the conversation of this packet, in this direction, everything is known."""
        plain = link == ETHERNET and len(frame) >= SHORTEST and frame[12:15] == b"\x08\x00\x45"
        telling = TELLING_PORTS & {packet.source_port, packet.target_port}
        if plain and not telling and packet.source_port >= 0 and len(self._signatures) < MOST:
            self._signatures.add(frame[23:24] + frame[26:38])
