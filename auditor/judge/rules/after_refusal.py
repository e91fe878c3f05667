"""FLOW-AFTER-REFUSAL: data leave although the user refused."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.rules.before_consent import left_in

if TYPE_CHECKING:
    import pandas as pd

PHASE = "declined"


class AfterRefusal:
    """As before consent, in the phase `declined`."""

    id = "FLOW-AFTER-REFUSAL"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """What left in the phase after the refusal."""
        return left_in(facts, PHASE)


RULE = AfterRefusal()
