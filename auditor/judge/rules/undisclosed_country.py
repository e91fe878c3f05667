"""XFER-UNDISCLOSED-COUNTRY: the server's name says that it stands in a country that the policy does not name."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class UndisclosedCountry:
    """Only where a server's country is known from its name or from the user's address table: the entity's seat is no transfer."""

    id = "XFER-UNDISCLOSED-COUNTRY"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs whose server stands in a country that the register does not disclose."""
        disclosed = list(facts.register.disclosed_countries)
        pairs = facts.contacts
        abroad = pairs[pairs["server_country"].notna() & ~pairs["server_country"].isin(disclosed)]
        return abroad.assign(detail=abroad["server_country"], detail_zh=abroad["server_country"])


RULE = UndisclosedCountry()
