"""FLOW-PURPOSE-MISMATCH: data reaches a declared party whose purpose does not cover it, or a service declared for none."""

from typing import TYPE_CHECKING

from auditor.judge.declared_data import with_class
from auditor.judge.facts import Facts
from auditor.judge.rules.entity_differs import with_compared_clause
from auditor.model.vocabulary import FindingClass, Relation

if TYPE_CHECKING:
    import pandas as pd


class PurposeMismatch:
    """A phone number at a crash reporter, or a map service of a declared payment party."""

    id = "FLOW-PURPOSE-MISMATCH"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs with a service of another purpose, and sightings of a kind that the party's purpose does not cover."""
        import pandas as pd

        other = facts.contacts[facts.contacts["relation"] == Relation.OTHER_PURPOSE]
        wrong = with_class(facts, FindingClass.INCORRECT)
        return pd.concat((with_compared_clause(facts, other), wrong), ignore_index=True)


RULE = PurposeMismatch()
