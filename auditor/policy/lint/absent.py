"""POL-LEGAL-BASIS-MISSING, POL-RIGHTS-MISSING, POL-RETENTION-UNBOUNDED, POL-COMPLAINT-MISSING: what the whole text leaves out."""

import re
from collections.abc import Iterator

from auditor.policy.clauses import Topic, definition_of, topic_of
from auditor.policy.document import Paragraph
from auditor.policy.lint.defect import Defect, quoted
from auditor.policy.patterns import phrase
from auditor.policy.reading import PolicyReading
from auditor.policy.structure import Kind

_BASIS = phrase(
    r"legal (?:bas[ie]s|ground)|lawful (?:bas[ie]s|ground)|article 6|performance of (?:a|our|the) contract",
    r"法律依据|合法性基础|法律基础|履行合同所必需|基于您的同意|法律依據|合法事由",
)
_RIGHTS = (
    (
        "access",
        "查阅",
        phrase(
            r"right (?:to|of) access|\baccess,|(?:request|obtain|receive) (?:a copy|access)|copy of your",
            r"(?:有权|权利|可以?|申请)[^。]{0,20}(?:查阅|查询|访问|複製|复制)|查阅权|查閱",
        ),
    ),
    (
        "erasure",
        "删除",
        phrase(
            r"right (?:to|of) (?:erasure|delet)|be forgotten|(?:request|ask for|demand)[^.]{0,40}(?:deletion|erasure)",
            r"\b(?:delete|erase) your (?:personal|account|data)",
            r", (?:delete|erase|erasure|deletion)\b[^.]{0,60}(?:data|information|account)",
            r"删除(?:您的)?(?:个人信息|个人资料|账户|帐户|账号|数据)|注销(?:您的)?(?:账户|账号|帐号)|刪除",
        ),
    ),
    (
        "portability",
        "转移",
        phrase(
            r"portab|transfer your (?:personal )?data to another (?:provider|controller|service)",
            r"可携带|转移(?:您的)?个人信息|個人資料可攜|个人信息转移",
        ),
    ),
    ("objection", "拒绝", phrase(r"\bobject(?:ion)?\b", r"拒绝(?:我们)?(?:处理|个性化)|反对|限制或(?:者)?拒绝|反對")),
    (
        "withdrawal of consent",
        "撤回同意",
        phrase(r"withdraw(?:al)?\b[^.]{0,40}consent|revoke[^.]{0,30}consent", r"(?:撤回|撤销|改变)[^。]{0,12}(?:同意|授权)"),
    ),
)
_PERIOD = phrase(
    r"\b\d+\s*(?:hours?|days?|weeks?|months?|years?)\b",
    r"\b(?:one|two|three|six|twelve|seven|thirty|ten|five) (?:hours?|days?|weeks?|months?|years?)\b",
    r"until (?:you|the|your) [^.]{0,40}(?:delet|clos|end|withdraw|cancel)|as long as your account",
    r"(?:(?<![月年\d])\d+|[一二三六七十]+)\s*(?:个工作日|个月|小时|天|日内|日(?!期)|年(?!\s*\d{1,2}\s*月))",
    r"直至您?(?:注销|删除)|账户存续期",
)
_COMPLAINT = phrase(r"complain|supervisory authority|data protection authority", r"投诉|举报|申诉|监管(?:机构|部门|機關)|申訴")


def legal_basis_missing(reading: PolicyReading) -> Iterator[Defect]:
    """No language names a legal basis."""
    yield from _absent(reading, _BASIS, "legal basis", "合法性基础")


def complaint_missing(reading: PolicyReading) -> Iterator[Defect]:
    """No language mentions complaints."""
    yield from _absent(reading, _COMPLAINT, "complaint", "投诉")


def rights_missing(reading: PolicyReading) -> Iterator[Defect]:
    """Rights that no language mentions, together in one defect at the clause on rights."""
    missing = [(name, name_zh) for name, name_zh, pattern in _RIGHTS if not _anywhere(reading, pattern)]
    if missing:
        place = _clause(reading, Topic.RIGHTS) or _top(reading)
        names, names_zh = zip(*missing, strict=True)
        yield Defect(paragraph=place, offset=0, detail=", ".join(names), detail_zh="、".join(names_zh))


def retention_unbounded(reading: PolicyReading) -> Iterator[Defect]:
    """Clauses on retention without a period, in each language that has one; the whole text where none has."""
    found = False
    for language in reading.languages:
        clauses = [
            paragraph
            for paragraph in reading.document.of(language)
            if paragraph.kind is not Kind.HEADING and topic_of(paragraph) is Topic.RETENTION
        ]
        found = found or bool(clauses)
        if clauses and not any(_PERIOD.search(paragraph.plain) for paragraph in clauses):
            yield Defect(paragraph=clauses[0], offset=0, detail=quoted(clauses[0].text))
    if not found:
        yield Defect(paragraph=_top(reading), offset=0, detail="no clause on retention", detail_zh="没有关于保存期限的条款")


def _absent(reading: PolicyReading, pattern: re.Pattern[str], detail: str, detail_zh: str) -> Iterator[Defect]:
    if not _anywhere(reading, pattern):
        yield Defect(paragraph=_top(reading), offset=0, detail=detail, detail_zh=detail_zh)


def _anywhere(reading: PolicyReading, pattern: re.Pattern[str]) -> bool:
    """Whether any clause but a definition has the words."""
    return any(pattern.search(paragraph.plain) for paragraph in reading.document.paragraphs if not definition_of(paragraph))


def _clause(reading: PolicyReading, topic: Topic) -> Paragraph | None:
    """The first paragraph on a topic in the language with most text."""
    return next((paragraph for paragraph in reading.document.of(reading.languages[0]) if topic_of(paragraph) is topic), None)


def _top(reading: PolicyReading) -> Paragraph:
    """The first paragraph of the language with most text: what the whole text lacks is told there."""
    return reading.document.of(reading.languages[0])[0]
