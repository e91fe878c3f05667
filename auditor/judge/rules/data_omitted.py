"""FLOW-DATA-OMITTED: a kind of data that the policy mentions nowhere leaves the device."""

from auditor.judge.declared_data import with_class
from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.vocabulary import FindingClass


class DataOmitted:
    """Whoever receives it, the first party too. What the owner's data map expects at a party is not omitted."""

    id = "FLOW-DATA-OMITTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Sightings of a kind outside every declared category."""
        return with_class(facts, FindingClass.OMITTED)


RULE = DataOmitted()
