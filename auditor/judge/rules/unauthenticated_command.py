"""DEV-UNAUTH-CMD: somebody on the local network talks to the printer without a login, and the printer answers."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.grouping import is_among
from auditor.model.vocabulary import Confidence, FindingClass, Relation, Surface, Visibility

if TYPE_CHECKING:
    import pandas as pd

LOGIN_KINDS = ("password", "token", "user_name")
"""A sighting of one of these in the conversation, however weak, may be a login."""

HEADERS = 90
"""Bytes of a packet that carries nothing: Ethernet, IPv6 and TCP with its usual options at the most."""


class UnauthenticatedCommand:
    """Whether the printer obeyed is a question: traffic shows that it listened, in the clear, and answered."""

    id = "DEV-UNAUTH-CMD"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Local conversations in the clear in which the printer is the server and answers, without a sign of a login."""
        pairs = facts.pairs
        printers = _printers(pairs)
        asked = pairs["server_ip"].isin(printers) & ~pairs["client_ip"].isin(printers) & (pairs["relation"] == Relation.LOCAL)
        answered = pairs["bytes_down"] > pairs["packets_down"].fillna(0) * HEADERS
        talk = (pairs["transport"] == "tcp") & (pairs["visibility"] == Visibility.CLEARTEXT) & answered
        found = pairs[(asked & talk).fillna(False).astype(bool)]
        logins = facts.sightings[facts.sightings["kind"].isin(list(LOGIN_KINDS))]["flow"]
        found = found[~is_among(found["flow"], logins)]
        where = found["application"].fillna("tcp") + " at port " + found["server_port"].astype("string").fillna("?")
        said = found.assign(detail=where, detail_zh=where, confidence=str(Confidence.MEDIUM))
        said["class"] = str(FindingClass.NOT_ASSESSABLE)
        return said


def _printers(pairs: "pd.DataFrame") -> list[str]:
    """Addresses from which the printer's own capture goes out: whoever only answers there may be the router."""
    out = pairs[(pairs["surface"] == Surface.PRINTER) & (pairs["relation"] != Relation.LOCAL)]
    return sorted(str(address) for address in out["client_ip"].dropna().unique())


RULE = UnauthenticatedCommand()
