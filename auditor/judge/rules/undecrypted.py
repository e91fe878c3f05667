"""COV-UNDECRYPTED: traffic to a host that could not be looked into. Information; it acts through the coverage gate."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Visibility

if TYPE_CHECKING:
    import pandas as pd


class Undecrypted:
    """One finding for each host."""

    id = "COV-UNDECRYPTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Opaque pairs."""
        return facts.contacts[facts.contacts["visibility"] == Visibility.OPAQUE]


RULE = Undecrypted()
