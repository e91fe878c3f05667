"""Makes captured text safe to look at: any text in, the same text with every invisible or controlling character written out.

Hosts, paths, headers and file names come from the network or from strangers. A terminal obeys escape sequences in them, a
bidirectional override turns `gpj.exe` round, a zero-width space hides a difference. Every format shows captured text through
`safe`, so none of that reaches a reader. Rows for machines (JSON, CSV, Parquet) keep the original characters.
"""

import re

_UNSAFE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1 (0x9b starts a terminal command in eight-bit mode)
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers, Arabic letter mark
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"  # format characters that span what follows
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, bidirectional embedding and isolates
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"  # blanks that count as letters, byte order mark, non-characters
    "\ud800-\udfff"  # lone surrogates: no encoding can write them
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # tags, which spell text that nobody sees
    "]"
)


def safe(text: str) -> str:
    r"""One line of text that shows what it holds: `\x1b`, `\u202e`, `\n` stand for the characters themselves."""
    return _UNSAFE.sub(_written_out, text)


def safe_lines(text: str) -> str:
    """Like `safe` for text of the program's own making that has several lines: line feeds stay."""
    return "\n".join(safe(line) for line in text.split("\n"))


def shortened(text: str, limit: int) -> str:
    """Safe text of at most `limit` characters, the middle left out where it is longer (both ends tell hosts apart)."""
    shown = safe(text)
    if len(shown) <= limit:
        return shown
    tail = (limit - 1) // 2
    return f"{shown[: limit - 1 - tail]}…{shown[len(shown) - tail :]}"


def _written_out(match: re.Match[str]) -> str:
    number = ord(match[0])
    short = {0x09: r"\t", 0x0A: r"\n", 0x0D: r"\r"}.get(number)
    if short is not None:
        return short
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
