"""ID-IMMUTABLE: an identifier that its owner cannot change leaves the device."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd

IMMUTABLE = ("imei", "imeisv", "meid", "imsi", "iccid", "serial", "mac")
"""GB/T 41391 appendix F counts these as immutable, Android ID and OAID as changeable."""


class Immutable:
    """Whoever receives it."""

    id = "ID-IMMUTABLE"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings of an immutable kind."""
        return facts.sent[facts.sent["kind"].isin(list(IMMUTABLE))]


RULE = Immutable()
