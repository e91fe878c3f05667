"""CLAIM-CONTRADICTED: a statement of the policy that the traffic contradicts."""

from typing import TYPE_CHECKING

from auditor.judge.claims import CONTRADICTED, ClaimResult, check_claims, counted
from auditor.judge.facts import Facts

if TYPE_CHECKING:
    import pandas as pd


class ClaimContradicted:
    """One finding for each claim and surface; the kind of the finding is the claim's id, so that each keeps an id of its own."""

    id = "CLAIM-CONTRADICTED"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> "pd.DataFrame":
        """The contradicting flows with the claim's line."""
        import pandas as pd

        found = [result for result in check_claims(facts) if result.result == CONTRADICTED]
        frames = [_rows(result, flows) for result in found for _, flows in _flows(result, facts).groupby("surface")]
        return pd.concat(frames, ignore_index=True) if frames else facts.pairs.iloc[0:0]


def _flows(result: ClaimResult, facts: Facts) -> "pd.DataFrame":
    rows = facts.pairs[facts.pairs["flow"].isin(list(result.flows))]
    return rows.drop_duplicates("flow")[["surface", "flow"]]


def _rows(result: ClaimResult, flows: "pd.DataFrame") -> "pd.DataFrame":
    """The flows of one surface, worded with their own number."""
    english, chinese = counted(len(flows), result.against)
    return flows.assign(
        kind=result.claim.id,
        clause=result.claim.clause,
        confidence="high",
        detail=f"“{result.claim.claim.rstrip('.')}” - {english}",
        detail_zh=f"“{result.claim.claim_zh.rstrip('。')}”——{chinese}",
    )


RULE = ClaimContradicted()
