"""Names of apps that a capture carries with its packets: a frame's surroundings go in, the app's name comes out.

Apple's PKTAP header has the process (`struct pktap_header`, command name of 20 bytes at offset 56). PCAPdroid writes a trailer
behind the IP packet and up to three bytes of padding: a magic number, user id, and the app's name of 20 bytes. Its pcapng files
have a comment at each packet, like `u-10123`, and a custom block for each user id that says which app that is.
"""

import re
from collections.abc import Iterable, Mapping

from auditor.capture.frames import PKTAP, PKTAP_OLD

CUSTOM_BLOCK = 0xBAD
"""The kind of pcapng block in which PCAPdroid says whose a user id is."""
BEHIND = 31
"""Bytes behind a payload that may be needed: padding and what follows it."""
_TRAILER = bytes.fromhex("01072021")
_TRAILER_SIZE = 28
_COMMAND = slice(56, 76)
_HEADER_SIZE = 76
_COMMENT = re.compile(rb"(?:\x01\x00[\x03-\x0c]\x00|\x00\x01\x00[\x03-\x0c])u-(\d{1,10})")
"""A packet's first option, in either byte order, where it is PCAPdroid's."""
_ENTERPRISE, _VERSION, _UID_MAP = 62_652, 1, 1


def carries_apps(block: memoryview, link: int, payloads: Iterable[tuple[int, int]]) -> bool:
    """Whether frames of that link type say which app they belong to; `payloads`: starts of frames, ends of their payloads."""
    return link in (PKTAP, PKTAP_OLD) or any(_trailer(block, frame, end) for frame, end in payloads)


def app_of(block: memoryview, link: int, frame: int, payload_end: int, users: Mapping[int, str]) -> str | None:
    """The app of the packet whose frame starts at `frame` and whose payload ends at `payload_end`; None where it is not said.

    `users`: the app of each user id, as far as the capture says.
    """
    if link in (PKTAP, PKTAP_OLD):
        return _text(bytes(block[frame : frame + _HEADER_SIZE])[_COMMAND])
    if users:
        comment = _COMMENT.match(block[_aligned(frame, payload_end) :][:_TRAILER_SIZE])
        return users.get(int(comment[1])) if comment else None
    return _text(_trailer(block, frame, payload_end)[8:])


def read_user(body: bytes, big: bool) -> tuple[int, str] | None:
    """User id and app that a custom block of a pcapng file names; None where it is not of that kind or lies about its lengths."""
    order = "big" if big else "little"
    if len(body) < 14 or body[6] != _UID_MAP:
        return None
    enterprise, version, user = (int.from_bytes(body[at:end], order) for at, end in ((0, 4), (4, 6), (8, 12)))  # type: ignore[arg-type]
    package, app = body[12], body[13]
    if (enterprise, version) != (_ENTERPRISE, _VERSION) or 14 + package + app > len(body):
        return None
    name = _text(body[14 + package : 14 + package + app]) or _text(body[14 : 14 + package])
    return (user, name) if name else None


def _aligned(frame: int, end: int) -> int:
    """The next offset from the frame's start that four divides."""
    return frame + (end - frame + 3 & ~3)


def _trailer(block: memoryview, frame: int, end: int) -> bytes:
    """What stands behind a packet where it is PCAPdroid's trailer, else nothing."""
    for at in (_aligned(frame, end), end):
        found = bytes(block[at : at + _TRAILER_SIZE])
        if found.startswith(_TRAILER):
            return found
    return b""


def _text(raw: bytes) -> str | None:
    name = raw.partition(b"\0")[0].decode("utf-8", "replace").strip()
    return name if name and name.isprintable() else None
