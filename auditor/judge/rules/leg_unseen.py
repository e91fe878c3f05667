"""COV-LEG-UNSEEN: a surface whose capture holds no flow. Information; it acts through the gate."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class LegUnseen:
    """One finding for each surface."""

    id = "COV-LEG-UNSEEN"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Surfaces that are listed and have no flow."""
        import pandas as pd

        seen = set(facts.pairs["surface"].unique())
        return pd.DataFrame({"surface": [str(surface) for surface in facts.surfaces if surface not in seen]}, dtype="string")


RULE = LegUnseen()
