"""FLOW-PARTY-ONE-LANGUAGE: a recipient that only one language version of the policy names."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows


class PartyOneLanguage:
    """The text supplied of the other language may be incomplete, so the finding says "not in the text supplied"."""

    id = "FLOW-PARTY-ONE-LANGUAGE"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> Rows:
        """Pairs whose party lacks a language that other parties have."""
        languages = {language for entry in facts.register.parties for language in entry.languages}
        partly = {
            entry.party: ", ".join(entry.languages)
            for entry in facts.register.parties
            if entry.languages and languages - set(entry.languages)
        }
        found = facts.contacts.where(facts.contacts.is_in("party", partly))
        named = found.worked_out(("party",), partly.get)
        return found.saying(detail=named, detail_zh=named)


RULE = PartyOneLanguage()
