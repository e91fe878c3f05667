"""Made-up values with their pseudonyms, and the tools of a redaction over them: what the tests of this folder share."""

import datetime
from functools import lru_cache

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.detector import Detector
from auditor.model.session import PlantedValue, Subjects
from auditor.redact.inventory import chosen as with_pseudonyms
from auditor.redact.lookalike import Lookalikes
from auditor.redact.pictures import StandIns
from auditor.redact.rewriter import Rewriter

KEY = b"made-up key of thirty-two bytes!"
DAY = datetime.date(2026, 11, 22)
KNOWLEDGE = load_identifier_knowledge()
VALUES = {
    "imei": "352099001761481",
    "mac": "00:00:5e:00:53:21",
    "android_id": "9a7b3c5d1e2f4a60",
    "oaid": "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11",
    "phone": "+8613900000199",
    "email": "lin.mei.demo@example.org",
    "nickname": "demo_mei_nails",
    "serial": "V11DEMO004711",
    "ssid": "DemoSalon-5G",
    "user_name": "林美的店铺2026",
    "ip": "192.168.50.40",
    "location": "23.106400,113.324500,500",
}


def subjects(values: dict[str, str] | None = None) -> Subjects:
    """One planted value for each kind, labelled like it."""
    entries = (values or VALUES).items()
    return Subjects(identifiers=tuple(PlantedValue(label=kind, kind=kind, value=value, owner="phone") for kind, value in entries))


def pseudonyms(planted: Subjects) -> dict[str, str]:
    """The pseudonym of each value, by its label."""
    lookalikes = Lookalikes(KEY, KNOWLEDGE, DAY)
    for entry in planted.identifiers:
        lookalikes.reserve(entry.kind, entry.value)
    return {entry.label: lookalikes.of(entry.kind, entry.value) for entry in planted.identifiers}


@lru_cache(maxsize=4)
def rewriter(planted: Subjects) -> Rewriter:
    """A rewriter of these values; shared, because compiling one takes a second."""
    return Rewriter(planted, pseudonyms(planted), KNOWLEDGE, StandIns(planted.images, KEY))


@lru_cache(maxsize=4)
def detectors(planted: Subjects) -> tuple[Detector, Detector]:
    """Who looks for the values, and who looks for their pseudonyms."""
    made = with_pseudonyms(planted, pseudonyms(planted))
    return Detector.build(planted, KEY, KNOWLEDGE), Detector.build(made, KEY, KNOWLEDGE)
