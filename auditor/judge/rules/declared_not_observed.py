"""DECL-NOT-OBSERVED: a declared party that was not met, although its traffic could have been seen. Information."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.register import DeclaredParty
from auditor.model.vocabulary import Surface

if TYPE_CHECKING:
    import pandas as pd

_SURFACES = {"client": {Surface.APP, Surface.PRINTER}, "site": {Surface.SITE}}


class DeclaredNotObserved:
    """A party that only servers talk to cannot be met by any capture, so nothing is said of it."""

    id = "DECL-NOT-OBSERVED"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Parties that no flow names, on surfaces that were captured."""
        import pandas as pd

        met = set(facts.pairs["party"].dropna().unique())
        observability = facts.register.observability
        missing = [
            entry
            for entry in facts.register.parties
            if entry.party not in met and _visible(entry, observability.get(entry.party, "")) & set(facts.surfaces)
        ]
        rows = {
            "party": [entry.party for entry in missing],
            "recipient": [entry.party for entry in missing],
            "entity": [entry.name_en or entry.name_zh or "" for entry in missing],
        }
        return pd.DataFrame(rows, dtype="string")


def _visible(entry: DeclaredParty, observability: str) -> set[Surface]:
    """The surfaces on which a party could be met: where its traffic can be seen, and the policy does not exclude it."""
    visible = _SURFACES.get(observability, set())
    return visible & set(entry.surfaces) if entry.surfaces else visible


RULE = DeclaredNotObserved()
