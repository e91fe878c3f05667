"""ID-LINKED: one recipient gets an immutable identifier together with a resettable one or with personal data."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.rules.immutable import IMMUTABLE

if TYPE_CHECKING:
    import pandas as pd

LINKABLE = (
    *("android_id", "oaid", "aaid", "idfa", "idfv", "push_token", "phone", "email", "user_name", "nickname", "birth_date"),
    *("postal_address", "card", "resident_id", "location"),
)
"""What an immutable identifier would make lasting, or personal."""


class Linked:
    """Together means in one flow to one host: that is what a recipient can join without guessing."""

    id = "ID-LINKED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings of an immutable kind, one row for each linkable kind in the same flow to the same host."""
        sent = facts.sent
        key = ["flow", "recipient", "host"]
        lasting = sent[sent["kind"].isin(list(IMMUTABLE))]
        others = sent[sent["kind"].isin(list(LINKABLE))][[*key, "kind"]].drop_duplicates().sort_values("kind")
        joined = lasting.merge(others.rename(columns={"kind": "detail"}), on=key, how="inner")
        return joined.assign(detail_zh=joined["detail"])


RULE = Linked()
