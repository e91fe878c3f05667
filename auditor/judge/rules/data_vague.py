"""FLOW-DATA-VAGUE: data reaches a declared party, and the policy does not say which data that party receives."""

from auditor.judge.declared_data import clause_of_kind, with_class
from auditor.judge.facts import Facts
from auditor.judge.rows import Rows, below
from auditor.judge.rule import SHOWN
from auditor.model.vocabulary import FindingClass, Relation

_UNBOUND = "the party is named without the data that it gets", "未说明该方获得哪些数据"
_LOOSE = "only an open wording reaches this kind", "仅有开放式表述涉及此类数据"


class DataVague:
    """Also a kind that only an open wording ("device ID", "etc.") reaches, at the first party."""

    id = "FLOW-DATA-VAGUE"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Sightings at a declared party whose data nobody bound to it, or of an openly worded kind at the first party."""
        vague = with_class(facts, FindingClass.VAGUE)
        is_own = vague.is_in("relation", (Relation.FIRST_PARTY,))
        unbound = vague.where(~is_own).saying(detail=_UNBOUND[0], detail_zh=_UNBOUND[1])
        loose = vague.where(is_own).saying(detail=_LOOSE[0], detail_zh=_LOOSE[1])
        clauses = loose.worked_out(("kind",), lambda kind: clause_of_kind(facts.register, kind))
        return below((unbound, loose.saying(clause=clauses)), SHOWN)


RULE = DataVague()
