"""FLOW-DATA-VAGUE: data reaches a declared party, and the policy does not say which data that party receives."""

from typing import TYPE_CHECKING

from auditor.judge.declared_data import Cover, covers, openly_worded_kinds
from auditor.judge.facts import Facts
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import pandas as pd


class DataVague:
    """Also a kind that only an open wording ("device ID", "etc.") reaches, wherever it goes."""

    id = "FLOW-DATA-VAGUE"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings at a declared party whose data nobody bound to it, or of an openly worded kind at the first party."""
        import pandas as pd

        declared = facts.sent[facts.sent["relation"] == Relation.DECLARED]
        unbound = declared[covers(facts.register, declared).isin([Cover.INFERRED, Cover.OPEN])]
        own = facts.sent[facts.sent["relation"] == Relation.FIRST_PARTY]
        loose = own[own["kind"].isin(list(openly_worded_kinds(facts.register)))]
        return pd.concat((unbound, loose), ignore_index=True)


RULE = DataVague()
