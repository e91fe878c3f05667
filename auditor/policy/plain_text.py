"""Plain text goes in, blocks come out: one for each line, hard-wrapped lines joined, table rows cut into cells.

A word that a hyphen parts at the end of a line, as in text out of a PDF, becomes one word again.
"""

import re

from auditor.policy.structure import Block, Kind, fold, marker_of

_WRAPPED_FROM = 55
"""Shorter lines are short because their author ended them."""
_ENDS = re.compile(r"[.。!?:;][\"”』」)]*$")
_CONTINUES = re.compile(r"[a-z(\u3400-\u9fff,]")
_RULE = re.compile(r"[\s|+:=_-]{3,}")
_MAX_WRAPPED = 200
_PARTED = re.compile(r"[A-Za-z]{2}[-\u00ad\u2010]$")
_WITH_HYPHEN = re.compile(
    r"(?:^|[^a-z])(?:third|non|self|cross|opt|pre|post|first|real|long|short|in|e|co|sub|multi)[-\u2010]$", re.IGNORECASE
)
"""Words that keep their hyphen, wherever the line ends."""


def text_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text or Markdown file."""
    blocks: list[Block] = []
    pending: list[tuple[int, int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        content = line.strip("\ufeff \t\f\v\u3000\xa0\x00")
        if pending and not (content and _goes_on(pending[-1][2], content)):
            blocks.append(_block(pending))
            pending = []
        if content and not _RULE.fullmatch(content):
            pending.append((number, line.index(content) + 1, content))
    if pending:
        blocks.append(_block(pending))
    return tuple(blocks)


def _goes_on(line: str, after: str) -> bool:
    """Whether a line was wrapped only because it was full."""
    folded = fold(after[:40])
    if _is_parted(line, after):
        return not _cells(line) and marker_of(folded) is None
    width = sum(2 if "\u3400" <= character <= "\u9fff" else 1 for character in line[:_MAX_WRAPPED])
    return (
        _WRAPPED_FROM <= width < _MAX_WRAPPED
        and not _ENDS.search(fold(line))
        and not _cells(line)
        and not _cells(after)
        and marker_of(folded) is None
        and _CONTINUES.match(folded) is not None
    )


def _is_parted(line: str, after: str) -> bool:
    """Whether a hyphen parts a word at the end of a line."""
    return bool(_PARTED.search(line)) and after[:1].islower()


def _block(lines: list[tuple[int, int, str]]) -> Block:
    text = ""
    places = []
    for number, column, content in lines:
        if _is_parted(text[-12:], content):
            text = text if _WITH_HYPHEN.search(text[-12:]) else text[:-1]
        elif text and not ("\u3400" <= text[-1] <= "\u9fff" or "\u3400" <= content[0] <= "\u9fff"):
            text += " "
        places.append((len(text), number, column))
        text += content
    cells = _cells(text)
    kind = Kind.ROW if cells else Kind.TEXT
    return Block(kind=kind, text=text, places=tuple(places), cells=cells)


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a line with tabs or bars; nothing for a line of one cell."""
    for separator in ("\t", "|", "\u2502", "\uff5c"):
        if separator in line:
            cells = tuple(cell.strip() for cell in line.strip().strip(separator).split(separator))
            if len(cells) >= 2 and sum(map(bool, cells)) >= 2:
                return cells
    return ()
