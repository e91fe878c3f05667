"""COV-LEG-UNSEEN: a surface whose capture holds no flow. Information; it acts through the gate."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows


class LegUnseen:
    """One finding for each surface."""

    id = "COV-LEG-UNSEEN"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> Rows:
        """Surfaces that are listed and have no flow."""
        seen = facts.every.present("surface")
        missing = [str(surface) for surface in facts.surfaces if surface not in seen]
        return Rows.made(len(missing), surface=missing)


RULE = LegUnseen()
