"""FLOW-PARTY-ONE-LANGUAGE: a recipient that only one language version of the policy names."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class PartyOneLanguage:
    """The text supplied of the other language may be incomplete, so the finding says "not in the text supplied"."""

    id = "FLOW-PARTY-ONE-LANGUAGE"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs whose party lacks a language that other parties have."""
        languages = {language for entry in facts.register.parties for language in entry.languages}
        partly = {
            entry.party: ", ".join(entry.languages)
            for entry in facts.register.parties
            if entry.languages and languages - set(entry.languages)
        }
        found = facts.contacts[facts.contacts["party"].isin(list(partly))]
        return found.assign(detail=found["party"].map(partly), detail_zh=found["party"].map(partly))


RULE = PartyOneLanguage()
