"""Frames of 802.11 go in, Ethernet frames come out, opened where a key is known (IEEE 802.11-2020, clauses 9.3.2, 12.5.3)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.capture.frames import IEEE_802_11, PPI, RADIOTAP
from auditor.devices.wifi_keys import Handshake, WifiKeys

_DATA, _QOS, _NO_PAYLOAD = 0x08, 0x80, 0x40
_TO, _FROM, _PROTECTED, _ORDER = 0x01, 0x02, 0x40, 0x80
_EXTENDED = 0x20
_AGGREGATE = 0x80
_SNAP = b"\xaa\xaa\x03\x00\x00\x00"
_EAPOL = b"\x88\x8e"
_TAG = 8
_RADIOTAP_FLAGS, _FCS_AT_END = 1, 0x10


@dataclass(slots=True)
class Opened:
    """What became of the frames."""

    counts: Counter[str] = field(default_factory=Counter)
    """data, clear, opened, no_key, damaged, not_supported, other; and handshakes by how they went."""


@dataclass(frozen=True, slots=True)
class _Header:
    """The MAC header of a data frame."""

    flags: int
    receiver: bytes
    transmitter: bytes
    source: bytes
    target: bytes
    access_point: bytes
    station: bytes
    priority: int
    aggregate: bool
    authenticated: bytes
    """The header as the cipher's additional data."""
    size: int


def open_frame(link: int, frame: bytes, keys: WifiKeys, opened: Opened) -> Iterator[bytes]:
    """The Ethernet frames in one frame; none for what is no data, or stays closed. Key frames teach `keys`."""
    body = _without_radio(link, frame)
    header = _header(body)
    if header is None:
        opened.counts["other"] += 1
        return
    opened.counts["data"] += 1
    payload = body[header.size :]
    if header.flags & _PROTECTED:
        clear = _decipher(header, payload, keys, opened)
        if clear is None:
            return
        payload = clear
    else:
        opened.counts["clear"] += 1
    for source, target, inner in _parts(header, payload):
        if inner.startswith(_SNAP + _EAPOL):
            outcome = keys.hear(header.access_point, header.station, inner[8:])
            opened.counts[f"handshake_{outcome}"] += outcome is not Handshake.NOTHING
        if inner.startswith(_SNAP) and len(inner) >= 8:
            yield target + source + inner[6:]


def _without_radio(link: int, frame: bytes) -> bytes:
    """From the MAC header on, without a checksum where radiotap says that there is one."""
    if link == IEEE_802_11:
        return frame
    if link not in (RADIOTAP, PPI) or len(frame) < 8:
        return b""
    size = int.from_bytes(frame[2:4], "little")
    return frame[size : -4 if link == RADIOTAP and _has_checksum(frame) else None]


def _has_checksum(frame: bytes) -> bool:
    """Radiotap's field Flags: it stands behind the presence words, and behind the 8 bytes of TSFT where that is present."""
    at, present = 4, int.from_bytes(frame[4:8], "little")
    if not present & 1 << _RADIOTAP_FLAGS:
        return False
    while at + 4 <= len(frame) and int.from_bytes(frame[at : at + 4], "little") & 1 << 31:
        at += 4
    at += 4
    if present & 1:
        at = (at + 7) // 8 * 8 + 8
    return at < len(frame) and bool(frame[at] & _FCS_AT_END)


def _header(body: bytes) -> _Header | None:
    """The header of a data frame with payload; None for anything else."""
    if len(body) < 24 or body[0] & 0x0C != _DATA or body[0] & _NO_PAYLOAD:
        return None
    flags, way = body[1], body[1] & (_TO | _FROM)
    first, second, third = body[4:10], body[10:16], body[16:22]
    size = 24 + (6 if way == _TO | _FROM else 0)
    fourth = body[24:30] if way == _TO | _FROM else b""
    control = b""
    if body[0] & _QOS:
        control = body[size : size + 2]
        size += 2 + (4 if flags & _ORDER else 0)
    if len(body) < size:
        return None
    ends = {
        0: (second, first, third, second),
        _TO: (second, third, first, second),
        _FROM: (third, first, second, first),
    }
    source, target, access_point, station = ends.get(way, (fourth, third, first, second))
    return _Header(
        flags=flags,
        receiver=first,
        transmitter=second,
        source=source,
        target=target,
        access_point=access_point,
        station=station,
        priority=control[0] & 0x0F if control else 0,
        aggregate=bool(control and control[0] & _AGGREGATE),
        authenticated=_authenticated(body, fourth, control),
        size=size,
    )


def _authenticated(body: bytes, fourth: bytes, control: bytes) -> bytes:
    """Additional data (clause 12.5.3.3.3): bits that change on the way are zero."""
    kind = bytes([body[0] & (0x8F if body[0] & 0x0C == _DATA else 0xFF), body[1] & (0x47 if control else 0xC7)])
    fragment = bytes([body[22] & 0x0F, 0])
    return b"".join((kind, body[4:22], fragment, fourth, bytes([control[0] & 0x0F, 0]) if control else b""))


def _decipher(header: _Header, payload: bytes, keys: WifiKeys, opened: Opened) -> bytes | None:
    """The payload in the clear (CCMP, clause 12.5.3); None where it stays closed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM

    if len(payload) < 8 + _TAG or not payload[3] & _EXTENDED:
        opened.counts["not_supported"] += 1  # WEP, or a frame that was cut
        return None
    number = payload[3] >> 6
    group = bool(header.receiver[0] & 1)
    key = keys.group(header.transmitter, number) if group else keys.pairwise(header.access_point, header.station)
    if key is None:
        opened.counts["no_key"] += 1
        return None
    packet_number = payload[7:3:-1] + payload[1::-1]
    nonce = bytes([header.priority]) + header.transmitter + packet_number
    try:
        clear = AESCCM(key, tag_length=_TAG).decrypt(nonce, payload[8:], header.authenticated)
    except InvalidTag:
        opened.counts["damaged"] += 1
        return None
    opened.counts["opened"] += 1
    return clear


def _parts(header: _Header, payload: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Source, target and payload of each part: several in an aggregate (A-MSDU, clause 9.3.2.2), else one."""
    if not header.aggregate:
        yield header.source, header.target, payload
        return
    at = 0
    while at + 14 <= len(payload):
        size = int.from_bytes(payload[at + 12 : at + 14])
        yield payload[at + 6 : at + 12], payload[at : at + 6], payload[at + 14 : at + 14 + size]
        at += (14 + size + 3) // 4 * 4
