"""COV-OPAQUE-PAYLOAD: a body that was there but could not be looked through. Information; it acts through the gate."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class OpaquePayload:
    """Named with the first reason that its flows give."""

    id = "COV-OPAQUE-PAYLOAD"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs with an unread part."""
        reason = facts.contacts["unread"].map(lambda parts: parts[0] if parts is not None and len(parts) else "")
        found = facts.contacts.assign(detail=reason, detail_zh=reason)
        return found[found["detail"] != ""]


RULE = OpaquePayload()
