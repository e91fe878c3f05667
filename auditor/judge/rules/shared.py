"""ID-SHARED: one and the same value is seen by several recipients, who can join what they know by it."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.grouping import Groups
from auditor.model.vocabulary import Relation

if TYPE_CHECKING:
    import pandas as pd


class Shared:
    """The first party does not count: that a third party sees what the first one knows is other rules' business."""

    id = "ID-SHARED"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings of values that two or more third parties received, without recipient: the finding is about all of them."""
        import pandas as pd

        sent = facts.identifying[facts.identifying["relation"] != Relation.FIRST_PARTY]
        sent = sent[sent["identifier"].notna() | (sent["confidence"] == "high")]
        sent = sent.assign(value=sent["identifier"].fillna(sent["digest"]))
        groups = Groups(sent, ("surface", "value"))
        receivers = {
            key: ", ".join(sorted(names))
            for key, names in zip(groups.keys, groups.distinct("recipient"), strict=True)
            if len(names) > 1
        }
        told = [receivers.get(key) for key in zip(sent["surface"], sent["value"], strict=True)]
        words = pd.Series(told, index=sent.index, dtype="string")
        found = sent.assign(detail=words, detail_zh=words)
        return found[found["detail"].notna()].drop(columns=["recipient", "party", "entity", "service", "host"])


RULE = Shared()
