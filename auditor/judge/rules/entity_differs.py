"""FLOW-ENTITY-DIFFERS: another legal person of a declared party's group."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.attribution import EntityMatch
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import pandas as pd


class EntityDiffers:
    """A renamed entity is the same person; a sister company is not."""

    id = "FLOW-ENTITY-DIFFERS"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs of the same group, by relation or by the entity's name."""
        pairs = facts.contacts
        sister = (pairs["relation"] == Relation.SAME_GROUP) | (
            (pairs["entity_match"] == EntityMatch.SAME_GROUP) & (pairs["relation"] == Relation.DECLARED)
        ).fillna(False)
        return with_compared_clause(facts, pairs[sister])


def with_compared_clause(facts: Facts, pairs: "pd.DataFrame") -> "pd.DataFrame":
    """The pairs with the line of the declared party that each service was compared with."""
    clauses = {entry.party: entry.clause or None for entry in facts.register.parties}
    return pairs.assign(clause=pairs["compared_party"].map(clauses))


RULE = EntityDiffers()
