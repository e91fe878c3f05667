"""FLOW-BEFORE-CONSENT: data leave before the user agreed to anything."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.grouping import has_word, is_among
from auditor.model.vocabulary import FindingClass, Relation, Severity

if TYPE_CHECKING:
    import pandas as pd

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

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """What left in the phase before consent."""
        return left_in(facts, PHASE)


def left_in(facts: Facts, phase: str) -> "pd.DataFrame":
    """Identifiers that left in a phase, and contacts of third parties that got none."""
    import pandas as pd

    sent = facts.identifying[facts.identifying["phase"] == phase]
    pairs = facts.contacts[(facts.contacts["phase"] == phase) & (facts.contacts["relation"] != Relation.FIRST_PARTY)]
    watching = has_word(pairs["purposes"], WATCHING)
    told = is_among(pairs["recipient"], sent["recipient"])
    contacts = pairs[watching & ~told].assign(severity=str(Severity.MEDIUM))
    contacts["class"] = str(FindingClass.NOT_ASSESSABLE)
    return pd.concat((sent, contacts), ignore_index=True)


RULE = BeforeConsent()
