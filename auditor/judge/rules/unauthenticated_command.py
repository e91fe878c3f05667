"""DEV-UNAUTH-CMD: somebody on the local network talks to the printer without a login, and the printer answers."""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.vocabulary import Confidence, FindingClass, Relation, Surface, Visibility

LOGIN_KINDS = ("password", "token", "user_name")
"""A sighting of one of these in the conversation, however weak, may be a login."""

HEADERS = 90
"""Bytes of a packet that carries nothing: Ethernet, IPv6 and TCP with its usual options at the most."""


class UnauthenticatedCommand:
    """Whether the printer obeyed is a question: traffic shows that it listened, in the clear, and answered."""

    id = "DEV-UNAUTH-CMD"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> Rows:
        """Local conversations in the clear in which the printer is the server and answers, without a sign of a login."""
        pairs = facts.every.where(facts.every.is_in("relation", (Relation.LOCAL,)))
        pairs = pairs.where(pairs.is_in("transport", ("tcp",)) & pairs.is_in("visibility", (Visibility.CLEARTEXT,)))
        if not len(pairs):
            return Rows.made(0)
        printers = _printers(facts.every)
        asked = pairs.is_in("server_ip", printers) & ~pairs.is_in("client_ip", printers)
        (down, is_told), (packets, _) = pairs.numbers("bytes_down"), pairs.numbers("packets_down")
        found = pairs.where(asked & is_told & (down > packets * HEADERS))
        found = found.where(~found.is_among("flow", facts.seen.where(facts.seen.is_in("kind", LOGIN_KINDS))))
        where = found.worked_out(
            ("application", "server_port"),
            lambda name, port: f"{'tcp' if name is None else name} at port {'?' if port is None else port}",
        )
        unsure = {"class": FindingClass.NOT_ASSESSABLE, "confidence": Confidence.MEDIUM}
        return found.saying(detail=where, detail_zh=where, **unsure)


def _printers(pairs: Rows) -> list[str]:
    """Addresses from which the printer's own capture goes out: whoever only answers there may be the router."""
    out = pairs.where(pairs.is_in("surface", (Surface.PRINTER,)) & pairs.is_not("relation", Relation.LOCAL))
    return sorted(out.present("client_ip"))


RULE = UnauthenticatedCommand()
