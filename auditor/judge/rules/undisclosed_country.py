"""XFER-UNDISCLOSED-COUNTRY: data go to a country that the policy does not name."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows, below
from auditor.judge.rule import SHOWN
from auditor.model.vocabulary import Confidence, Relation, Severity


class UndisclosedCountry:
    """A server's country is known from its name or from the user's address table. Where it is not, the seat of the company that
    got an identifier is a weaker sign. The first party's own country is no country abroad."""

    id = "XFER-UNDISCLOSED-COUNTRY"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs whose server stands abroad, and pairs with an identifier whose recipient has its seat there."""
        pairs, known = facts.contacts, _known_countries(facts)
        standing = pairs.where(pairs.is_known("server_country") & ~pairs.is_in("server_country", known))
        seats = pairs.where(~pairs.is_known("server_country") & pairs.is_known("country") & ~pairs.is_in("country", known))
        seats = seats.where(seats.is_not("relation", Relation.FIRST_PARTY) & seats.is_among("flow", facts.identifying))
        standing = standing.saying(detail=standing.column("server_country"), detail_zh=standing.column("server_country"))
        seats = seats.saying(
            detail=seats.worked_out(("country",), lambda country: f"{country} (the company's seat)"),
            detail_zh=seats.worked_out(("country",), lambda country: f"{country}（公司所在地）"),
            severity=Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
        )
        line = facts.register.transfer_line
        return below((standing, seats), SHOWN).saying(clause=f"L{line}" if line else None)


def _known_countries(facts: Facts) -> list[str]:
    """What the policy discloses, and where the first party itself has its seat."""
    own = facts.every.where(facts.every.is_in("relation", (Relation.FIRST_PARTY,))).present("country")
    return sorted({*facts.register.disclosed_countries, *own})


RULE = UndisclosedCountry()
