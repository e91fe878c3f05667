"""COV-PHASE-MISSING: a phase that the session requires was not recorded. Information; it acts through the gate."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class PhaseMissing:
    """One finding for each phase."""

    id = "COV-PHASE-MISSING"
    by_phase = True
    by_host = False

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """The missing phases."""
        import pandas as pd

        run = {phase.id for phase in facts.session.phases}
        missing = [phase for phase in facts.session.required_phases if phase not in run]
        return pd.DataFrame({"phase": missing}, dtype="string")


RULE = PhaseMissing()
