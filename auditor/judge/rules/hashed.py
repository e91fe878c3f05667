"""ID-HASHED: an identifier leaves as a digest, which still singles out the device and can often be reversed."""

from auditor.judge.facts import Facts
from auditor.judge.readable import digest_of
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Match


class Hashed:
    """Only planted values: a digest of an unknown value looks like any other."""

    id = "ID-HASHED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Sightings with a digest in their chain of encodings."""
        planted = facts.sent.where(facts.sent.is_in("match", (Match.PLANTED,)))
        digest = digest_of(planted)
        found = planted.saying(detail=digest, detail_zh=digest)
        return found.where(found.is_known("detail"))


RULE = Hashed()
