"""Claims of the policy that traffic can contradict: each is held, contradicted, or not tested in this session.

The register says which claims a policy makes; the tests here are by claim id. A claim without a test, and one whose traffic
did not occur, is not tested: silence never holds a claim.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.judge.facts import STRANGERS, Facts
from auditor.judge.grouping import has_word
from auditor.judge.readable import PROTOCOLS, digest_of
from auditor.model.register import Claim
from auditor.model.vocabulary import Match, Relation, Surface, Visibility

if TYPE_CHECKING:
    import pandas as pd

HELD = "held"
CONTRADICTED = "contradicted"
NOT_TESTED = "not_tested"

type Words = tuple[str, str]
"""The same in English and Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """What the session says of one claim."""

    claim: Claim
    result: str
    reason: str
    reason_zh: str
    first_flow: str | None = None
    """The first that contradicts it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows on which a claim was tested, rows that contradict it (with `surface` and `flow`), and what those say."""

    tested: "pd.DataFrame"
    against: "pd.DataFrame"
    said: Words


_NO_TRAFFIC = "no such traffic in this session", "本次测试没有此类流量"
_NO_TEST = "traffic alone cannot tell; a person must answer", "仅凭流量无法判断，需人工确认"
_UNTESTABLE: dict[str, Words] = {
    "voluntary_fields": (
        "whether a function is refused when the fields stay empty is for the tester to see",
        "字段留空时功能是否被拒绝，需测试人员确认",
    ),
    "model_not_personal": (
        "device model and system version are no planted values, so nobody looked for them beside identifiers",
        "设备型号和系统版本不在预置值中，未检查其是否与标识符一同发送",
    ),
    "changes_prompted": (
        "whether the product prompted a change of the policy is not in the traffic",
        "产品是否提示政策变更无法从流量看出",
    ),
}
"""Why claims that somebody might expect to be tested are not."""


def check_claims(facts: Facts) -> tuple[ClaimResult, ...]:
    """The result of each claim of the register, in its order."""
    return tuple(_result(claim, answer) for claim, answer in answers(facts))


def answers(facts: Facts) -> tuple[tuple[Claim, Answer | None], ...]:
    """What the traffic says of each claim; None where it cannot tell."""
    tests = ((claim, _TESTS.get(claim.id) or _prefix_test(claim.id)) for claim in facts.register.claims)
    return tuple((claim, test(facts) if test else None) for claim, test in tests)


def counted(flows: int, said: Words) -> Words:
    """What contradicts a claim, with the number of its flows."""
    return f"{flows} flow{'' if flows == 1 else 's'}: {said[0]}", f"{flows} 条流量：{said[1]}"


def _result(claim: Claim, answer: Answer | None) -> ClaimResult:
    if answer is None:
        return _said(claim, NOT_TESTED, _UNTESTABLE.get(claim.id, _NO_TEST))
    if len(answer.against):
        flows = int(answer.against["flow"].nunique())
        return _said(claim, CONTRADICTED, counted(flows, answer.said), str(answer.against["flow"].iloc[0]))
    if not len(answer.tested):
        return _said(claim, NOT_TESTED, _NO_TRAFFIC)
    number = len(answer.tested)
    return _said(claim, HELD, (f"{number} observations, none against it", f"{number} 次观察，均不矛盾"))


def _said(claim: Claim, result: str, reason: Words, first_flow: str | None = None) -> ClaimResult:
    return ClaimResult(claim=claim, result=result, reason=reason[0], reason_zh=reason[1], first_flow=first_flow)


def _prefix_test(claim_id: str) -> Callable[[Facts], Answer] | None:
    """`site_only_PARTY`: the party serves the website only."""
    party = claim_id.removeprefix("site_only_")
    return (lambda facts: _site_only(facts, party)) if party != claim_id else None


def _site_only(facts: Facts, party: str) -> Answer:
    contacts = facts.contacts[["surface", "flow", "party", "relation"]]
    devices = contacts[contacts["surface"].isin([Surface.APP, Surface.PRINTER])]
    against = devices[(devices["party"] == party) & (devices["relation"] == Relation.OTHER_SURFACE)]
    return Answer(devices, against, (f"the app or the printer contacts {party}", f"应用或打印机联系了 {party}"))


def _encryption(facts: Facts) -> Answer:
    """The first party in the clear, or a password that somebody else can read."""
    import pandas as pd

    contacts = facts.contacts[["surface", "flow", "relation", "visibility", "application"]]
    own = contacts[(contacts["relation"] == Relation.FIRST_PARTY) & contacts["visibility"].notna()]
    clear = own[(own["visibility"] == Visibility.CLEARTEXT) & own["application"].isin(list(PROTOCOLS))]
    passwords = facts.sent[(facts.sent["kind"] == "password") & (facts.sent["relation"] != Relation.FIRST_PARTY)]
    readable = passwords[digest_of(passwords).isna()]
    if not len(readable):
        return Answer(own, clear, ("the first party is reached without encryption", "与第一方的通信未加密"))
    said = "the first party is reached without encryption, or a password is readable for others"
    against = pd.concat((clear[["surface", "flow"]], readable[["surface", "flow"]]), ignore_index=True)
    return Answer(own, against, (said, "与第一方的通信未加密，或他方可读取密码"))


def _only_listed(facts: Facts) -> Answer:
    contacts = facts.contacts[["surface", "flow", "relation", "host", "entity"]]
    known = contacts["host"].notna() | (contacts["entity"].notna() & (contacts["relation"] != Relation.UNKNOWN))
    against = contacts[contacts["relation"].isin(STRANGERS) & known]
    return Answer(contacts, against, ("recipients that the policy does not list", "流向政策未列明的接收方"))


def _contact_data(facts: Facts) -> Answer:
    """Telephone numbers and addresses go to the first party, and to those who send messages and mail for it."""
    contact = facts.sent[facts.sent["kind"].isin(["phone", "email"])]
    serving = has_word(contact["purposes"], ("sms", "email"))
    against = contact[(contact["relation"] != Relation.FIRST_PARTY) & ~serving]
    said = "telephone number or e-mail address reaches a party with another purpose", "手机号或邮箱流向其他用途的接收方"
    return Answer(contact, against, said)


def _deletion(facts: Facts) -> Answer:
    """What identifies the user may not leave once the phase of the deletion is over."""
    import pandas as pd

    ends = [phase.end for phase in facts.session.phases if phase.id == "delete_account"]
    over = pd.Timestamp(max(ends, default=0), tz="UTC")
    after = facts.contacts[["flow", "started"]][(facts.contacts["started"] >= over).fillna(False) & bool(ends)]
    sent = facts.sent[(facts.sent["at"] >= over).fillna(False) & bool(ends)]
    against = sent[sent["match"] == Match.PLANTED]
    return Answer(after, against, ("planted identifiers still leave after the deletion", "注销后仍发送标识符"))


def _no_children(facts: Facts) -> Answer:
    """Tested only where a child's date of birth was sent: from then on the recipient knows."""
    told = facts.sent[(facts.sent["kind"] == "birth_date") & (facts.sent["match"] == Match.PLANTED)]
    told = told if facts.is_child else told.iloc[0:0]
    return Answer(told, told, ("a child's date of birth is collected", "收集了儿童的出生日期"))


_TESTS: dict[str, Callable[[Facts], Answer]] = {
    "encryption": _encryption,
    "only_listed_sharing": _only_listed,
    "phone_for_codes": _contact_data,
    "deletion": _deletion,
    "no_children": _no_children,
}
