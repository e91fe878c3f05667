"""Finds every place where a text names a party: lists, tables, records, sentences. A document goes in, mentions come out."""

from collections.abc import Iterator

from auditor.errors import DamagedError, Source
from auditor.policy.columns import Role
from auditor.policy.document import Document, Paragraph
from auditor.policy.entries import Entry, addresses, is_nothing, record_entries, table_entries
from auditor.policy.lexicon import data_ids, purposes_of, surfaces_of
from auditor.policy.list_entries import ListEntry, list_entry
from auditor.policy.mention import Mention
from auditor.policy.names import legal_names
from auditor.policy.patterns import phrase
from auditor.policy.structure import Kind, fold

PARTY_LIMIT = 3000
"""Long lists of advertising partners have about a thousand."""
_ABOUT_LINK = phrase(
    r"[,.;]?\s*(?:and )?(?:you (?:can|may) (?:view|find|read|see|visit)|please (?:visit|see|refer|read))",
    r"[,.;]?\s*for (?:more|further|the|details)\b",
    r"[,.;]?\s*(?:and )?(?:its|the|their)? ?(?:links? to|privacy (?:policy|notice|statement))",
    r"[,。;]?(?:其|有关|关于|您可以前往|您可前往|请访问|请查看|详见|详情|隐私政策|隱私)",
)
_LINK_PROMISED = phrase(
    r"\blinks?\b[^.。]{0,80}?(?:as follows|below|following|here|\bis|\bare)?\s*:\s*$",
    r"(?:链接|連結|网址|網址)[^。]{0,16}:\s*$",
)
_GETS = phrase(
    r"\b(?:collects?|receives?|obtains?|gets?|processes|accesses|shar(?:e|ed|ing)|(?:data|information) collected)\b",
    r"收集|获取|共享|提供(?!支付|推送|服务|短信)|采集|处理|接收",
)
_SHARES = phrase(
    r"\b(?:share|provide|disclose|transfer|send|engage|use|uses|rely|partner|service provider|third[- ]part|sdk|hosted)",
    r"\b(?:processed by|processor)",
    r"共享|委托|接入|使用|第三方|合作|提供给|SDK",
)


def find_mentions(document: Document, controllers: tuple[str, ...]) -> tuple[Mention, ...]:
    """Every mention of a party other than the controller (whose folded names are given), in reading order.

    Raises:
        DamagedError: there are more parties than any policy names.
    """
    found: list[Mention] = []
    listed = [(paragraph, entry) for paragraph in document.paragraphs if (entry := list_entry(paragraph))]
    found.extend(_from_list(paragraph, entry) for paragraph, entry in listed)
    taken = {id(paragraph) for paragraph, _ in listed}
    rest = tuple(paragraph for paragraph in document.paragraphs if id(paragraph) not in taken)
    found.extend(_from_entry(entry) for entry in (*table_entries(document.paragraphs), *record_entries(rest)))
    taken |= {id(paragraph) for mention in found for paragraph in mention.extent}
    for paragraph in rest:
        if id(paragraph) not in taken and paragraph.kind is not Kind.ROW:
            found.extend(_from_sentences(paragraph))
    order = {id(paragraph): index for index, paragraph in enumerate(document.paragraphs)}
    others = [mention for mention in found if not _is_controller(mention.plain, controllers)]
    if len({mention.plain for mention in others}) > PARTY_LIMIT:
        source = Source(document.paragraphs[0].file)
        raise DamagedError(f"more than {PARTY_LIMIT} named parties: no privacy policy", source, "save the policy's text alone")
    return tuple(sorted(others, key=lambda mention: (order[id(mention.paragraph)], mention.start)))


def _is_controller(name: str, controllers: tuple[str, ...]) -> bool:
    return any(name == controller or controller in name for controller in controllers)


def _from_list(paragraph: Paragraph, entry: ListEntry) -> Mention:
    description = _without_link(entry.description)
    links = paragraph.links or addresses(paragraph.plain)
    gets = _GETS.search(entry.description)
    name = paragraph.text[entry.start : entry.end]
    return _mention(
        paragraph,
        start=entry.start,
        name=name,
        description=description,
        purposes=purposes_of(description) or purposes_of(entry.description),
        data=tuple(name for name in data_ids(entry.description[gets.start() :]) if name != "crash_log") if gets else (),
        links=links,
        link_promised=bool(_LINK_PROMISED.search(paragraph.plain)),
    )


def _without_link(description: str) -> str:
    """A description up to where it begins to speak of the party's own policy."""
    about = _ABOUT_LINK.search(description)
    return description[: about.start()] if about and about.start() > 0 else description


def _from_entry(entry: Entry) -> Mention:
    values = entry.values
    purpose = values.get(Role.PURPOSE, "")
    product = values.get(Role.NAME, "") if values.get(Role.COMPANY) else ""
    link = values.get(Role.LINK)
    return _mention(
        entry.paragraph,
        start=entry.start,
        name=entry.written,
        description=purpose,
        purposes=purposes_of(purpose) or purposes_of(product),
        data=data_ids(values.get(Role.DATA, "")),
        links=entry.links,
        link_promised=link is not None and not entry.links,
        extent=entry.extent,
        product="" if is_nothing(product) else product,
        surfaces_in=f"{values.get(Role.SURFACE, '')} {purpose}",
    )


def _from_sentences(paragraph: Paragraph) -> Iterator[Mention]:
    """Companies that a running text names with their legal form, where it speaks of sharing or using them."""
    if paragraph.kind is Kind.HEADING or not _SHARES.search(paragraph.plain):
        return
    seen: set[str] = set()
    for name in legal_names(paragraph.plain):
        if name.text in seen:
            continue
        seen.add(name.text)
        around = _sentence_around(paragraph.plain, name.start, name.end)
        yield _mention(
            paragraph,
            start=name.start,
            name=paragraph.text[name.start : name.end],
            description=around,
            purposes=purposes_of(around.replace(name.text, " ")),
            data=data_ids(around) if _GETS.search(around) else (),
            links=(),
            link_promised=False,
            in_sentence=True,
        )


def _sentence_around(text: str, start: int, end: int) -> str:
    """The sentence of a name; a full stop inside the name does not end it."""
    before = max(text.rfind(stop, 0, start) for stop in (". ", "。", ";"))
    after = min((place for stop in (". ", "。", ";") if (place := text.find(stop, end)) >= 0), default=len(text))
    return text[before + 1 : after]


def _mention(
    paragraph: Paragraph,
    *,
    start: int,
    name: str,
    description: str,
    purposes: tuple[str, ...],
    data: tuple[str, ...],
    links: tuple[str, ...],
    link_promised: bool,
    product: str = "",
    surfaces_in: str | None = None,
    in_sentence: bool = False,
    extent: tuple[Paragraph, ...] = (),
) -> Mention:
    return Mention(
        paragraph=paragraph,
        start=start,
        name=name.strip(),
        plain=fold(name.strip()),
        product=product,
        description=description,
        purposes=purposes,
        surfaces=surfaces_of(description if surfaces_in is None else surfaces_in),
        data=data,
        links=links,
        link_promised=link_promised,
        in_sentence=in_sentence,
        extent=extent or (paragraph,),
    )
