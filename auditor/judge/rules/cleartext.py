"""SEC-CLEARTEXT: content crosses the network unencrypted."""

from typing import TYPE_CHECKING

from auditor.judge.facts import Facts
from auditor.judge.readable import PROTOCOLS
from auditor.model.vocabulary import Confidence, Visibility

if TYPE_CHECKING:
    import pandas as pd


class Cleartext:
    """A known protocol in the clear, or an identifier read in an unknown one. The policy's claim of encryption is its clause."""

    id = "SEC-CLEARTEXT"
    by_phase = False
    by_host = True

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """Pairs in the clear, one row for each kind that was read in them."""
        pairs = facts.contacts[facts.contacts["visibility"] == Visibility.CLEARTEXT]
        read = facts.sent[["flow", "host", "kind"]].rename(columns={"kind": "read"}).drop_duplicates()
        found = pairs.merge(read, on=["flow", "host"], how="left")
        found = found[found["application"].isin(list(PROTOCOLS)) | found["read"].notna()]
        is_known = found["application"].isin(list(PROTOCOLS))
        protocol = found["application"].fillna(found["transport"])
        return found.assign(
            confidence=is_known.map({True: str(Confidence.HIGH), False: str(Confidence.MEDIUM)}),
            clause=facts.clause_of("encryption"),
            detail=found["read"].fillna("content") + " over " + protocol,
            detail_zh=protocol + " 中的 " + found["read"].fillna("内容"),
        )


RULE = Cleartext()
