"""COV-PHASE-MISSING: a phase that the session requires was not recorded. Information; it acts through the gate."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows


class PhaseMissing:
    """One finding for each phase."""

    id = "COV-PHASE-MISSING"
    by_phase = True
    by_host = False

    def hits(self, facts: Facts) -> Rows:
        """The missing phases."""
        run = {phase.id for phase in facts.session.phases}
        missing = [phase for phase in facts.session.required_phases if phase not in run]
        return Rows.made(len(missing), phase=missing)


RULE = PhaseMissing()
