"""XFER-UNDISCLOSED-COUNTRY: data go to a country that the policy does not name."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.grouping import is_among
from auditor.model.vocabulary import Confidence, Relation, Severity

if TYPE_CHECKING:
    import pandas as pd


class UndisclosedCountry:
    """A server's country is known from its name or from the user's address table. Where it is not, the seat of the company that
    got an identifier is a weaker sign. The first party's own country is no country abroad."""

    id = "XFER-UNDISCLOSED-COUNTRY"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs whose server stands abroad, and pairs with an identifier whose recipient has its seat there."""
        import pandas as pd

        pairs = facts.contacts
        known = _known_countries(facts)
        standing = pairs[pairs["server_country"].notna() & ~pairs["server_country"].isin(known)]
        seats = pairs[pairs["server_country"].isna() & pairs["country"].notna() & ~pairs["country"].isin(known)]
        seats = seats[(seats["relation"] != Relation.FIRST_PARTY) & is_among(seats["flow"], facts.identifying["flow"])]
        found = pd.concat(
            (
                standing.assign(detail=standing["server_country"], detail_zh=standing["server_country"]),
                seats.assign(
                    detail=seats["country"] + " (the company's seat)",
                    detail_zh=seats["country"] + "（公司所在地）",
                    severity=str(Severity.MEDIUM),
                    confidence=str(Confidence.MEDIUM),
                ),
            ),
            ignore_index=True,
        )
        line = facts.register.transfer_line
        return found.assign(clause=f"L{line}" if line else None)


def _known_countries(facts: Facts) -> list[str]:
    """What the policy discloses, and where the first party itself has its seat."""
    own = facts.pairs[facts.pairs["relation"] == Relation.FIRST_PARTY]["country"].dropna().unique()
    return sorted({*facts.register.disclosed_countries, *(str(country) for country in own)})


RULE = UndisclosedCountry()
