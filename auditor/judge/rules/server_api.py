"""FLOW-SERVER-API: an interface meant for servers is called by a client, which thus holds a credential it should not hold."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class ServerApi:
    """The catalog says of some hosts that only servers have business there."""

    id = "FLOW-SERVER-API"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs whose host is expected from servers only."""
        servers_only = facts.contacts["vantage"].map(lambda places: list(places) == ["server"] if places is not None else False)
        return facts.contacts[servers_only.astype(bool)]


RULE = ServerApi()
