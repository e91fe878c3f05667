"""CHILD-ID: the persona is a child, and identifiers reach third parties all the same."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import pandas as pd


class Child:
    """A child is whoever is younger than the age that the policy names, by the planted date of birth. Third parties only: that
    the first party learns the age is the claim's business."""

    id = "CHILD-ID"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Identifying sightings at third parties."""
        sent = facts.identifying if facts.is_child else facts.identifying.iloc[0:0]
        return sent[sent["relation"] != Relation.FIRST_PARTY].assign(clause=facts.clause_of("no_children"))


RULE = Child()
