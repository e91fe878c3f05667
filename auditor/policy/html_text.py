"""HTML goes in, blocks come out: what a reader sees, with line and column of each character in the source.

Scripts, styles and comments are skipped; nothing is fetched or run.
"""

import html
import re
from html.parser import HTMLParser

from auditor.policy.structure import Block, Kind

_HTML = re.compile(r"<(?:!doctype html|html|head|body|meta|div|p|table|ul|ol|h[1-6]|br|span|section|article)\b", re.IGNORECASE)
_SKIPPED = frozenset(("script", "style", "noscript", "template", "svg", "head", "iframe", "object"))
_CELLS = frozenset(("td", "th"))
_BREAKS = ("p", "div", "br", "ul", "ol", "tr", "table", "section", "article", "header", "footer", "hr", "dl", "main", "nav")
_KINDS = {
    **dict.fromkeys(_BREAKS, Kind.TEXT),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "caption", "dt", "summary"), Kind.HEADING),
    "li": Kind.ITEM,
    "dd": Kind.ITEM,
}
"""Tags that begin a block, and what it then is."""
_HIDDEN = re.compile(r"<(?:(script|style|svg)\b|!--)", re.IGNORECASE)
_ENDS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (("script", r"</script\s*>"), ("style", r"</style\s*>"), ("svg", r"</svg\s*>"), ("", r"-->"))
}
_NOT_NEWLINE = re.compile(r"[^\n]+")
MAX_COLUMNS = 50
"""Of a table, and rows that one cell covers at the most."""
TAG_LIMIT = 400_000
"""Opening brackets in what a reader sees: pages have a few thousand."""
_SPACE = re.compile(r"[\s\xa0]+")
_ADDRESS = re.compile(r"(?:https?:)?//\S+", re.IGNORECASE)


def looks_like_html(text: str) -> bool:
    """Whether tags of a page stand near the beginning."""
    return len(_HTML.findall(text[:8192])) >= 2


def html_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a page.

    Raises:
        ValueError: more tags than any page has that people read.
    """
    shown = _without_hidden(text)
    if shown.count("<") > TAG_LIMIT:
        raise ValueError(f"more than {TAG_LIMIT:,} tags")
    page = _Page()
    # To a browser a marked section is a comment; the parser fails on one that it does not know.
    page.feed(shown.replace("<![", "<!_"))
    page.close()
    page.end_block()
    return tuple(page.blocks)


def _without_hidden(text: str) -> str:
    """The page with scripts, styles, pictures and comments as spaces: what follows keeps its line and column.

    One that is never closed hides all the rest, as it does in a browser.
    """
    kept: list[str] = []
    position = 0
    while opened := _HIDDEN.search(text, position):
        closed = _ENDS[(opened[1] or "").lower()].search(text, opened.end())
        end = closed.end() if closed else len(text)
        kept.append(text[position : opened.start()])
        kept.append(_NOT_NEWLINE.sub(lambda found: " " * len(found[0]), text[opened.start() : end]))
        position = end
    return "".join((*kept, text[position:]))


class _Page(HTMLParser):
    """Collects the text between breaks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.blocks: list[Block] = []
        self.skipped: list[str] = []
        self.kind = Kind.TEXT
        self.parts: list[str] = []
        self.length = 0
        self.places: list[tuple[int, int, int]] = []
        self.links: list[str] = []
        self.cell_starts: list[int] = []
        self.spans: list[tuple[int, int]] = []
        self.hanging: dict[int, tuple[int, str]] = {}
        self.in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a block, a cell or a skipped part."""
        if tag in _SKIPPED:
            self.skipped.append(tag)
        if self.skipped:
            if tag == "body":
                self.skipped.clear()
        elif tag == "a":
            self.links.extend(value for name, value in attrs if name == "href" and value and _ADDRESS.match(value))
        elif tag == "tr":
            self.end_block()
            self.in_row = True
            self.kind = Kind.ROW
        elif self.in_row:
            self._inside_row(tag, attrs)
        elif tag in _KINDS:
            self.end_block()
            self.kind = _KINDS[tag]

    def _inside_row(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A cell begins, or a break inside one is a space."""
        if tag in _CELLS or tag in _KINDS:
            self._text(" ")
        if tag in _CELLS:
            self.cell_starts.append(self.length)
            self.spans.append((_span(attrs, "colspan"), _span(attrs, "rowspan")))

    def handle_endtag(self, tag: str) -> None:
        """Closes what the tag opened."""
        if self.skipped:
            if tag == self.skipped[-1]:
                self.skipped.pop()
            return
        if tag in ("tr", "table"):
            self.end_block()
            self.in_row = False
            if tag == "table":
                self.hanging = {}
        elif not self.in_row and tag in _KINDS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        """Text as it stands."""
        if not self.skipped:
            self._text(data)

    def handle_entityref(self, name: str) -> None:
        """`&amp;` and its kin."""
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        """`&#20013;` and its kin."""
        self.handle_data(html.unescape(f"&#{name};"))

    def _text(self, data: str) -> None:
        """Adds text with its white space collapsed, noting each place where offset and column part."""
        line, column = self.getpos()
        column += 1
        position = 0
        for gap in (*_SPACE.finditer(data), None):
            end = gap.start() if gap else len(data)
            if end > position:
                self._piece(data[position:end], line, column)
                column += end - position
            if gap is None:
                break
            if self.length and self.parts[-1] != " ":
                self._piece(" ", line, column)
            rows = gap[0].count("\n")
            line += rows
            column = len(gap[0]) - gap[0].rfind("\n") if rows else column + len(gap[0])
            position = gap.end()

    def _piece(self, text: str, line: int, column: int) -> None:
        if not self.places or self._expected() != (line, column):
            self.places.append((self.length, line, column))
        self.parts.append(text)
        self.length += len(text)

    def _expected(self) -> tuple[int, int]:
        offset, line, column = self.places[-1]
        return line, column + self.length - offset

    def end_block(self) -> None:
        """Keeps what was collected since the last break."""
        text = "".join(self.parts)
        if text.strip():
            lead = len(text) - len(text.lstrip())
            self.blocks.append(
                Block(
                    kind=self.kind,
                    text=text.strip(),
                    places=_shifted(self.places, lead),
                    cells=self._cells(text),
                    links=tuple(self.links),
                )
            )
        self.parts, self.length, self.places, self.links, self.cell_starts, self.spans = [], 0, [], [], [], []
        self.kind = Kind.TEXT

    def _cells(self, text: str) -> tuple[str, ...]:
        """The cells of a row with those that hang into it from rows above; of one cell none."""
        if len(self.cell_starts) + len(self.hanging) < 2:
            return ()
        ends = (*self.cell_starts[1:], len(text))
        own = [text[start:end].strip() for start, end in zip(self.cell_starts, ends, strict=True)]
        cells: list[str] = []
        hanging: dict[int, tuple[int, str]] = {}
        for cell, (columns, rows) in zip(own, self.spans, strict=True):
            cells.extend(_hung(self.hanging, len(cells)))
            hanging.update({len(cells) + step: (rows - 1, cell) for step in range(columns) if rows > 1})
            cells.extend([cell] * columns)
            if len(cells) >= MAX_COLUMNS:
                break
        cells.extend(_hung(self.hanging, len(cells)))
        kept = {column: (rows - 1, cell) for column, (rows, cell) in self.hanging.items() if rows > 1}
        self.hanging = kept | hanging
        return tuple(cells[:MAX_COLUMNS])


def _span(attrs: list[tuple[str, str | None]], name: str) -> int:
    """How many columns or rows a cell covers."""
    value = next((value for key, value in attrs if key == name), None) or ""
    return min(max(int(value), 1), MAX_COLUMNS) if value.isdecimal() and len(value) < 6 else 1


def _hung(hanging: dict[int, tuple[int, str]], column: int) -> list[str]:
    """The cells that hang into a row at a column and those right behind it."""
    found: list[str] = []
    while column + len(found) in hanging:
        found.append(hanging[column + len(found)][1])
    return found


def _shifted(places: list[tuple[int, int, int]], lead: int) -> tuple[tuple[int, int, int], ...]:
    """The places of a text whose first characters were cut off."""
    kept = [place for place in places if place[0] >= lead]
    if not kept or kept[0][0] > lead:
        offset, line, column = max((place for place in places if place[0] < lead), default=places[0])
        kept.insert(0, (lead, line, column + lead - offset))
    return tuple((offset - lead, line, column) for offset, line, column in kept)
