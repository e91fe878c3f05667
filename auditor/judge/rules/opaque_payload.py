"""COV-OPAQUE-PAYLOAD: a body that was there but could not be looked through. Information; it acts through the gate."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class OpaquePayload:
    """Named with the reasons that its flows give."""

    id = "COV-OPAQUE-PAYLOAD"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs with an unread part, one row for each part."""
        return unread_parts(facts.contacts)


def unread_parts(pairs: "pd.DataFrame") -> "pd.DataFrame":
    """One row for each part that was not looked through; `detail` says which and why."""
    some = pairs[(pairs["unread"].list.len() > 0).fillna(False)]
    reasons = some["unread"].astype("object").explode().astype("string").rename("detail")
    parts: pd.DataFrame = some.drop(columns="unread").join(reasons)
    return parts.assign(detail_zh=parts["detail"])


RULE = OpaquePayload()
