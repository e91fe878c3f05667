"""ID-HASHED: an identifier leaves as a digest, which still singles out the device and can often be reversed."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.readable import digest_of
from auditor.model.vocabulary import Match

if TYPE_CHECKING:
    import pandas as pd


class Hashed:
    """Only planted values: a digest of an unknown value looks like any other."""

    id = "ID-HASHED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings with a digest in their chain of encodings."""
        planted = facts.sent[facts.sent["match"] == Match.PLANTED]
        digest = digest_of(planted)
        found = planted.assign(detail=digest, detail_zh=digest)
        return found[found["detail"].notna()]


RULE = Hashed()
