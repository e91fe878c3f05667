"""IDLE-BEACON: an app or printer that nobody uses goes on reporting to a third party."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.grouping import has_word
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import pandas as pd

PHASE = "background"
LEAST = 3
"""Flows in the phase; fewer may be the end of something that the user did."""


class IdleBeacon:
    """Third parties only, and not the push service that the policy declares: it waits for messages at all times."""

    id = "IDLE-BEACON"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs of the idle phase whose host was contacted several times in it."""
        idle = facts.contacts[(facts.contacts["phase"] == PHASE) & (facts.contacts["relation"] != Relation.FIRST_PARTY)]
        idle = idle[~(has_word(idle["purposes"], ("push",)) & (idle["relation"] == Relation.DECLARED))]
        times = idle.groupby(["surface", "recipient", "host"], dropna=False)["flow"].transform("nunique")
        found = idle[times >= LEAST]
        number = times[times >= LEAST].astype("int64").astype("string")
        return found.assign(detail=number + " times", detail_zh=number + " 次")


RULE = IdleBeacon()
