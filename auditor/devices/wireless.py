"""Frames of a wireless capture in monitor mode: link type and bytes in, what an access point says of itself out.

Beacons and probe responses (IEEE 802.11-2020, 9.3.3.2 and 9.3.3.10) tell name and protection; the first two messages of a
four-way handshake (12.7.6) let a few usual keys be tried on the tester's own printer. Whatever a frame holds, the answer is a
fact or None.
"""

import hashlib
import hmac
from dataclasses import dataclass

from auditor.capture.frames import AVS, IEEE_802_11, PPI, PRISM, RADIOTAP

WIRELESS_LINKS = frozenset((IEEE_802_11, RADIOTAP, PPI, PRISM, AVS))
OPEN, WEP, WPA, WPA2 = "open", "wep", "wpa", "wpa2"

_PRISM_HEADER = 144
_BEACON, _PROBE_RESPONSE = 0x80, 0x50
_SSID, _RSN, _VENDOR = 0, 48, 221
_WPA_VENDOR = b"\x00\x50\xf2\x01"
_PRIVACY = 0x0010
_EAPOL = b"\xaa\xaa\x03\x00\x00\x00\x88\x8e"
_KEY, _KEY_HEAD = 3, 99
_ACK, _MIC, _SECURE = 0x0080, 0x0100, 0x0200
_TO_SYSTEM, _FROM_SYSTEM = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """What an access point says of itself."""

    bssid: bytes
    ssid: bytes
    """Empty where the network hides its name."""
    security: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMessage:
    """The first or the second message of a four-way handshake."""

    bssid: bytes
    station: bytes
    is_first: bool
    version: int
    """Key descriptor version: 1 takes HMAC-MD5, 2 HMAC-SHA-1."""
    replay: bytes
    nonce: bytes
    frame: bytes
    """The whole EAPOL packet."""


def read_wireless(link: int, frame: bytes) -> Beacon | KeyMessage | None:
    """The fact in a frame of that link type; None where there is none."""
    start = _header(link, frame)
    if start is None or len(frame) < start + 24:
        return None
    control = frame[start] & 0xFC
    if control in (_BEACON, _PROBE_RESPONSE):
        return _beacon(frame[start:])
    return _key_message(frame[start:]) if control & 0x0C == 0x08 else None


def _header(link: int, frame: bytes) -> int | None:
    """Where the 802.11 header begins."""
    if link == IEEE_802_11:
        return 0
    if link == PRISM:
        return _PRISM_HEADER
    if len(frame) < 8:
        return None
    if link == AVS:
        return int.from_bytes(frame[4:8])
    return int.from_bytes(frame[2:4], "little") if link in (RADIOTAP, PPI) else None


def _beacon(frame: bytes) -> Beacon | None:
    """Timestamp, interval and capabilities come before the elements."""
    if len(frame) < 36:
        return None
    is_private = bool(int.from_bytes(frame[34:36], "little") & _PRIVACY)
    elements = _elements(frame[36:])
    security = WEP if is_private else OPEN
    if any(number == _VENDOR and value.startswith(_WPA_VENDOR) for number, value in elements):
        security = WPA
    if any(number == _RSN for number, _ in elements):
        security = WPA2
    ssid = next((value for number, value in elements if number == _SSID), b"")
    return Beacon(bssid=frame[16:22], ssid=ssid.strip(b"\0")[:32], security=security)


def _elements(data: bytes) -> list[tuple[int, bytes]]:
    """The elements (9.4.2), as far as they are whole."""
    found = []
    at = 0
    while at + 2 <= len(data) and at + 2 + data[at + 1] <= len(data):
        found.append((data[at], data[at + 2 : at + 2 + data[at + 1]]))
        at += 2 + data[at + 1]
    return found


def _key_message(frame: bytes) -> KeyMessage | None:
    """An EAPOL-Key packet (12.7.2) in a data frame between a station and its access point."""
    way = frame[1] & 3
    if way not in (_TO_SYSTEM, _FROM_SYSTEM) or frame[1] & 0x40:
        return None
    start = 24 + (2 if frame[0] & 0x80 else 0)
    packet = frame[start + 8 :]
    if frame[start : start + 8] != _EAPOL or len(packet) < _KEY_HEAD or packet[1] != _KEY:
        return None
    info = int.from_bytes(packet[5:7])
    is_first = bool(info & _ACK) and not info & _MIC
    is_second = not info & _ACK and bool(info & _MIC) and not info & _SECURE
    if not (is_first or is_second):
        return None
    system, station = (frame[4:10], frame[10:16]) if way == _TO_SYSTEM else (frame[10:16], frame[4:10])
    return KeyMessage(
        bssid=system,
        station=station,
        is_first=is_first,
        version=info & 7,
        replay=packet[9:17],
        nonce=packet[17:49],
        frame=packet[: 4 + int.from_bytes(packet[2:4])],
    )


def is_key(passphrase: str, ssid: bytes, first: KeyMessage, second: KeyMessage) -> bool:
    """Whether a passphrase gives the handshake's integrity code (12.7.1.3, annex J.4)."""
    if second.version not in (1, 2) or len(second.frame) < _KEY_HEAD or not 8 <= len(passphrase) <= 63:
        return False
    master = hashlib.pbkdf2_hmac("sha1", passphrase.encode(), ssid, 4096, 32)
    ends = sorted((first.bssid, first.station))
    nonces = sorted((first.nonce, second.nonce))
    text = b"Pairwise key expansion\0" + b"".join((*ends, *nonces)) + b"\0"
    confirmation = hmac.new(master, text, "sha1").digest()[:16]
    blank = second.frame[:81] + bytes(16) + second.frame[97:]
    code = hmac.new(confirmation, blank, "md5" if second.version == 1 else "sha1").digest()[:16]
    return hmac.compare_digest(code, second.frame[81:97])
