"""The printer's access point: wireless captures and what is known of the printer go in, how it is protected comes out.

Only the printer's own access point is looked at: the one whose address or name stands in subjects.toml with the owner
`printer`, or the only one in a capture of the printer. A few usual keys, and such as follow from its name or address, are
tried on a handshake, and on the key that the tester planted. No key ever leaves this module.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.capture.rotated import rotated_set
from auditor.devices.frames import read_frames
from auditor.devices.wireless import WIRELESS_LINKS, Beacon, KeyMessage, is_key, read_wireless
from auditor.identify.masking import mask as mask_value
from auditor.model.device import AccessPoint
from auditor.model.said import Said
from auditor.model.session import CaptureFile, Session, Subjects
from auditor.model.vocabulary import Surface

USUAL_KEYS = (
    *(
        "12345678",
        "123456789",
        "1234567890",
        "0123456789",
        "87654321",
        "00000000",
        "0000000000",
        "11111111",
        "88888888",
        "66666666",
    ),
    *("99999999", "11223344", "12341234", "123123123", "1q2w3e4r", "password", "admin123", "adminadmin", "abcd1234", "qwertyui"),
)
"""Keys that makers ship, and that everybody tries first."""
USUAL = Said("one of the keys that everybody tries first", "人人首先会尝试的常见密钥")
DERIVED = Said("a key that follows from its name or address", "可由其名称或地址推导的密钥")
UNNAMED = "a wireless capture"
_FIRST_FRAMES = 20
"""Frames after which a capture without wireless ones is left alone."""
_MAX_POINTS = 1000
_MAX_HANDSHAKES = 4


@dataclass(slots=True)
class _Heard:
    """What one capture holds of one access point."""

    beacon: Beacon
    firsts: dict[bytes, KeyMessage] = field(default_factory=dict)
    """The last first message to each station."""
    handshakes: list[tuple[KeyMessage, KeyMessage]] = field(default_factory=list)


def look(session: Session, subjects: Subjects, names: Mapping[str, str]) -> tuple[AccessPoint, ...]:
    """The printer's access points in each capture, background ones left out. `names` are the captures' names, masked, by path."""
    found: list[AccessPoint] = []
    for capture in session.captures:
        if not capture.background:
            heard = _heard(capture)
            own = [one for one in heard if _is_printers(one.beacon, subjects)]
            only = heard if not own and len(heard) == 1 and capture.surface is Surface.PRINTER else []
            name = names.get(capture.path) or UNNAMED
            found.extend(_point(one, name, subjects) for one in own or only)
    return tuple(found)


def _heard(capture: CaptureFile) -> list[_Heard]:
    """The access points of a capture, by address."""
    points: dict[bytes, _Heard] = {}
    waiting: list[KeyMessage] = []
    for fact in _facts(capture.path):
        if isinstance(fact, KeyMessage):
            waiting.append(fact)
        elif len(points) < _MAX_POINTS or fact.bssid in points:
            known = points.setdefault(fact.bssid, _Heard(fact))
            known.beacon = known.beacon if known.beacon.ssid else fact
    for message in waiting:
        if message.bssid in points:
            _take(points[message.bssid], message)
    return [points[bssid] for bssid in sorted(points)]


def _facts(path: str) -> Iterator[Beacon | KeyMessage]:
    count = 0
    for part in rotated_set(path):
        for number, (link, _, frame) in enumerate(read_frames(part)):
            if link not in WIRELESS_LINKS:
                if number >= _FIRST_FRAMES:
                    return
                continue
            fact = read_wireless(link, frame)
            if isinstance(fact, KeyMessage):
                count += 1
            if fact is not None and count <= _MAX_POINTS:
                yield fact


def _take(heard: _Heard, message: KeyMessage) -> None:
    if message.is_first:
        heard.firsts[message.station] = message
        return
    first = heard.firsts.get(message.station)
    if first is not None and first.replay == message.replay and len(heard.handshakes) < _MAX_HANDSHAKES:
        heard.handshakes.append((first, message))


def _is_printers(beacon: Beacon, subjects: Subjects) -> bool:
    """By its planted address, of which a chip's access point often differs in the last byte and the local bit; or its name."""
    for entry in subjects.identifiers:
        if entry.owner != "printer":
            continue
        if entry.kind == "ssid" and entry.value.encode() == beacon.ssid:
            return True
        if entry.kind in ("mac", "bssid"):
            digits = "".join(sign for sign in entry.value if sign in "0123456789abcdefABCDEF")
            if len(digits) == 12 and _stem(bytes.fromhex(digits)) == _stem(beacon.bssid):
                return True
    return False


def _stem(address: bytes) -> bytes:
    return bytes([address[0] & 0xFD]) + address[1:5]


def _point(heard: _Heard, capture: str, subjects: Subjects) -> AccessPoint:
    ssid = heard.beacon.ssid.decode("utf-8", "replace")
    return AccessPoint(
        name=mask_value("ssid", ssid) if ssid else "",
        capture=capture,
        security=heard.beacon.security,
        default_key=_default_key(heard, subjects),
    )


def _default_key(heard: _Heard, subjects: Subjects) -> Said | None:
    """How the key is known, where it is one of the tried ones."""
    planted = {entry.value for entry in subjects.identifiers if entry.owner == "printer" and entry.kind == "password"}
    for keys, how in ((USUAL_KEYS, USUAL), (tuple(_derived(heard.beacon)), DERIVED)):
        if planted & set(keys) or any(
            is_key(key, heard.beacon.ssid, first, second) for key in keys for first, second in heard.handshakes
        ):
            return how
    return None


def _derived(beacon: Beacon) -> Iterable[str]:
    """Keys that a maker computes from what everybody in reach can see."""
    ssid, address = beacon.ssid.decode("utf-8", "replace"), beacon.bssid.hex()
    digits = "".join(sign for sign in ssid if sign.isdigit())
    parts = (ssid, ssid.lower(), digits, digits[-8:], address, address[-8:], address[-10:], *ssid.replace("_", "-").split("-"))
    keys = dict.fromkeys(form for part in parts for form in (part, part.upper(), part.lower()))
    return [key for key in keys if 8 <= len(key) <= 63]
