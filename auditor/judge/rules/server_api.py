"""FLOW-SERVER-API: an interface meant for servers is called by a client, which thus holds a credential it should not hold."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.destination import Vantage


class ServerApi:
    """The catalog says of some hosts that only servers have business there."""

    id = "FLOW-SERVER-API"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Pairs whose host is expected from servers only."""
        return facts.contacts.where(facts.contacts.is_in("vantage", (Vantage.SERVER,)))


RULE = ServerApi()
