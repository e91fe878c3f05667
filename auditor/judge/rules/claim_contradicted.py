"""CLAIM-CONTRADICTED: a statement of the policy that the traffic contradicts."""

from collections.abc import Iterator

from auditor.judge.claims import Answer, answers, counted
from auditor.judge.facts import Facts
from auditor.judge.rows import Rows, below
from auditor.judge.rule import SHOWN
from auditor.model.register import Claim


class ClaimContradicted:
    """One finding for each claim and surface; the kind of the finding is the claim's id, so that each keeps an id of its own."""

    id = "CLAIM-CONTRADICTED"
    by_phase = False
    by_host = False

    def hits(self, facts: Facts) -> Rows:
        """The contradicting flows with the claim's line."""
        contradicted = ((claim, answer) for claim, answer in answers(facts) if answer is not None)
        return below([part for claim, answer in contradicted for part in _by_surface(claim, answer)], SHOWN)


def _by_surface(claim: Claim, answer: Answer) -> Iterator[Rows]:
    flows = below((answer.against,), ("surface", "flow")).distinct(("flow",))
    for surface in sorted(flows.present("surface")):
        yield _rows(claim, answer, flows.where(flows.is_in("surface", (surface,))))


def _rows(claim: Claim, answer: Answer, flows: Rows) -> Rows:
    """The flows of one surface, worded with their own number."""
    english, chinese = counted(len(flows), answer.said)
    return flows.saying(
        kind=claim.id,
        clause=claim.clause,
        confidence="high",
        detail=f"“{claim.claim.rstrip('.')}” - {english}",
        detail_zh=f"“{claim.claim_zh.rstrip('。')}”——{chinese}",
    )


RULE = ClaimContradicted()
