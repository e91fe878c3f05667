"""FLOW-PARTY-OMITTED: a recipient that the policy names nowhere."""

from typing import TYPE_CHECKING

from auditor.judge.facts import STRANGERS, Facts
from auditor.model.vocabulary import FindingClass, Relation, Severity

if TYPE_CHECKING:
    import pandas as pd


class PartyOmitted:
    """A recipient whose name nobody could find out is a question (not assessable), not an omission; so is an address in some
    company's network, which may be one that the policy names."""

    id = "FLOW-PARTY-OMITTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs with an undeclared or unknown recipient."""
        import pandas as pd

        strangers = facts.contacts[facts.contacts["relation"].isin(STRANGERS)]
        is_nameless = strangers["host"].isna() & (strangers["entity"].isna() | (strangers["relation"] == Relation.UNKNOWN))
        nameless = strangers[is_nameless].assign(severity=str(Severity.MEDIUM))
        nameless["class"] = str(FindingClass.NOT_ASSESSABLE)
        return pd.concat((strangers[~is_nameless], nameless), ignore_index=True)


RULE = PartyOmitted()
