"""FLOW-ENTITY-DIFFERS: another legal person of a declared party's group."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.attribution import EntityMatch
from auditor.model.vocabulary import Relation


class EntityDiffers:
    """A renamed entity is the same person; a sister company is not."""

    id = "FLOW-ENTITY-DIFFERS"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs of the same group, by relation or by the entity's name."""
        pairs = facts.contacts
        by_name = pairs.is_in("entity_match", (EntityMatch.SAME_GROUP,)) & pairs.is_in("relation", (Relation.DECLARED,))
        return with_compared_clause(facts, pairs.where(pairs.is_in("relation", (Relation.SAME_GROUP,)) | by_name))


def with_compared_clause(facts: Facts, pairs: Rows) -> Rows:
    """The pairs with the line of the declared party that each service was compared with."""
    clauses = {entry.party: entry.clause or None for entry in facts.register.parties}
    return pairs.saying(clause=pairs.worked_out(("compared_party",), clauses.get))


RULE = EntityDiffers()
