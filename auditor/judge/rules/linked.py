"""ID-LINKED: one recipient gets an immutable identifier together with a resettable one or with personal data."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.judge.rules.immutable import IMMUTABLE
from auditor.model.kind_names import kind_name

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

    def hits(self, facts: Facts) -> Rows:
        """Sightings of an immutable kind, one row for each linkable kind in the same flow to the same host."""
        import numpy as np

        sent = facts.sent
        key = ("flow", "recipient", "host")
        lasting = sent.where(sent.is_in("kind", IMMUTABLE))
        others = sent.where(sent.is_in("kind", LINKABLE)).distinct((*key, "kind"))
        others = others.take(np.argsort(np.array(others.texts("kind"), np.str_), kind="stable"))
        joined = lasting.joined(others, key, "kind", "detail", inner=True)
        return joined.saying(
            detail=joined.worked_out(("detail",), lambda kind: kind_name(kind or "").en),
            detail_zh=joined.worked_out(("detail",), lambda kind: kind_name(kind or "").zh),
        )


RULE = Linked()
