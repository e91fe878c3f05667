"""FLOW-PARTY-OMITTED: a recipient that the policy names nowhere."""

from typing import TYPE_CHECKING

from auditor.judge.facts import STRANGERS, Facts
from auditor.model.vocabulary import Confidence, FindingClass, Severity

if TYPE_CHECKING:
    import pandas as pd


class PartyOmitted:
    """A recipient whose name nobody could find out is a question (not assessable), not an omission."""

    id = "FLOW-PARTY-OMITTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs with an undeclared or unknown recipient."""
        strangers = facts.contacts[facts.contacts["relation"].isin(STRANGERS)]
        nameless = strangers["host"].isna() & strangers["entity"].isna()
        found = strangers.assign(
            severity=nameless.map({True: Severity.MEDIUM, False: Severity.HIGH}),
            confidence=strangers["confidence"].replace({Confidence.NONE: Confidence.LOW}),
        )
        found["class"] = nameless.map({True: FindingClass.NOT_ASSESSABLE, False: FindingClass.OMITTED})
        return found


RULE = PartyOmitted()
