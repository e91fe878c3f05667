"""Claims of the policy that traffic can contradict: each is held, contradicted, or not tested in this session.

The register says which claims a policy makes; the tests here are by claim id. A claim without a test, and one whose traffic
did not occur, is not tested: silence never holds a claim.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.judge.facts import RECIPIENTS, STRANGERS, Facts
from auditor.judge.rules.cleartext import PROTOCOLS
from auditor.model.register import Claim
from auditor.model.vocabulary import Relation, Surface, Visibility

if TYPE_CHECKING:
    import pandas as pd

HELD = "held"
CONTRADICTED = "contradicted"
NOT_TESTED = "not_tested"

_CONTACT_PURPOSES = frozenset({"sms", "email"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """What the session says of one claim."""

    claim: Claim
    result: str
    reason: str
    reason_zh: str
    flows: tuple[str, ...] = ()
    """Flows that contradict it."""


type _Answer = tuple["pd.DataFrame", "pd.DataFrame", str, str]
"""Rows on which the claim was tested, rows that contradict it, and what those say in English and Chinese."""


def check_claims(facts: Facts) -> tuple[ClaimResult, ...]:
    """The result of each claim of the register, in its order."""
    return tuple(_tested(claim, facts) for claim in facts.register.claims)


def _tested(claim: Claim, facts: Facts) -> ClaimResult:
    test = _TESTS.get(claim.id) or _prefix_test(claim.id)
    if test is None:
        why = "the session holds nothing that could tell", "本次测试没有可供判断的流量"
        return ClaimResult(claim=claim, result=NOT_TESTED, reason=why[0], reason_zh=why[1])
    tested, against, said, said_zh = test(facts)
    if len(against):
        flows = tuple(dict.fromkeys(str(flow) for flow in against["flow"]))
        count = f"{len(flows)} flow{'' if len(flows) == 1 else 's'}: {said}"
        return ClaimResult(
            claim=claim, result=CONTRADICTED, reason=count, reason_zh=f"{len(flows)} 条流量:{said_zh}", flows=flows
        )
    if not len(tested):
        return ClaimResult(
            claim=claim, result=NOT_TESTED, reason="no such traffic in this session", reason_zh="本次测试没有此类流量"
        )
    return ClaimResult(
        claim=claim,
        result=HELD,
        reason=f"{len(tested)} observations, none against it",
        reason_zh=f"{len(tested)} 次观察,均不矛盾",
    )


def _prefix_test(claim_id: str) -> Callable[[Facts], _Answer] | None:
    """`site_only_PARTY`: the party serves the website only."""
    party = claim_id.removeprefix("site_only_")
    return (lambda facts: _site_only(facts, party)) if party != claim_id else None


def _site_only(facts: Facts, party: str) -> _Answer:
    devices = facts.contacts[facts.contacts["surface"].isin([Surface.APP, Surface.PRINTER])]
    against = devices[(devices["party"] == party) & (devices["relation"] == Relation.OTHER_SURFACE)]
    return devices, against, f"app or printer contacts {party}", f"应用或打印机联系了 {party}"


def _encryption(facts: Facts) -> _Answer:
    own = facts.contacts[(facts.contacts["relation"] == Relation.FIRST_PARTY) & facts.contacts["visibility"].notna()]
    against = own[(own["visibility"] == Visibility.CLEARTEXT) & own["application"].isin(list(PROTOCOLS))]
    return own, against, "the first party is reached without encryption", "与第一方的通信未加密"


def _only_listed(facts: Facts) -> _Answer:
    contacts = facts.contacts
    against = contacts[contacts["relation"].isin(STRANGERS) & (contacts["host"].notna() | contacts["entity"].notna())]
    return contacts, against, "recipients that the policy does not list", "流向政策未列明的接收方"


def _contact_data(facts: Facts) -> _Answer:
    contact = facts.sent[facts.sent["kind"].isin(["phone", "email"])]
    serving = contact["purposes"].map(lambda words: bool(_CONTACT_PURPOSES & set(words)) if words is not None else False)
    against = contact[(contact["relation"] != Relation.FIRST_PARTY) & ~serving.astype(bool)]
    return contact, against, "phone number or e-mail reaches a party with another purpose", "手机号或邮箱流向其他用途的接收方"


def _deletion(facts: Facts) -> _Answer:
    """What identifies the user may not leave in a phase that follows the deletion of the account."""
    ends = [phase.end for phase in facts.session.phases if phase.id == "delete_account"]
    later = {phase.id for phase in facts.session.phases if ends and phase.start >= max(ends)}
    after = facts.pairs[facts.pairs["phase"].isin(list(later)) & facts.pairs["relation"].isin(RECIPIENTS)]
    sent = facts.sent[facts.sent["phase"].isin(list(later))]
    return after, sent[sent["match"] == "planted"], "planted identifiers still leave after deletion", "注销后仍发送标识符"


_TESTS: dict[str, Callable[[Facts], _Answer]] = {
    "encryption": _encryption,
    "only_listed_sharing": _only_listed,
    "phone_for_codes": _contact_data,
    "deletion": _deletion,
}
