"""IDLE-BEACON: an app or printer that nobody uses goes on reporting to a third party."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import pandas as pd

PHASE = "background"
LEAST = 3
"""Flows in the phase; fewer may be the end of something that the user did."""


class IdleBeacon:
    """Third parties only."""

    id = "IDLE-BEACON"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs of the idle phase whose host was contacted several times in it."""
        idle = facts.contacts[(facts.contacts["phase"] == PHASE) & (facts.contacts["relation"] != Relation.FIRST_PARTY)]
        times = idle.groupby(["surface", "recipient", "host"], dropna=False)["flow"].transform("nunique")
        found = idle[times >= LEAST]
        number = times[times >= LEAST].astype("int64").astype("string")
        return found.assign(detail=number, detail_zh=number)


RULE = IdleBeacon()
