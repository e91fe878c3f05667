"""A small made-up session for the tests of identification."""

from collections.abc import Sequence
from functools import lru_cache

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.decode.message import decode
from auditor.identify.detector import Detector
from auditor.model.content import Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.sighting import Sighting
from auditor.model.vocabulary import Direction, Part

KEY = b"0123456789abcdef0123456789abcdef"
IMEI = "352099001761481"
MAC = "00:1a:7d:da:71:13"
PHONE = "+8613900000199"
PLANTED = {
    "imei": IMEI,
    "mac": MAC,
    "phone": PHONE,
    "email": "Lin.Mei@example.org",
    "password": "Nail-Demo-7291",
    "nickname": "小蓝nails",
    "birth_date": "1991-04-07",
    "location": "23.106400,113.324500,500",
    "ip": "192.168.31.7",
    "card": "6222020000000000009",
    "user_name": "meimei",
    "oaid": "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11",
}


@lru_cache(maxsize=1)
def detector() -> Detector:
    """A detector that knows the planted values, labelled like their kinds."""
    values = tuple(PlantedValue(label=kind, kind=kind, value=value, owner="phone") for kind, value in PLANTED.items())
    return Detector.build(Subjects(identifiers=values), KEY, load_identifier_knowledge())


@lru_cache(maxsize=1)
def unplanted() -> Detector:
    """A detector that knows nothing."""
    return Detector.build(Subjects(), KEY, load_identifier_knowledge())


@lru_cache(maxsize=1)
def with_secrets() -> Detector:
    """A detector that knows one IMEI, a salt and a key."""
    planted = PlantedValue(label="imei", kind="imei", value=IMEI, owner="phone")
    return Detector.build(
        Subjects(identifiers=(planted,), salts=("pepper",), hmac_keys=("hk",)), KEY, load_identifier_knowledge()
    )


def message(pieces: Sequence[Piece], protocol: str = "http") -> Message:
    """A message of these pieces."""
    return Message(flow_id="f", number=0, direction=Direction.UP, at=7, host="h.example", protocol=protocol, pieces=tuple(pieces))


def sight(*pieces: Piece, by: Detector | None = None) -> tuple[Sighting, ...]:
    """The sightings in a message of these pieces."""
    told = message(pieces)
    return (by or detector()).sightings(told, decode(told).fields)


def in_body(data: bytes | str, by: Detector | None = None) -> tuple[Sighting, ...]:
    """The sightings in a body."""
    return sight(Piece(Part.BODY, "", data.encode() if isinstance(data, str) else data), by=by)
