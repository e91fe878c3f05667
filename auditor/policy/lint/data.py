"""POL-PURPOSE-MISSING, POL-PARTY-NO-DATA, POL-DEVICE-UNCOVERED: data without a purpose, parties and devices without data."""

import re
from collections.abc import Iterator

from auditor.policy.clauses import first_item
from auditor.policy.document import Paragraph
from auditor.policy.lexicon import data_ids
from auditor.policy.lint.defect import Defect
from auditor.policy.patterns import bounded, phrase
from auditor.policy.reading import PolicyReading

_DEVICE = re.compile(
    bounded(
        r"printers?|smart ?watch(?:es)?|wrist ?bands?|fitness trackers?|door ?(?:lock|bell)s?|smart locks?|thermostats?|robots?",
        r"vacuum cleaners?|speakers?|scales?|light bulbs?|smart lamps?|drones?|baby monitors?|ip cameras?|smart plugs?",
        r"打印机|手表|手环|门锁|门铃|音箱|扫地机(?:器人)?|机器人|体重秤|体脂秤|灯泡|无人机|摄像机|智能插座|印表機|手錶",
    ),
    re.IGNORECASE,
)
_GATHERS = phrase(r"\b(?:collect|upload|transmit|send|report|record|store)", r"收集|上传|传输|上报|记录|发送|存储|蒐集")


def purpose_missing(reading: PolicyReading) -> Iterator[Defect]:
    """Clauses that collect data and name no purpose for them."""
    for found in reading.collections:
        if not found.purpose:
            yield Defect(paragraph=found.paragraph, offset=first_item(found.paragraph), detail=", ".join(found.items))


def party_without_data(reading: PolicyReading) -> Iterator[Defect]:
    """Parties of which the text never says which data they get, be it in words that the reader does not know."""
    for party in reading.read_parties:
        if not any(mention.binds_data for mention in party.mentions):
            first = party.mentions[0]
            yield Defect(paragraph=first.paragraph, offset=first.start, detail=party.name)


def uncovered_device(reading: PolicyReading) -> Iterator[Defect]:
    """The first mention of each kind of device that no clause binds any data to, once for each language."""
    for language in reading.languages:
        first: dict[str, tuple[Paragraph, int]] = {}
        covered: set[str] = set()
        for paragraph in reading.document.of(language):
            for word in _DEVICE.finditer(paragraph.plain):
                kind = word[0].lower().rstrip("s")
                first.setdefault(kind, (paragraph, word.start()))
                if data_ids(paragraph.plain) and _GATHERS.search(paragraph.plain):
                    covered.add(kind)
        for kind, (paragraph, offset) in first.items():
            if kind not in covered:
                yield Defect(paragraph=paragraph, offset=offset, detail=kind)
