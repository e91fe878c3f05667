"""FLOW-DATA-OMITTED: a kind of data that the policy mentions nowhere leaves the device."""

from typing import TYPE_CHECKING

from auditor.judge.declared_data import declared_kinds, openly_worded_kinds
from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd

NO_KIND = ("ip", "token", "text", "other")
"""An address is on every packet, a token of the service itself is no data of the user, and the rest names no kind."""


class DataOmitted:
    """Whoever receives it, the first party too."""

    id = "FLOW-DATA-OMITTED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings of a kind outside every declared category."""
        known = declared_kinds(facts.register) | openly_worded_kinds(facts.register) | frozenset(NO_KIND)
        return facts.sent[~facts.sent["kind"].isin(list(known))]


RULE = DataOmitted()
