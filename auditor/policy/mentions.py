"""Finds every place where a text names a party: lists, tables, records, sentences. A document goes in, mentions come out."""

import re
from collections.abc import Iterator

from auditor.errors import DamagedError, Source
from auditor.model.vocabulary import Surface
from auditor.policy.columns import Role
from auditor.policy.document import Document, Paragraph
from auditor.policy.entries import Entry, addresses, is_nothing, record_entries, table_entries
from auditor.policy.lexicon import data_ids, purposes_of, surfaces_listed, surfaces_of
from auditor.policy.list_entries import ListEntry, list_entry
from auditor.policy.mention import Mention
from auditor.policy.names import KnownParty, is_legal_entity
from auditor.policy.patterns import phrase
from auditor.policy.sentences import named_in
from auditor.policy.speaking import TitledEntry, paragraphs_of_parties, titled_entries
from auditor.policy.structure import Kind, fold

PARTY_LIMIT = 2000
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
    r"\b(?:data|information):\s|(?:数据|信息|資料|資訊):",
    r"收集|获取|获得|取得|獲得|獲取|蒐集|共享|提供(?!支付|推送|服务|短信)|采集|处理|接收",
)

_BY = re.compile(r"(?<=\w)\s(?:by|from)\s|(?<=\+)\sby\s")
_ASIDE = re.compile(r"\s?\((?P<product>[^()\d]{2,24})\)")


def find_mentions(document: Document, controllers: tuple[str, ...], known: tuple[KnownParty, ...] = ()) -> tuple[Mention, ...]:
    """Every mention of a party other than the controller (whose folded names are given), in reading order.

    `known` are the parties whose brands count in running text too.

    Raises:
        DamagedError: there are more parties than any policy names.
    """
    others = [mention for mention in _by_form(document, known) if not _is_controller(mention.plain, controllers)]
    if len({mention.plain for mention in others}) > PARTY_LIMIT:
        source = Source(document.paragraphs[0].file)
        raise DamagedError(f"more than {PARTY_LIMIT} named parties: no privacy policy", source, "save the policy's text alone")
    order = {id(paragraph): index for index, paragraph in enumerate(document.paragraphs)}
    return tuple(sorted(others, key=lambda mention: (order[id(mention.paragraph)], mention.start)))


def _by_form(document: Document, known: tuple[KnownParty, ...]) -> list[Mention]:
    """Items of lists, then tables and records, then titles, then sentences: what one form has taken the next does not read."""
    listed = [(paragraph, entry) for paragraph in document.paragraphs if (entry := list_entry(paragraph, known))]
    found = [_from_list(paragraph, entry) for paragraph, entry in listed]
    items = frozenset(id(paragraph) for paragraph, _ in listed)
    rest = tuple(paragraph for paragraph in document.paragraphs if id(paragraph) not in items)
    found.extend(map(_from_entry, (*table_entries(document.paragraphs), *record_entries(rest))))
    speaking = paragraphs_of_parties(document)
    found.extend(map(_from_title, titled_entries(document, speaking, items | _read_by(found))))
    taken = _read_by(found)
    for paragraph in rest:
        if id(paragraph) not in taken and id(paragraph) in speaking and paragraph.kind is not Kind.ROW:
            found.extend(_from_sentences(paragraph, known))
    return found


def _read_by(mentions: list[Mention]) -> frozenset[int]:
    """The identities of the paragraphs from which mentions were read."""
    return frozenset(id(paragraph) for mention in mentions for paragraph in mention.extent)


def _is_controller(name: str, controllers: tuple[str, ...]) -> bool:
    return any(name == controller or controller in name for controller in controllers)


def _from_list(paragraph: Paragraph, entry: ListEntry) -> Mention:
    description = _without_link(entry.description)
    links = paragraph.links or addresses(paragraph.plain)
    gets = _GETS.search(entry.description)
    start = entry.start + _behind_product(paragraph.plain[entry.start : entry.end])
    behind = _ASIDE.match(paragraph.plain, entry.end)
    product = paragraph.plain[entry.start : start].removesuffix(" by ").strip() or (behind["product"] if behind else "")
    return _mention(
        paragraph,
        start=start,
        name=paragraph.text[start : entry.end],
        product=product,
        description=description,
        purposes=purposes_of(description) or purposes_of(entry.description),
        data=tuple(name for name in data_ids(entry.description[gets.start() :]) if name != "crash_log") if gets else (),
        links=links,
        link_promised=bool(_LINK_PROMISED.search(paragraph.plain)),
    )


def _behind_product(name: str) -> int:
    """Where the company begins in `Product by Company Ltd.`; 0 where there is no such thing."""
    found = _BY.search(name)
    return found.end() if found and is_legal_entity(name[found.end() :]) else 0


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
        surfaces=_either(surfaces_listed(values.get(Role.SURFACE, "")), surfaces_of(purpose)),
        binds_data=not is_nothing(values.get(Role.DATA, "")),
    )


def _either(listed: tuple[Surface, ...], said: tuple[Surface, ...]) -> tuple[Surface, ...]:
    return tuple(surface for surface in Surface if surface in listed or surface in said)


def _from_sentences(paragraph: Paragraph, known: tuple[KnownParty, ...]) -> Iterator[Mention]:
    """Companies that a running text names, in a paragraph that speaks of sharing or using them."""
    for named in named_in(paragraph.plain, known):
        gets = bool(_GETS.search(named.said))
        yield _mention(
            paragraph,
            start=named.start,
            name=paragraph.text[named.start : named.end],
            description=named.said,
            purposes=purposes_of(named.said),
            data=data_ids(named.said) if gets else (),
            links=(),
            link_promised=False,
            product=named.product,
            in_sentence=True,
            is_brand=named.is_brand,
        )


def _from_title(entry: TitledEntry) -> Mention:
    said = entry.description
    gets = _GETS.search(said)
    links = tuple(link for paragraph in entry.extent for link in (paragraph.links or addresses(paragraph.plain)))
    return _mention(
        entry.paragraph,
        start=entry.start,
        name=entry.paragraph.text[entry.start : entry.end],
        description=said,
        purposes=purposes_of(_without_link(said)) or purposes_of(said) or purposes_of(entry.lead),
        data=data_ids(said[gets.start() :]) if gets else (),
        links=tuple(dict.fromkeys(links)),
        link_promised=bool(_LINK_PROMISED.search(said)),
        product=entry.product,
        extent=entry.extent,
    )


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
    surfaces: tuple[Surface, ...] | None = None,
    in_sentence: bool = False,
    is_brand: bool = False,
    binds_data: bool = False,
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
        surfaces=surfaces_of(description) if surfaces is None else surfaces,
        data=data,
        links=links,
        link_promised=link_promised,
        in_sentence=in_sentence,
        is_brand=is_brand,
        binds_data=binds_data or bool(data),
        extent=extent or (paragraph,),
    )
