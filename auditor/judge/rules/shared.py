"""ID-SHARED: one and the same value is seen by several recipients, who can join what they know by it."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
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
        sent = facts.sent[facts.sent["relation"] != Relation.FIRST_PARTY]
        sent = sent[sent["identifier"].notna() | (sent["confidence"] == "high")]
        value = sent["identifier"].fillna(sent["digest"])
        receivers = sent.assign(value=value).groupby("value")["recipient"].agg(lambda names: sorted(set(names)))
        several = receivers[receivers.map(len) > 1].map(", ".join)
        found = sent.assign(detail=value.map(several))
        found = found[found["detail"].notna()]
        about_all = found.drop(columns=["recipient", "party", "entity", "service", "host"])
        return about_all.assign(detail_zh=about_all["detail"])


RULE = Shared()
