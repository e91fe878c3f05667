"""CLAIM-CONTRADICTED: a statement of the policy that the traffic contradicts."""

from typing import TYPE_CHECKING

from auditor.judge.claims import CONTRADICTED, check_claims
from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class ClaimContradicted:
    """One finding for each claim and surface; the kind of the finding is the claim's id, so that each keeps an id of its own."""

    id = "CLAIM-CONTRADICTED"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """The contradicting pairs with the claim's line."""
        import pandas as pd

        found = [result for result in check_claims(facts) if result.result == CONTRADICTED]
        frames = []
        for result in found:
            rows = facts.pairs[facts.pairs["flow"].isin(list(result.flows))].drop_duplicates("flow")
            said = f"{result.claim.claim} — {result.reason}"
            said_zh = f"{result.claim.claim_zh}——{result.reason_zh}"
            kept = rows[["surface", "flow"]]
            frames.append(kept.assign(kind=result.claim.id, clause=result.claim.clause, detail=said, detail_zh=said_zh))
        return pd.concat(frames, ignore_index=True) if frames else facts.pairs.iloc[0:0]


RULE = ClaimContradicted()
