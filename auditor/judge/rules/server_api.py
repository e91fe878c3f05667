"""FLOW-SERVER-API: an interface meant for servers is called by a client, which thus holds a credential it should not hold."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.destination import Vantage

if TYPE_CHECKING:
    import pandas as pd


class ServerApi:
    """The catalog says of some hosts that only servers have business there."""

    id = "FLOW-SERVER-API"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs whose host is expected from servers only."""
        return facts.contacts[(facts.contacts["vantage"] == Vantage.SERVER).fillna(False)]


RULE = ServerApi()
