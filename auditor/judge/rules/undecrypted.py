"""COV-UNDECRYPTED: traffic to a host that could not be looked into. Information; it acts through the coverage gate."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Visibility


class Undecrypted:
    """One finding for each host."""

    id = "COV-UNDECRYPTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Opaque pairs."""
        return facts.contacts.where(facts.contacts.is_in("visibility", (Visibility.OPAQUE,)))


RULE = Undecrypted()
