"""FLOW-PURPOSE-MISMATCH: data reaches a declared party whose purpose does not cover it, or a service declared for none."""

from auditor.judge.declared_data import with_class
from auditor.judge.facts import Facts
from auditor.judge.rows import Rows, below
from auditor.judge.rule import SHOWN
from auditor.judge.rules.entity_differs import with_compared_clause
from auditor.model.vocabulary import FindingClass, Relation


class PurposeMismatch:
    """A phone number at a crash reporter, or a map service of a declared payment party."""

    id = "FLOW-PURPOSE-MISMATCH"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs with a service of another purpose, and sightings of a kind that the party's purpose does not cover."""
        other = facts.contacts.where(facts.contacts.is_in("relation", (Relation.OTHER_PURPOSE,)))
        return below((with_compared_clause(facts, other), with_class(facts, FindingClass.INCORRECT)), SHOWN)


RULE = PurposeMismatch()
