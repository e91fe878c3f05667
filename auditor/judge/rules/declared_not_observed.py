"""DECL-NOT-OBSERVED: a declared party that was not met, although its traffic could have been seen. Information."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.register import DeclaredParty
from auditor.model.vocabulary import Surface

_SURFACES = {"client": {Surface.APP, Surface.PRINTER}, "site": {Surface.SITE}}


class DeclaredNotObserved:
    """A party that only servers talk to cannot be met by any capture, so nothing is said of it."""

    id = "DECL-NOT-OBSERVED"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> Rows:
        """Parties that no flow names, on surfaces that were captured."""
        met = facts.every.present("party")
        observability = facts.register.observability
        missing = [
            entry
            for entry in facts.register.parties
            if entry.party not in met and _visible(entry, observability.get(entry.party, "")) & set(facts.surfaces)
        ]
        return Rows.made(
            len(missing),
            party=[entry.party for entry in missing],
            recipient=[entry.party for entry in missing],
            entity=[entry.name_en or entry.name_zh or "" for entry in missing],
        )


def _visible(entry: DeclaredParty, observability: str) -> set[Surface]:
    """The surfaces on which a party could be met: where its traffic can be seen, and the policy does not exclude it."""
    visible = _SURFACES.get(observability, set())
    return visible & set(entry.surfaces) if entry.surfaces else visible


RULE = DeclaredNotObserved()
