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
        )
        return pairs[sister]


RULE = EntityDiffers()
