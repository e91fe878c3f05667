"""ID-SHARED: one and the same value is seen by several recipients, who can join what they know by it."""

from auditor.judge.columns import numbered_texts
from auditor.judge.facts import RECIPIENTS, WEAK_KINDS, Facts
from auditor.judge.grouping import Groups
from auditor.judge.readable import value_of
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Direction, Match, Relation


def _held(seen: Rows) -> Rows:
    """What third parties received, and the tokens that they set: who sets a token holds it."""
    others = [relation for relation in RECIPIENTS if relation is not Relation.FIRST_PARTY]
    known = seen.is_in("match", (Match.PLANTED,))
    received = seen.is_in("direction", (Direction.UP,)) & (known | ~seen.is_in("kind", WEAK_KINDS))
    set_by_them = seen.is_in("direction", (Direction.DOWN,)) & seen.is_in("kind", ("token",)) & known
    return seen.where(seen.is_in("relation", others) & seen.is_not("confidence", "low") & (received | set_by_them))


class Shared:
    """The first party does not count: that a third party sees what the first one knows is other rules' business."""

    id = "ID-SHARED"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> Rows:
        """Sightings of values that two or more third parties received, without recipient: the finding is about all of them."""
        sent = _held(facts.seen)
        sent = sent.where(sent.is_known("identifier") | sent.is_in("confidence", ("high",)))
        sent = sent.saying(value=value_of(sent))
        groups = Groups(sent, ("surface", "value"))
        receivers = [", ".join(sorted(names)) if len(names) > 1 else None for names in groups.distinct("recipient")]
        words = numbered_texts(receivers).take(groups.codes)
        found = sent.saying(detail=words, detail_zh=words)
        return found.where(found.is_known("detail")).without("recipient", "party", "entity", "service", "host")


RULE = Shared()
