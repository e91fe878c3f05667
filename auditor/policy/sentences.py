"""Parties in running text: a paragraph goes in, every company that it names comes out, with the words that speak of it.

A sentence with several companies is cut where each has words of its own: at inline signs like (a) and (b), at semicolons, and at
commas when the part between them says what for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from auditor.policy.brands import brands_in
from auditor.policy.lexicon import purposes_of
from auditor.policy.names import KnownParty
from auditor.policy.patterns import any_of, phrase
from auditor.policy.running_names import LegalName, legal_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A company in a folded text."""

    start: int
    end: int
    product: str
    """What stands in brackets behind it, or before it with the company in brackets; empty where nothing does."""
    said: str
    """The words that speak of it, without the name."""
    is_brand: bool
    """Whether it has no legal form."""


_STOP = re.compile(
    any_of(
        r"[。;!?]",
        r"\.(?=\s|[\u3400-\u9fff]|$)",
        r"(?<=[;:,.、。 ])(?=\((?:[a-h]|\d{1,2}|[ivx]{1,4}|[一二三四五六七八九十]{1,3})\)\s*\S)",
        r"(?=[\u2460-\u2473])",
        r"(?<=[;:,.、。 ])(?=\d{1,2}\)\s*\S)",
    )
)
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|no|nos|vs|st|dr|mr|ms|art|approx|incl)$", re.IGNORECASE)
_COMMA = re.compile(r"[,、]\s*")
_JOINT = re.compile(
    r"\s*(?:\([^()]{1,30}\))?\s*(?:,|、|/)?\s*(?:and|or|&|和|及|以及|与|與|或|或者)?\s*(?:其)?\s*(?:[^\s,。;]{2,12}\()?"
)
"""Between two companies of one list; a product may stand before the bracket that holds its company."""
_ASIDE = re.compile(r"\s*\((?P<product>[^()]{2,24})\)")
_BEFORE_ASIDE = re.compile(r"(?P<product>[A-Za-z0-9+][\w+.]*(?: [A-Z0-9][\w+.]*){0,3}|[\u3400-\u9fff+\w]{2,10})\s?\($")
_NO_PRODUCT = phrase(
    r"以下|下称|下稱|简称|簡稱|统称|hereinafter|\bwe\b|\bus\b|\bour\b|together|including|包括|company number|registered|注册"
)
_LEADS = re.compile(r".*(?:由|使用|接入|通过|委托|委託|包括|例如|如)")


def named_in(text: str, known: tuple[KnownParty, ...]) -> tuple[Named, ...]:
    """The companies of a folded text in order, each name once."""
    companies = legal_names(text)
    brands = tuple(brand for brand in brands_in(text, known, companies) if not _is_product(text, brand, companies))
    everyone = tuple(sorted((*companies, *brands), key=lambda name: name.start))
    seen: set[str] = set()
    found = []
    for sentence, names in _sentences(text, everyone):
        for name in names:
            if name.text not in seen:
                seen.add(name.text)
                said = _said_of(text, name, names, sentence)
                product = _product(text, name)
                found.append(Named(start=name.start, end=name.end, product=product, said=said, is_brand=name in brands))
    return tuple(found)


def _sentences(text: str, names: tuple[LegalName, ...]) -> Iterator[tuple[tuple[int, int], tuple[LegalName, ...]]]:
    """Each sentence that names a company, with its companies."""
    stops = [stop.end() for stop in _STOP.finditer(text) if _is_stop(text, stop, names)]
    for start, end in pairwise((0, *stops, len(text))):
        own = tuple(name for name in names if start <= name.start < end)
        if own:
            yield (start, end), own


def _is_stop(text: str, stop: re.Match[str], names: tuple[LegalName, ...]) -> bool:
    """A dot inside a name or behind an abbreviation ends no sentence, unless a capital follows the name."""
    if any(name.start < stop.start() and stop.end() < name.end for name in names):
        return False
    if stop[0] != ".":
        return True
    after = text[stop.end() : stop.end() + 2].strip()
    if any(name.end == stop.end() for name in names):
        return not after or after[0].isupper()
    return not _ABBREVIATION.search(text[max(0, stop.start() - 8) : stop.start()])


def _said_of(text: str, name: LegalName, names: tuple[LegalName, ...], sentence: tuple[int, int]) -> str:
    """The words about a company: its own part of the sentence where that says what for, else all of the sentence."""
    whole = _without(text, sentence, names)
    if len(names) == 1:
        return whole
    own = _without(text, _part(text, name, names, sentence), names)
    return own if purposes_of(own) else whole


def _part(text: str, name: LegalName, names: tuple[LegalName, ...], sentence: tuple[int, int]) -> tuple[int, int]:
    """From the comma before a company to the last comma before the next one."""
    commas = [
        comma.start()
        for comma in _COMMA.finditer(text, *sentence)
        if not any(other.start < comma.start() < other.end for other in names)
    ]
    first, last = _group(text, name, names)
    start = max((comma for comma in commas if comma < first.start), default=sentence[0])
    later = min((other.start for other in names if other.start >= last.end), default=sentence[1])
    end = max((comma for comma in commas if last.end <= comma < later), default=later) if later < sentence[1] else later
    return start, end


def _group(text: str, name: LegalName, names: tuple[LegalName, ...]) -> tuple[LegalName, LegalName]:
    """The first and the last of the companies that are listed with this one: what is said of one is said of all."""
    index = names.index(name)
    first = last = index
    while first > 0 and _JOINT.fullmatch(text[names[first - 1].end : names[first].start]):
        first -= 1
    while last + 1 < len(names) and _JOINT.fullmatch(text[names[last].end : names[last + 1].start]):
        last += 1
    return names[first], names[last]


def _without(text: str, span: tuple[int, int], names: tuple[LegalName, ...]) -> str:
    """A part of the text with the companies' names as blanks: `Mail Ltd.` is no purpose."""
    start, end = span
    piece = text[start:end]
    for name in names:
        if start <= name.start and name.end <= end:
            piece = piece[: name.start - start] + " " * (name.end - name.start) + piece[name.end - start :]
    return piece


def _product(text: str, name: LegalName) -> str:
    behind = _ASIDE.match(text, name.end)
    if behind and not _NO_PRODUCT.search(behind["product"]):
        return behind["product"].strip()
    before = _BEFORE_ASIDE.search(text[max(0, name.start - 40) : name.start])
    if before and not _NO_PRODUCT.search(before["product"]):
        lead = _LEADS.match(before["product"])
        return before["product"][lead.end() if lead else 0 :].strip()
    return ""


def _is_product(text: str, brand: LegalName, companies: tuple[LegalName, ...]) -> bool:
    """Whether a brand stands for a company that follows it in brackets, or that it precedes as `X of Company`."""
    for company in companies:
        between = text[brand.end : company.start] if brand.end <= company.start else None
        if between is not None and re.fullmatch(r"\s?\(|\s(?:of|by|from)\s", between):
            return True
    return False
