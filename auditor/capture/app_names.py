"""Names of apps that a capture carries with its packets: a frame's surroundings go in, the app's name comes out.

Apple's PKTAP header has the process (`struct pktap_header`, command name of 20 bytes at offset 56); PCAPdroid's trailer, behind
the IP packet, a magic number, the user id and the app's name of 20 bytes.
"""

from auditor.capture.frames import PKTAP, PKTAP_OLD

_TRAILER = bytes.fromhex("01072021")
TRAILER_SIZE = 28
_COMMAND = slice(56, 76)
_HEADER_SIZE = 76


def carries_apps(block: memoryview, link: int, payload_ends: list[int]) -> bool:
    """Whether frames of that link type, whose payloads end there, say which app they belong to."""
    return link in (PKTAP, PKTAP_OLD) or any(bytes(block[end : end + 4]) == _TRAILER for end in payload_ends)


def app_of(block: memoryview, link: int, frame: int, payload_end: int) -> str | None:
    """The app of the packet whose frame starts at `frame` and whose payload ends at `payload_end`; None where it is not said."""
    if link in (PKTAP, PKTAP_OLD):
        return _text(bytes(block[frame : frame + _HEADER_SIZE])[_COMMAND])
    trailer = bytes(block[payload_end : payload_end + TRAILER_SIZE])
    return _text(trailer[8:]) if trailer.startswith(_TRAILER) else None


def _text(raw: bytes) -> str | None:
    name = raw.partition(b"\0")[0].decode("utf-8", "replace").strip()
    return name if name and name.isprintable() else None
