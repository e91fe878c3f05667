"""CLAIM-CONTRADICTED: a statement of the policy that the traffic contradicts."""

from typing import TYPE_CHECKING

from auditor.judge.claims import Answer, answers, counted
from auditor.judge.facts import Facts
from auditor.model.register import Claim

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

        frames = [
            _rows(claim, answer, flows)
            for claim, answer in answers(facts)
            if answer is not None
            for _, flows in answer.against[["surface", "flow"]].drop_duplicates("flow").groupby("surface")
        ]
        return pd.concat(frames, ignore_index=True) if frames else facts.pairs.iloc[0:0]


def _rows(claim: Claim, answer: Answer, flows: "pd.DataFrame") -> "pd.DataFrame":
    """The flows of one surface, worded with their own number."""
    english, chinese = counted(len(flows), answer.said)
    return flows.assign(
        kind=claim.id,
        clause=claim.clause,
        confidence="high",
        detail=f"“{claim.claim.rstrip('.')}” - {english}",
        detail_zh=f"“{claim.claim_zh.rstrip('。')}”——{chinese}",
    )


RULE = ClaimContradicted()
