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
    """Together means in one flow: that is what a recipient can join without guessing."""

    id = "ID-LINKED"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Sightings of an immutable kind in flows that carry a linkable kind to the same host too."""
        sent = facts.sent
        key = ["flow", "recipient", "host"]
        lasting = sent[sent["kind"].isin(list(IMMUTABLE))]
        others = sent[sent["kind"].isin(list(LINKABLE))]
        with_kinds = others.groupby(key, dropna=False)["kind"].agg(lambda kinds: ", ".join(sorted(set(kinds)))).rename("detail")
        joined = lasting.merge(with_kinds.reset_index(), on=key, how="inner")
        return joined.assign(detail_zh=joined["detail"])


RULE = Linked()
