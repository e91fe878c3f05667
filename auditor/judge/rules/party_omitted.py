"""FLOW-PARTY-OMITTED: a recipient that the policy names nowhere."""

from auditor.judge.facts import STRANGERS, Facts
from auditor.judge.rows import Rows, below
from auditor.judge.rule import SHOWN
from auditor.model.vocabulary import FindingClass, Relation, Severity


class PartyOmitted:
    """A recipient whose name nobody could find out is a question (not assessable), not an omission; so is an address in some
    company's network, which may be one that the policy names."""

    id = "FLOW-PARTY-OMITTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs with an undeclared or unknown recipient."""
        strangers = facts.contacts.where(facts.contacts.is_in("relation", STRANGERS))
        is_nobody = ~strangers.is_known("entity") | strangers.is_in("relation", (Relation.UNKNOWN,))
        is_nameless = ~strangers.is_known("host") & is_nobody
        unsure = {"severity": Severity.MEDIUM, "class": FindingClass.NOT_ASSESSABLE}
        return below((strangers.where(~is_nameless), strangers.where(is_nameless).saying(**unsure)), SHOWN)


RULE = PartyOmitted()
