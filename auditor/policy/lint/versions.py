"""POL-LANG-PARTY-DIFF, POL-LANG-CLAUSE-DIFF: what one language version has and another lacks, as far as both were supplied."""

from collections.abc import Iterator
from itertools import permutations

from auditor.policy.clauses import Topic, topics
from auditor.policy.document import Paragraph
from auditor.policy.lint.defect import Defect
from auditor.policy.parties import ReadParty
from auditor.policy.reading import PolicyReading

_TOPICS_ZH = {
    Topic.COLLECTION: "收集",
    Topic.PURPOSES: "使用目的",
    Topic.RETENTION: "保存期限",
    Topic.SHARING: "共享",
    Topic.COOKIES: "Cookie",
    Topic.RIGHTS: "用户权利",
    Topic.SECURITY: "安全",
    Topic.CHILDREN: "未成年人",
    Topic.CHANGES: "政策变更",
    Topic.TRANSFER: "跨境传输",
    Topic.CONTACT: "联系方式",
    Topic.DEFINITIONS: "定义",
    Topic.PARTIES: "第三方清单",
    Topic.LEGAL_BASIS: "合法性基础",
    Topic.COMPLAINT: "投诉",
}


def party_differences(reading: PolicyReading) -> Iterator[Defect]:
    """Parties that one language names and another does not, and parties whose purposes differ."""
    for party in reading.read_parties:
        for language in reading.languages:
            if language not in party.party.languages:
                first = party.mentions[0]
                yield Defect(
                    paragraph=first.paragraph,
                    offset=first.start,
                    detail=f"{party.name} (L{first.line}) in {language}",
                    detail_zh=f"{language} 的 {party.name}（L{first.line}）",
                )
        yield from _purposes(party)


def _purposes(party: ReadParty) -> Iterator[Defect]:
    """Purposes of one party that only one of its languages gives."""
    for here, there in permutations(party.party.languages, 2):
        mention, other = party.in_language(here), party.in_language(there)
        if mention is None or other is None:
            continue
        alone = [purpose for purpose in mention.purposes if purpose not in other.purposes and purpose != "other"]
        if alone:
            detail = f"purpose {', '.join(alone)} of {party.name} (L{mention.line}) in {there}"
            yield Defect(paragraph=mention.paragraph, offset=mention.start, detail=detail, detail_zh=detail)


def clause_differences(reading: PolicyReading) -> Iterator[Defect]:
    """Clauses, kinds of data, definitions and dates that one language has and another does not."""
    for here, there in permutations(reading.languages, 2):
        yield from _dates(reading, here, there)
        yield from _topics(reading, here, there)
        yield from _data(reading, here, there)
        yield from _definitions(reading, here, there)


def _topics(reading: PolicyReading, here: str, there: str) -> Iterator[Defect]:
    lacking = topics(reading.document, there, reading.foreign)
    for topic, paragraph in topics(reading.document, here, reading.foreign).items():
        if topic not in lacking and topic is not Topic.PARTIES:
            yield Defect(
                paragraph=paragraph,
                offset=0,
                detail=f"clause on {topic.replace('_', ' ')} (L{paragraph.line}) in {there}",
                detail_zh=f"{there} 的“{_TOPICS_ZH[topic]}”条款（L{paragraph.line}）",
            )


def _dates(reading: PolicyReading, here: str, there: str) -> Iterator[Defect]:
    """The text's own date, where the other language gives another one."""
    dates = {dated.paragraph.language: dated for dated in reading.dates}
    if here in dates and there in dates and dates[here].iso != dates[there].iso:
        own = dates[here]
        detail = f"date {own.iso} (L{own.paragraph.line}) in {there}"
        yield Defect(
            paragraph=own.paragraph,
            offset=own.offset,
            detail=detail,
            detail_zh=f"{there} 的日期 {own.iso}（L{own.paragraph.line}）",
        )


def _data(reading: PolicyReading, here: str, there: str) -> Iterator[Defect]:
    """Kinds of data that only one language says are collected."""
    items = {language: _collected(reading, language) for language in (here, there)}
    for item, paragraph in items[here].items():
        if items[there] and item not in items[there]:
            detail = f"collected {item.replace('_', ' ')} (L{paragraph.line}) in {there}"
            yield Defect(paragraph=paragraph, offset=0, detail=detail, detail_zh=detail)


def _collected(reading: PolicyReading, language: str) -> dict[str, Paragraph]:
    found: dict[str, Paragraph] = {}
    for collection in reading.collections:
        if collection.paragraph.language == language:
            for item in collection.items:
                found.setdefault(item, collection.paragraph)
    return found


def _definitions(reading: PolicyReading, here: str, there: str) -> Iterator[Defect]:
    """How many terms only one language defines; terms are not translated, so they are counted."""
    own = [definition for definition in reading.definitions if definition.paragraph.language == here]
    other = [definition for definition in reading.definitions if definition.paragraph.language == there]
    if len(own) > len(other) > 0:
        terms = ", ".join(definition.term for definition in own)
        detail = f"{len(own) - len(other)} of {len(own)} definitions ({terms}) in {there}"
        yield Defect(paragraph=own[0].paragraph, offset=0, detail=detail, detail_zh=detail)
