"""FLOW-BEFORE-CONSENT: an identifier leaves before the user agreed to anything."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd

PHASE = "before_consent"
NOT_COUNTED = ("ip", "token", "text", "image", "other")
"""Without a planted value these are no identifiers of the user or the device."""


class BeforeConsent:
    """Whoever receives it, the first party too. A pattern of a weak kind does not count, a planted value always does."""

    id = "FLOW-BEFORE-CONSENT"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings in the phase before consent."""
        return sent_in(facts, PHASE)


def sent_in(facts: Facts, phase: str) -> "pd.DataFrame":
    """What left in a phase and identifies the user or the device."""
    sent = facts.sent[facts.sent["phase"] == phase]
    return sent[(sent["match"] == "planted") | ~sent["kind"].isin(list(NOT_COUNTED))]


RULE = BeforeConsent()
