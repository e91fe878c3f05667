"""SEC-CLEARTEXT: content crosses the network unencrypted."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.model.vocabulary import Visibility

if TYPE_CHECKING:
    import pandas as pd

PROTOCOLS = ("http", "websocket", "mqtt", "smtp", "imap", "pop3", "ftp", "coap", "socks")
"""Protocols whose content is read as it is. Of an unknown protocol nobody can say that it is not encrypted in its own way."""


class Cleartext:
    """A known protocol in the clear, or an identifier read in an unknown one."""

    id = "SEC-CLEARTEXT"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs in the clear."""
        pairs = facts.contacts[facts.contacts["visibility"] == Visibility.CLEARTEXT]
        readable = pairs["application"].isin(list(PROTOCOLS)) | pairs["flow"].isin(facts.sent["flow"])
        found = pairs[readable]
        protocol = found["application"].fillna(found["transport"])
        return found.assign(detail=protocol, detail_zh=protocol)


RULE = Cleartext()
