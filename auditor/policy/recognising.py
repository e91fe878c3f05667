"""A policy as it was read goes in; whether it is one comes out: of another text nobody should hear that it declares nobody."""

import re

from auditor.policy.reading import PolicyReading

_FEW = 3
"""Topics that a text without title and parties has at least. Licences and manuals have none to two."""
_TOPICS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:personal|your|user) (?:data|information)\b|[个個]人(?:信息|数据|资料|資料|資訊|數據)|您的(?:信息|资料|資料|資訊)",
        r"\bcollect(?:s|ed|ion)?\b|收集|蒐集",
        r"\bthird[- ]part(?:y|ies)\b|\bshar(?:es?|ed|ing)\b|\bdisclos(?:es?|ed|ure)\b|第三方|第三者|共享|披露|揭露",
        r"\bconsent(?:s|ed)?\b|\bopt[- ]out\b|同意|授权|授權",
        r"\byour rights?\b|\bright to\b|\bwithdraw|\berasure\b|撤回|注销|註銷|您的权利|您的權利",
        r"\bretain(?:s|ed)?\b|\bretention\b|(?:保存|存储|保留|儲存)期|(?:保存|存储|儲存)您",
        r"\bchild(?:ren)?\b|\bminors?\b|未成年|儿童|兒童",
        r"\bcookies?\b|\bSDKs?\b",
        r"\bprovid(?:es? us|ers?)\b|[为為]我[们們]提供",
        r"\bcontact us\b|联系我们|聯絡我們|聯繫我們",
    )
)
"""What policies speak of, in words of their own."""
_READERS = re.compile(r"\b(?:we|us|our|you|your|users?|customers?)\b|我[们們]|[您你]|用[户戶]|本公司", re.IGNORECASE)
_SPOKEN_TO = 0.1
"""Share of the paragraphs that tell readers of a topic, in a text without title and parties: texts about privacy have less."""


def is_policy(reading: PolicyReading) -> bool:
    """Whether the text tells its readers what policies speak of, or speaks of some of it below a policy's title or beside
    parties."""
    signs = bool(reading.parties) + bool(reading.title)
    topics = _topics(reading)
    return signs + topics > 1 if signs else topics >= _FEW and _speaks_to_readers(reading)


def is_foreign(reading: PolicyReading) -> bool:
    """Whether most of it is in a language that is not read: what it declares cannot be seen then."""
    return reading.languages[:1] == ("und",)


def _speaks_to_readers(reading: PolicyReading) -> bool:
    texts = [paragraph.plain for paragraph in reading.document.paragraphs]
    told = sum(bool(_READERS.search(text)) and any(topic.search(text) for topic in _TOPICS) for text in texts)
    return told >= _SPOKEN_TO * len(texts)


def _topics(reading: PolicyReading) -> int:
    texts = [paragraph.plain for paragraph in reading.document.paragraphs]
    return sum(any(map(topic.search, texts)) for topic in _TOPICS)
