"""Files of a policy go in, paragraphs come out, each with its language, its section and the place of every character.

Plain text keeps its lines; hard-wrapped lines are joined. Of HTML only what a reader sees is kept.
"""

import hashlib
from bisect import bisect_right
from dataclasses import dataclass, replace

from auditor.errors import DamagedError, Source
from auditor.policy.encoding import decode
from auditor.policy.html_text import html_blocks, looks_like_html
from auditor.policy.language import CHINESE, has_words, own_language
from auditor.policy.plain_text import text_blocks
from auditor.policy.structure import Block, Kind, Marker, fold, heading_title, marker_of

_LOOK_AHEAD = 4
"""Paragraphs below a title that may tell its language."""
TEXT_LIMIT = 500_000
"""Characters that a reader sees. The longest policies have a few hundred thousand."""

PARAGRAPH_LIMIT = 200_000
"""Characters without a break that a reader would get: all of a long policy on one line has fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile:
    """One file as it was given. Several files are one policy."""

    name: str
    """As shown in places, like `policy.txt`."""
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph, heading, list item or table row."""

    file: str
    kind: Kind
    text: str
    """As written."""
    plain: str
    """As written, with full-width characters folded to ASCII one for one: patterns match on this."""
    places: tuple[tuple[int, int, int], ...]
    """(offset, line, column) where the text goes on at another place than the one behind the character before."""
    language: str
    section: str
    """The heading above it, folded; empty before the first one."""
    marker: Marker | None
    """The enumeration sign in front, which is part of the text."""
    cells: tuple[str, ...] = ()
    """Of a table row."""
    links: tuple[str, ...] = ()
    """Addresses behind anchors."""

    def place(self, offset: int = 0) -> tuple[int, int]:
        """Line and column of a character, both from 1."""
        index = max(0, bisect_right(self.places, offset, key=lambda place: place[0]) - 1)
        start, line, column = self.places[index]
        return line, column + max(0, offset - start)

    @property
    def line(self) -> int:
        """The line on which it begins."""
        return self.places[0][1]

    @property
    def body(self) -> str:
        """The folded text behind the enumeration sign."""
        return self.plain[self.marker.length :] if self.marker else self.plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """All paragraphs of a policy in reading order."""

    paragraphs: tuple[Paragraph, ...]
    sha256: str
    """Of the only file; of several, of their sorted hashes and names."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have text of their own, those with most text first."""
        sizes: dict[str, int] = {}
        for paragraph in self.paragraphs:
            sizes[paragraph.language] = sizes.get(paragraph.language, 0) + _weight(paragraph)
        total = sum(sizes.values())
        kept = [language for language in sizes if sizes[language] * 100 >= total]
        return tuple(sorted(kept, key=lambda language: (-sizes[language], language)))

    def of(self, language: str) -> tuple[Paragraph, ...]:
        """The paragraphs of one language."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.language == language)


def read_document(files: tuple[PolicyFile, ...]) -> Document:
    """The paragraphs of all files.

    Raises:
        CaptureError: a file is empty, damaged or no text.
    """
    paragraphs: list[Paragraph] = []
    for file in files:
        text = decode(file.data, file.name)
        blocks = _blocks(text, file.name)
        paragraphs.extend(_paragraphs(file.name, blocks))
    return Document(paragraphs=tuple(paragraphs), sha256=_digest(files))


def _blocks(text: str, name: str) -> tuple[Block, ...]:
    """The blocks of a text or page.

    Raises:
        DamagedError: there is nothing to read in it, or far more than in any policy.
    """
    page = looks_like_html(text)
    if not page and len(text) > TEXT_LIMIT:
        raise _too_long(name)
    try:
        blocks = html_blocks(text) if page else text_blocks(text)
    except ValueError as error:
        raise DamagedError(f"{error}: no privacy policy", Source(name), "save the policy's text alone") from None
    if sum(len(block.text) for block in blocks) > TEXT_LIMIT:
        raise _too_long(name)
    if max((len(block.text) for block in blocks), default=0) > PARAGRAPH_LIMIT:
        what = f"a paragraph of more than {PARAGRAPH_LIMIT:,} characters: no privacy policy"
        raise DamagedError(what, Source(name), "save the policy's text with its line breaks")
    if not blocks:
        raise DamagedError("empty: a reader would see no text", Source(name), "save the policy's text again")
    return blocks


def _too_long(name: str) -> DamagedError:
    what = f"more than {TEXT_LIMIT:,} characters of text: no privacy policy"
    return DamagedError(what, Source(name), "save the policy's text alone")


def _paragraphs(name: str, blocks: tuple[Block, ...]) -> list[Paragraph]:
    found: list[Paragraph] = []
    section = ""
    plains = tuple(fold(block.text) for block in blocks)
    for block, plain, language in zip(blocks, plains, _languages(blocks, plains), strict=True):
        marker = marker_of(plain) if block.kind is not Kind.ROW else None
        title = None if found and _is_empty_key(plain, block, found[-1]) else heading_title(plain, marker, block.kind)
        kind = Kind.HEADING if title is not None else block.kind
        if kind is Kind.TEXT and marker is not None:
            kind = Kind.ITEM
        section = title if title is not None else section
        found.append(
            Paragraph(
                file=name,
                kind=kind,
                text=block.text,
                plain=plain,
                places=block.places,
                language=language,
                section=section,
                marker=marker,
                cells=block.cells,
                links=block.links,
            )
        )
    return _one_variant(_drop_foreign_sections(found))


def _languages(blocks: tuple[Block, ...], plains: tuple[str, ...]) -> list[str]:
    """The language of each block. A row has that of its table's first row; a short title that tells nothing takes the language of
    what it stands above, where the language changes there."""
    found: list[str] = []
    before = "en"
    for index, (block, plain) in enumerate(zip(blocks, plains, strict=True)):
        own = own_language(plain, before)
        if block.kind is Kind.ROW and index and blocks[index - 1].kind is Kind.ROW:
            own = before
        if own is None and before in CHINESE and _begins_a_version(block, plain):
            own = _language_below(plains[index + 1 : index + 1 + _LOOK_AHEAD], before)
        before = own or before
        found.append(before)
    return found


def _begins_a_version(block: Block, plain: str) -> bool:
    """Whether a line of few Latin words can be the first of another language's text, and no further item of a list of names."""
    marker = marker_of(plain)
    return has_words(plain) and block.kind is not Kind.ITEM and (marker is None or marker.number <= 1) and ":" not in plain


def _language_below(plains: tuple[str, ...], before: str) -> str | None:
    return next((own for plain in plains if (own := own_language(plain, before))), None)


def _is_empty_key(plain: str, block: Block, above: Paragraph) -> bool:
    """Whether a line that ends with a colon is a key without a value, right below a line with key and value."""
    adjacent = block.places[0][1] == above.places[-1][1] + 1
    return plain.endswith(":") and adjacent and ":" in above.plain[:40] and not above.plain.endswith(":")


def _drop_foreign_sections(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """A heading holds for paragraphs of its own script only: the next language version starts without one."""
    kept: list[Paragraph] = []
    owner = ""
    for paragraph in paragraphs:
        script = paragraph.language[:2]
        if paragraph.kind is Kind.HEADING:
            owner = script
        kept.append(paragraph if script == owner else replace(paragraph, section=""))
    return kept


def _one_variant(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """Paragraphs of the rarer Chinese variant take the other one, unless both are used at length."""
    sizes = {variant: sum(len(p.plain) for p in paragraphs if p.language == variant) for variant in CHINESE}
    most, least = sorted(CHINESE, key=lambda variant: -sizes[variant])
    if not sizes[least] or sizes[least] * 5 > sizes[most]:
        return paragraphs
    return [replace(p, language=most) if p.language == least else p for p in paragraphs]


def _weight(paragraph: Paragraph) -> int:
    """Characters, a Chinese one counted as three."""
    return len(paragraph.plain) * (3 if paragraph.language in CHINESE else 1)


def _digest(files: tuple[PolicyFile, ...]) -> str:
    digests = [hashlib.sha256(file.data).hexdigest() for file in files]
    if len(files) == 1:
        return digests[0]
    lines = sorted(f"{digest}  {file.name}\n" for digest, file in zip(digests, files, strict=True))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
