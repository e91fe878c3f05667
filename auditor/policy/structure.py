"""The signs that give a text its structure: enumeration marks, headings, full-width characters. Strings in, facts out."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a paragraph is."""

    HEADING = "heading"
    TEXT = "text"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of text between breaks, with the places of its characters: (offset, line, column), both counted from 1."""

    kind: Kind
    text: str
    places: tuple[tuple[int, int, int], ...]
    cells: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """An enumeration sign in front of a paragraph."""

    style: str
    """parens, dot, bracket, letter, chapter, ideograph or bullet."""
    number: int
    """0 for a bullet."""
    length: int
    """Characters, with the space behind it."""


_DIGITS = "一二三四五六七八九十"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
"""Numbers that stay signs: folded they would be digits in front of a word."""
_MARKERS = (
    ("hash", re.compile(r"#{1,6}\s+()")),
    ("chapter", re.compile(rf"第\s*([{_DIGITS}百\d]{{1,4}})\s*[条章节部條節][\s:.、]*")),
    ("parens", re.compile(r"\((\d{1,3})\)\s*")),
    ("ideograph_parens", re.compile(rf"\(([{_DIGITS}]{{1,3}})\)\s*")),
    ("ideograph", re.compile(rf"([{_DIGITS}]{{1,3}})[、.]\s*")),
    ("bracket", re.compile(r"(\d{1,3})\)\s*")),
    ("dot", re.compile(r"((?:\d{1,2}\.){0,3}\d{1,3})[.、](?!\d)\s*|((?:\d{1,2}\.){1,3}\d{1,2})\s+")),
    ("circled", re.compile(rf"([{CIRCLED}])\s*")),
    ("letter", re.compile(r"\(?([a-hA-H])[).]\s+")),
    ("roman", re.compile(r"\(?([ivx]{1,4})[).]\s+")),
    ("bullet", re.compile(r"()[-*•·▪●○◦‣–—]\s+")),
)
_END = re.compile(r"[.。;,、!][\"”』」)]*$")
_HEADING_STYLES = frozenset(("hash", "chapter", "ideograph", "dot", "ideograph_parens"))
_DATED = re.compile(r"\b(?:version|effective|updated)\b.*\d|(?:版本|生效|更新).*\d", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:we|you|if|when|they|it)\b", re.IGNORECASE)
_ASKING_TITLE = re.compile(
    r"^(?:我们|我們|您)(?:如何|怎样|怎樣|怎么|与谁|與誰|的|是谁|是誰|可能收集|收集的)|^(?:联系|聯絡|聯繫|关于|關於)(?:我们|我們)$|(?:如何|怎样|怎樣)"
)
"""Chinese titles that speak of `we` or `you`: how we share, contact us."""
_NUMBERED_LIMIT = 90
_PLAIN_LIMIT = 60
_ENTRY = re.compile(r"\s[-–—]\s|——|:\s*\S|\||https?://|@")


def fold(text: str) -> str:
    """Full-width and other compatibility characters as plain ones, one for one, so that offsets stay."""
    if text.isascii():
        return text
    return "".join(_fold(character) for character in text)


def _fold(character: str) -> str:
    if character < "\u00a0" or "\u3400" <= character <= "\u9fff" or character in CIRCLED:
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def marker_of(text: str) -> Marker | None:
    """The enumeration sign in front of a folded text."""
    for style, pattern in _MARKERS:
        found = pattern.match(text)
        if found:
            number = next((group for group in found.groups() if group), "")
            return Marker(style=style, number=_number(number), length=found.end())
    return None


def _number(text: str) -> int:
    last = text.rpartition(".")[2]
    if last and last in CIRCLED:
        return CIRCLED.index(last) + 1
    if last.isdecimal():
        return int(last)
    if last and all(character in _DIGITS for character in last):
        tens, _, ones = last.rpartition("十")
        unit = _DIGITS.index(ones) + 1 if ones else 0
        return unit + (10 * (_DIGITS.index(tens) + 1 if tens else 1) if "十" in last else 0)
    return ord(last.lower()) - ord("a") + 1 if len(last) == 1 and last.isalpha() else 0


def heading_title(text: str, marker: Marker | None, kind: Kind) -> str | None:
    """The title, without its number, of a text that looks like a heading; None for any other."""
    body = (text[marker.length :] if marker else text).strip()
    if kind is Kind.HEADING:
        return body
    if kind is not Kind.TEXT or not any(character.isalpha() for character in body):
        return None
    if marker is not None and marker.style == "hash":
        return body
    if _END.search(body) or _ENTRY.search(body):
        return None
    is_title = _is_short_title(body) if marker is None else _is_numbered_title(body, marker)
    return body.rstrip(":") if is_title else None


def _is_numbered_title(body: str, marker: Marker) -> bool:
    return marker.style in _HEADING_STYLES and len(body) <= _NUMBERED_LIMIT and not _promises_a_list(body)


def _promises_a_list(body: str) -> bool:
    return body.endswith(":") and bool(re.search(r"includ|follow|包括|如下|以下", body, re.IGNORECASE))


def _is_short_title(body: str) -> bool:
    """Title case or few words, without an end. A Chinese title has no comma and no verb of a sentence."""
    if len(body) > _PLAIN_LIMIT or _promises_a_list(body) or _DATED.search(body):
        return False
    if re.search(r"[\u3400-\u9fff]", body):
        if re.search(r"[,。;]", body):
            return False
        return len(body) <= 25 and (not re.search(r"我们|我們|您(?!的)", body) or bool(_ASKING_TITLE.search(body)))
    return body[0].isupper() and len(body.split()) <= 10 and "," not in body and not _SENTENCE_START.match(body)
