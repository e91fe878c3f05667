"""FLOW-PARTY-WRONG-SURFACE: a party that the policy declares for another surface only."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import pandas as pd


class WrongSurface:
    """Like site analytics that the app contacts."""

    id = "FLOW-PARTY-WRONG-SURFACE"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs whose party is declared, but not for this surface."""
        found = facts.contacts[facts.contacts["relation"] == Relation.OTHER_SURFACE]
        declared = {entry.party: ", ".join(entry.surfaces) for entry in facts.register.parties}
        return found.assign(detail=found["party"].map(declared), detail_zh=found["party"].map(declared))


RULE = WrongSurface()
