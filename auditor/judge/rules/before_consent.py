"""FLOW-BEFORE-CONSENT: data leave before the user agreed to anything."""

from auditor.judge.facts import Facts
from auditor.judge.grouping import has_word
from auditor.judge.rows import Rows, below
from auditor.judge.rule import SHOWN
from auditor.model.vocabulary import FindingClass, Relation, Severity

PHASE = "before_consent"
WATCHING = frozenset(
    {
        *("advertising", "analytics", "attribution", "crash_reporting", "location", "logging", "push"),
        *("sdk_config", "sdk_gateway", "sdk_telemetry", "social", "social_sharing", "tag_manager"),
    }
)
"""Purposes of services that a consent dialogue does not need. Whoever answers for others (hosting, payment) is not among them."""


class BeforeConsent:
    """An identifier, whoever receives it, is critical. A mere contact with a third party that watches or pushes is one step of
    a question: nobody saw an identifier, but an address and a time have left."""

    id = "FLOW-BEFORE-CONSENT"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """What left in the phase before consent."""
        return left_in(facts, PHASE)


def left_in(facts: Facts, phase: str) -> Rows:
    """Identifiers that left in a phase, and contacts of third parties that got none."""
    sent = facts.identifying.where(facts.identifying.is_in("phase", (phase,)))
    pairs = facts.contacts.where(facts.contacts.is_in("phase", (phase,)))
    pairs = pairs.where(pairs.is_not("relation", Relation.FIRST_PARTY))
    watching = pairs.which(("purposes",), lambda purposes: has_word(purposes, WATCHING))
    contacts = pairs.where(watching & ~pairs.is_among("recipient", sent))
    unsure = {"severity": Severity.MEDIUM, "class": FindingClass.NOT_ASSESSABLE}
    return below((sent, contacts.saying(**unsure)), SHOWN)


RULE = BeforeConsent()
