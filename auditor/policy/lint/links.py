"""POL-LINK-*: links to other parties' policies that are missing, lead to a homepage, or are only spoken of."""

import re
from collections.abc import Iterator
from itertools import pairwise

from auditor.policy.document import Paragraph
from auditor.policy.entries import addresses
from auditor.policy.lint.defect import Defect, quoted
from auditor.policy.mention import Mention
from auditor.policy.patterns import phrase
from auditor.policy.reading import PolicyReading

_PROMISES = phrase(
    r"\blinks?\b[^.。]{0,80}?:\s*$",
    r"\b(?:privacy policy|address) (?:is|are) (?:as follows|below)\s*:\s*$",
    r"(?:链接|連結|网址|網址)[^。]{0,16}:\s*$",
)
_VISIT = phrase(
    r"\b(?:please |can |may )(?:also )?(?:visit|see|refer to|consult|go to) (?!our\b|this\b|us\b)[^.]{0,60}\bweb ?sites?\b",
    r"\b(?:please |can |may )(?:also )?(?:visit|see|go to) (?!our\b|this\b|us\b)[^.]{0,60}\bhome ?pages?\b",
    r"(?:请|可以?)(?:访问|前往|查阅|登录|造訪)(?!我们|本)[^。,]{0,30}(?:网站|官网|主页|官方网站|網站)",
)
_POLICY_PATH = re.compile(r"privacy|legal|polic|terms|agreement|yinsi|law", re.IGNORECASE)


def promises_link(paragraph: Paragraph) -> bool:
    """Whether a paragraph ends by announcing a link."""
    return bool(_PROMISES.search(paragraph.plain))


def missing_links(reading: PolicyReading) -> Iterator[Defect]:
    """Parties whose link is announced, or has a column or key of its own, and is not there."""
    below = _next_paragraphs(reading.document.paragraphs)
    for mention in _mentions(reading):
        if not mention.link_promised or mention.links or _begins_with_link(below.get(id(mention.paragraph))):
            continue
        promise = _PROMISES.search(mention.paragraph.plain)
        offset = promise.start() if promise else mention.start
        yield Defect(paragraph=mention.paragraph, offset=offset, detail=mention.name)


def homepage_links(reading: PolicyReading) -> Iterator[Defect]:
    """Parties whose only link is the front page of a site."""
    for mention in _mentions(reading):
        if mention.links and all(is_homepage(link) for link in mention.links):
            offset = mention.paragraph.plain.find(mention.links[0])
            yield Defect(paragraph=mention.paragraph, offset=max(0, offset), detail=f"{mention.name} ({mention.links[0]})")


def vague_links(reading: PolicyReading) -> Iterator[Defect]:
    """Sentences that send the reader to a website without its address."""
    for paragraph in reading.document.paragraphs:
        visit = _VISIT.search(paragraph.plain)
        if visit and not paragraph.links and not addresses(paragraph.plain):
            detail = quoted(paragraph.text, visit.start(), visit.end() - visit.start())
            yield Defect(paragraph=paragraph, offset=visit.start(), detail=detail)


def is_homepage(link: str) -> bool:
    """Whether an address has no path, and its host does not belong to a policy."""
    host, _, path = re.sub(r"^(?:https?:)?//", "", link, flags=re.IGNORECASE).partition("/")
    return not path.strip("/#") and not _POLICY_PATH.search(host.split(".")[0])


def _mentions(reading: PolicyReading) -> Iterator[Mention]:
    for party in reading.read_parties:
        yield from party.mentions


def _next_paragraphs(paragraphs: tuple[Paragraph, ...]) -> dict[int, Paragraph]:
    return {id(paragraph): after for paragraph, after in pairwise(paragraphs)}


def _begins_with_link(paragraph: Paragraph | None) -> bool:
    """Whether the line below is the address itself."""
    if paragraph is None:
        return False
    return bool(re.match(r"\s*(?:https?://|www\.)", paragraph.body)) or (bool(paragraph.links) and len(paragraph.plain) < 120)
