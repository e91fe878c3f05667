"""FLOW-AFTER-REFUSAL: data leave although the user refused."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.judge.rules.before_consent import left_in

PHASE = "declined"


class AfterRefusal:
    """As before consent, in the phase `declined`."""

    id = "FLOW-AFTER-REFUSAL"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """What left in the phase after the refusal."""
        return left_in(facts, PHASE)


RULE = AfterRefusal()
