"""Claims of the policy that traffic can contradict: each is held, contradicted, or not tested in this session.

The register says which claims a policy makes; the tests here are by claim id. A claim without a test, and one whose traffic
did not occur, is not tested: silence never holds a claim.
"""

from collections.abc import Callable
from dataclasses import dataclass

from auditor.judge.facts import STRANGERS, Facts
from auditor.judge.grouping import has_word
from auditor.judge.readable import PROTOCOLS, digest_of
from auditor.judge.rows import Rows, below
from auditor.model.register import Claim
from auditor.model.vocabulary import Match, Relation, Surface, Visibility

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

    tested: Rows
    against: Rows
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
        flows = answer.against.present("flow")
        return _said(claim, CONTRADICTED, counted(len(flows), answer.said), str(answer.against.column("flow").texts()[0]))
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
    devices = facts.contacts.where(facts.contacts.is_in("surface", (Surface.APP, Surface.PRINTER)))
    against = devices.where(devices.is_in("party", (party,)) & devices.is_in("relation", (Relation.OTHER_SURFACE,)))
    return Answer(devices, against, (f"the app or the printer contacts {party}", f"应用或打印机联系了 {party}"))


def _encryption(facts: Facts) -> Answer:
    """The first party in the clear, or a password that somebody else can read."""
    contacts = facts.contacts
    own = contacts.where(contacts.is_in("relation", (Relation.FIRST_PARTY,)) & contacts.is_known("visibility"))
    clear = own.where(own.is_in("visibility", (Visibility.CLEARTEXT,)) & own.is_in("application", PROTOCOLS))
    passwords = facts.sent.where(facts.sent.is_in("kind", ("password",)) & facts.sent.is_not("relation", Relation.FIRST_PARTY))
    readable = passwords.where(digest_of(passwords).codes < 0)
    if not len(readable):
        return Answer(own, clear, ("the first party is reached without encryption", "与第一方的通信未加密"))
    said = "the first party is reached without encryption, or a password is readable for others"
    against = below((clear, readable), ("surface", "flow"))
    return Answer(own, against, (said, "与第一方的通信未加密，或他方可读取密码"))


def _only_listed(facts: Facts) -> Answer:
    contacts = facts.contacts
    known = contacts.is_known("host") | (contacts.is_known("entity") & contacts.is_not("relation", Relation.UNKNOWN))
    against = contacts.where(contacts.is_in("relation", STRANGERS) & known)
    return Answer(contacts, against, ("recipients that the policy does not list", "流向政策未列明的接收方"))


def _contact_data(facts: Facts) -> Answer:
    """Telephone numbers and addresses go to the first party, and to those who send messages and mail for it."""
    contact = facts.sent.where(facts.sent.is_in("kind", ("phone", "email")))
    serving = contact.which(("purposes",), lambda purposes: has_word(purposes, ("sms", "email")))
    against = contact.where(contact.is_not("relation", Relation.FIRST_PARTY) & ~serving)
    said = "telephone number or e-mail address reaches a party with another purpose", "手机号或邮箱流向其他用途的接收方"
    return Answer(contact, against, said)


def _deletion(facts: Facts) -> Answer:
    """What identifies the user may not leave once the phase of the deletion is over."""
    ends = [phase.end for phase in facts.session.phases if phase.id == "delete_account"]
    after, sent = (
        _since(rows, name, max(ends, default=None)) for rows, name in ((facts.contacts, "started"), (facts.sent, "at"))
    )
    against = sent.where(sent.is_in("match", (Match.PLANTED,)))
    return Answer(after, against, ("planted identifiers still leave after the deletion", "注销后仍发送标识符"))


def _since(rows: Rows, name: str, time: int | None) -> Rows:
    """The rows from a time on (nanoseconds); none where there is no time."""
    if time is None or not len(rows):
        return Rows.made(0)
    times, is_told = rows.numbers(name)
    return rows.where(is_told & (times >= time))


def _no_children(facts: Facts) -> Answer:
    """Tested only where a child's date of birth was sent: from then on the recipient knows."""
    told = facts.sent.where(facts.sent.is_in("kind", ("birth_date",)) & facts.sent.is_in("match", (Match.PLANTED,)))
    told = told if facts.is_child else Rows.made(0)
    return Answer(told, told, ("a child's date of birth is collected", "收集了儿童的出生日期"))


_TESTS: dict[str, Callable[[Facts], Answer]] = {
    "encryption": _encryption,
    "only_listed_sharing": _only_listed,
    "phone_for_codes": _contact_data,
    "deletion": _deletion,
    "no_children": _no_children,
}
