"""CHILD-ID: the persona is a child, and identifiers reach third parties all the same."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Relation


class Child:
    """A child is whoever is younger than the age that the policy names, by the planted date of birth. Third parties only: that
    the first party learns the age is the claim's business."""

    id = "CHILD-ID"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Identifying sightings at third parties."""
        sent = facts.identifying if facts.is_child else Rows.made(0)
        return sent.where(sent.is_not("relation", Relation.FIRST_PARTY)).saying(clause=facts.clause_of("no_children"))


RULE = Child()
