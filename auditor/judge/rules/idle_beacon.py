"""IDLE-BEACON: an app or printer that nobody uses goes on reporting to a third party."""

from auditor.judge.columns import numbered_texts
from auditor.judge.facts import Facts
from auditor.judge.grouping import Groups, has_word
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Relation

PHASE = "background"
LEAST = 3
"""Flows in the phase; fewer may be the end of something that the user did."""


class IdleBeacon:
    """Third parties only, and not the push service that the policy declares: it waits for messages at all times."""

    id = "IDLE-BEACON"
    by_phase = True
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs of the idle phase whose host was contacted several times in it."""
        import numpy as np

        idle = facts.contacts.where(facts.contacts.is_in("phase", (PHASE,)))
        idle = idle.where(idle.is_not("relation", Relation.FIRST_PARTY))
        pushes = idle.which(("purposes",), lambda purposes: has_word(purposes, ("push",)))
        idle = idle.where(~(pushes & idle.is_in("relation", (Relation.DECLARED,))))
        groups = Groups(idle, ("surface", "recipient", "host"))
        times = np.array(groups.count("flow"), np.int64)[groups.codes]
        said = idle.saying(
            detail=numbered_texts(f"{number} times" for number in times.tolist()),
            detail_zh=numbered_texts(f"{number} 次" for number in times.tolist()),
        )
        return said.where(times >= LEAST)


RULE = IdleBeacon()
