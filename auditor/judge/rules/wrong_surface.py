"""FLOW-PARTY-WRONG-SURFACE: a party that the policy declares for another surface only."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Relation


class WrongSurface:
    """Like site analytics that the app contacts."""

    id = "FLOW-PARTY-WRONG-SURFACE"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs whose party is declared, but not for this surface."""
        found = facts.contacts.where(facts.contacts.is_in("relation", (Relation.OTHER_SURFACE,)))
        declared = {entry.party: ", ".join(entry.surfaces) for entry in facts.register.parties}
        named = found.worked_out(("party",), declared.get)
        return found.saying(detail=named, detail_zh=named)


RULE = WrongSurface()
