"""Parties in running text: a paragraph goes in, every company that it names comes out, with the words that speak of it.

A sentence with several companies is cut where each has words of its own: at inline signs like (a) and (b), at semicolons, and at
commas when the part between them says what for.
"""

import re
from bisect import bisect_left
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
_CAPITAL = re.compile(r"\s+[A-Z]|\s*$")
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
_NOT_HAN = r"(?:不会|不會|从不|從不|从未|從未|绝不|絕不|不再|没有|沒有|并未|並未|不向|不与|不與|不将|不將)"
_GIVES_HAN = r"(?:共享|分享|出售|提供|披露|转让|轉讓|传输|傳輸|发送|發送|使用|接入|委托|委託)"
_DENIAL = phrase(
    r"(?:\b(?:never|no longer|(?:do|does|did|will|shall|would|can) ?not|cannot)|\b(?:don|won|doesn|can)['\u2019]t)\b[^.;]{0,30}?"
    r"\b(?:shar|sell|rent|trad|disclos|transfer|provid|send|giv|pass|us|work|integrat|embed)(?:e|es|ing|d|ed)?\b",
    rf"{_NOT_HAN}[^。;]{{0,24}}?{_GIVES_HAN}",
)
"""Words that deny that somebody gets data."""
_DENIAL_BEFORE = re.compile(rf"{_NOT_HAN}[^。;,]{{0,24}}$")
_VERB_BEHIND = re.compile(rf"[^。;,]{{0,40}}?{_GIVES_HAN}")
_RELENTS = phrase(
    r"\b(?:but|however|instead|only|and (?:we )?(?:use|share|do))\b",
    r",\s*(?:we|our|it|they)\b",
    r"但|而是|仅|僅|,(?:我们|我們|由)",
)
"""What ends a denial before the company is named."""
_EXCEPT = phrase(
    r"\b(?:without|unless|except|other than|apart from|beyond|outside|until)\b", r"未经|未經|除非|除了|除[^。;]{1,40}外|以外|之外"
)
"""What makes a denial a condition."""
_LEADS_TO_COMPANY = re.compile(r"\s?\(|\s(?:of|by|from)\s")
_LEADS = re.compile(r".*(?:由|使用|接入|通过|委托|委託|包括|例如|如)")


def named_in(text: str, known: tuple[KnownParty, ...]) -> tuple[Named, ...]:
    """The companies of a folded text in order, each name once."""
    companies = legal_names(text)
    brands = tuple(brand for brand in brands_in(text, known, companies) if not _is_product(text, brand, companies))
    everyone = sorted((*companies, *brands), key=lambda name: name.start)
    blank = _blanked(text, everyone)
    without_form = frozenset(brands)
    found: dict[str, Named] = {}
    for sentence, names in _sentences(text, blank, everyone):
        for group, said in _said_of(text, blank, names, sentence):
            for name in group:
                if name.text not in found and not _is_denied(blank, sentence, name):
                    found[name.text] = Named(
                        start=name.start,
                        end=name.end,
                        product=_product(text, name),
                        said=said,
                        is_brand=name in without_form,
                    )
    return tuple(found.values())


def _is_denied(blank: str, sentence: tuple[int, int], name: LegalName) -> bool:
    """Whether the sentence says that this company gets nothing: `we never sell your data to Acme Inc.`"""
    if _EXCEPT.search(blank, *sentence):
        return False
    denial = _DENIAL.search(blank, sentence[0], name.start)
    if denial is None:  # a Chinese verb stands behind the company
        return bool(_DENIAL_BEFORE.search(blank, sentence[0], name.start) and _VERB_BEHIND.match(blank, name.end, sentence[1]))
    return not _RELENTS.search(blank, denial.end(), name.start)


def _blanked(text: str, names: list[LegalName]) -> str:
    """The text with the names as blanks, every place kept: `Mail Ltd.` is no purpose, and its dot and comma end nothing."""
    parts: list[str] = []
    position = 0
    for name in names:
        parts += [text[position : name.start], " " * (name.end - name.start)]
        position = name.end
    return "".join((*parts, text[position:]))


def _sentences(text: str, blank: str, names: list[LegalName]) -> Iterator[tuple[tuple[int, int], list[LegalName]]]:
    """Each sentence that names a company, with its companies. A capital behind a name's last dot begins a sentence."""
    stops = {
        stop.end() for stop in _STOP.finditer(blank) if stop[0] != "." or not _ABBREVIATION.search(blank[: stop.start()][-8:])
    }
    stops |= {name.end for name in names if name.text.endswith(".") and _CAPITAL.match(text, name.end)}
    rest = iter(names)
    name = next(rest, None)
    for start, end in pairwise((0, *sorted(stops), len(text) + 1)):
        own: list[LegalName] = []
        while name is not None and name.start < end:
            own.append(name)
            name = next(rest, None)
        if own:
            yield (start, end), own


def _said_of(text: str, blank: str, names: list[LegalName], sentence: tuple[int, int]) -> Iterator[tuple[list[LegalName], str]]:
    """The companies of a sentence in groups, each with the words about it.

    Its own part of the sentence where that says what for: from the comma before it to the last comma before the next; else all.
    """
    whole = blank[sentence[0] : sentence[1]]
    groups = _groups(text, names)
    commas = [comma.start() for comma in _COMMA.finditer(blank, *sentence)]
    for index, group in enumerate(groups):
        first = bisect_left(commas, group[0].start)
        start = commas[first - 1] if first else sentence[0]
        later = groups[index + 1][0].start if index + 1 < len(groups) else sentence[1]
        last = bisect_left(commas, later)
        end = commas[last - 1] if index + 1 < len(groups) and last and commas[last - 1] >= group[-1].end else later
        own = blank[start:end]
        yield group, own if len(groups) > 1 and purposes_of(own) else whole


def _groups(text: str, names: list[LegalName]) -> list[list[LegalName]]:
    """Companies that only commas and an `and` part are listed together: what is said of one is said of all."""
    groups: list[list[LegalName]] = []
    for name in names:
        if groups and _JOINT.fullmatch(text, groups[-1][-1].end, name.start):
            groups[-1].append(name)
        else:
            groups.append([name])
    return groups


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
    index = bisect_left(companies, brand.end, key=lambda company: company.start)
    return index < len(companies) and bool(_LEADS_TO_COMPANY.fullmatch(text, brand.end, companies[index].start))
