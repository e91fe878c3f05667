"""POL-OPEN-ENDED, POL-TRANSFER-CONSENT-BY-USE, POL-ADS-NO-PARTY: wordings that keep the meaning open or promise nothing."""

import re
from collections.abc import Iterator

from auditor.policy.lexicon import advertising
from auditor.policy.lint.defect import Defect, quoted
from auditor.policy.patterns import phrase
from auditor.policy.reading import PolicyReading
from auditor.policy.structure import Kind

_OPEN = phrase(
    r"\betc\b\.?",
    r"\bsuch as\b",
    r"\binclud(?:e|es|ing),? but (?:are |is )?not limited to\b",
    r"\band other (?:services|information|data|details|usage|parties|partners)\b",
    r"\band so on\b|\band the like\b|\bamong others\b",
    r"(?<![平同对相中高初均劣级何])等(?=信息|服务|资料|数据|功能|方式|内容|资訊|資料|服務|[)。,;、:」”]|$)",
    r"包括但不限于|包括但不限於|例如|比如|诸如|等等",
)
_AWAY = r"(?:transfer|other countr|abroad|overseas)"
_BY_USE = phrase(
    rf"\bby (?:continuing to use|using|accessing|installing)\b[^.]{{0,140}}\b(?:consent|agree)\b[^.]{{0,80}}{_AWAY}",
    rf"\b(?:use|access|installation) of\b[^.]{{0,80}}\b(?:constitutes|means|implies)\b[^.]{{0,40}}consent[^.]{{0,80}}{_AWAY}",
    r"(?:使用|继续使用|访问|安装)[^。]{0,40}(?:即|视为|表示|意味着|視為)[^。]{0,14}同意[^。]{0,60}(?:传输|转移|跨境|境外|出境|其他国家|傳輸)",
)
_NOT = phrase(r"\b(?:no|not|never|without|don't|doesn't)\b[^.,;]{0,60}$", r"(?:不|无|無|没有|不会|絕不)[^。,;]{0,16}$")
_SENTENCE_END = re.compile(r"[.。;!?]")


def open_ended(reading: PolicyReading) -> Iterator[Defect]:
    """Every word that leaves a list open."""
    for paragraph in reading.document.paragraphs:
        for word in _OPEN.finditer(paragraph.plain):
            yield Defect(paragraph=paragraph, offset=word.start(), detail=_around(paragraph.text, word.start(), word.end()))


def consent_by_use(reading: PolicyReading) -> Iterator[Defect]:
    """Sentences that take use of the product for consent to transfers."""
    for paragraph in reading.document.paragraphs:
        found = _BY_USE.search(paragraph.plain)
        if found:
            yield Defect(paragraph=paragraph, offset=found.start(), detail=quoted(paragraph.text, found.start(), 90))


def advertising_without_party(reading: PolicyReading) -> Iterator[Defect]:
    """Clauses that speak of advertising, not against it, in a policy that declares no party for it."""
    descriptions = (mention.description for party in reading.read_parties for mention in party.mentions)
    if any(advertising(text) for text in descriptions):
        return
    for paragraph in reading.document.paragraphs:
        if paragraph.kind is Kind.HEADING:
            continue
        word = advertising(paragraph.plain)
        if (
            word
            and not _NOT.search(_sentence_before(paragraph.plain, word.start()))
            and not _is_identifier(paragraph.plain, word)
        ):
            yield Defect(paragraph=paragraph, offset=word.start(), detail=_around(paragraph.text, word.start(), word.end()))


def _is_identifier(text: str, word: re.Match[str]) -> bool:
    """An advertising identifier is a kind of data, no advertising."""
    return bool(re.match(r"\s*(?:id\b|identifier|标识|識別)", text[word.end() :], re.IGNORECASE))


def _sentence_before(text: str, end: int) -> str:
    starts = [found.end() for found in _SENTENCE_END.finditer(text, 0, end)]
    return text[starts[-1] if starts else 0 : end]


def _around(text: str, start: int, end: int) -> str:
    """The word with a little of what stands before and behind it."""
    left = max(0, start - 40)
    left = text.find(" ", left, start) + 1 if left else 0
    return quoted(text, left or max(0, start - 20), end - (left or max(0, start - 20)) + 20)
