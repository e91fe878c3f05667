"""ID-IMMUTABLE: an identifier that its owner cannot change leaves the device."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows

IMMUTABLE = ("imei", "imeisv", "meid", "imsi", "iccid", "serial", "mac")
"""GB/T 41391 appendix F counts these as immutable, Android ID and OAID as changeable."""


class Immutable:
    """Whoever receives it."""

    id = "ID-IMMUTABLE"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Sightings of an immutable kind."""
        return facts.sent.where(facts.sent.is_in("kind", IMMUTABLE))


RULE = Immutable()
