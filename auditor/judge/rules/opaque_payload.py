"""COV-OPAQUE-PAYLOAD: a body that was there but could not be looked through. Information; it acts through the gate."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.judge.unread_in_chinese import reason_in_chinese


class OpaquePayload:
    """Named with the reasons that its flows give."""

    id = "COV-OPAQUE-PAYLOAD"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs with an unread part, one row for each part."""
        return unread_parts(facts.contacts)


def unread_parts(pairs: Rows) -> Rows:
    """One row for each part that was not looked through; `detail` says which and why."""
    parts = pairs.each_of("unread", "detail")
    return parts.saying(detail_zh=parts.worked_out(("detail",), lambda entry: reason_in_chinese(entry or "")))


RULE = OpaquePayload()
