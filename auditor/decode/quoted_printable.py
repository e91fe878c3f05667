"""Quoted-printable (RFC 2045 section 6.7)."""

import quopri
import re

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_ESCAPE = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")
_SOFT = re.compile(rb"=(?<=[^\r\n]{41})\r?\n")
"""A soft break stands at the end of a line of up to 76 characters. It begins with its sign, so that other text costs nothing."""
_NEEDLESS = re.compile(
    rb"(?<!=[0-9A-F]{2})=(?:(?:0[0-8BCEF]|1[0-9A-F]|3[0-9]|[46][1-9A-F]|[57][0-9A])(?!=(?:[0-9A-F]{2}|\r?\n))|[89A-F][0-9A-F]{7})"
)
"""A letter, a digit or a control character escaped alone, which nobody does, or half a character that digits follow: a value in
hex digits or a number behind a name."""
_FEWEST_ESCAPES = 2
"""Of a text that seems to be a form, each of whose equals signs begins one."""
_PADDED = re.compile(rb"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{4})+[A-Za-z0-9+/]{3}=\r?\n")
"""Lines that end in base64 whose last sign is padding: where all do, no line is folded."""


class FoldedQuotedPrintable:
    """Text whose lines are folded with soft breaks, which may stand in the midst of another encoding's escape.

    Also what looks like a form as long as its equals signs are taken for some.
    """

    signs = signs.QUOTED

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the encoding off."""
        count = data.count(b"=")
        if count != len(_ESCAPE.findall(data)):
            return None
        is_folded, value = _is_folded(data), quopri.decodestring(data)
        if not is_folded and (b"&" not in data or count < _FEWEST_ESCAPES or _NEEDLESS.search(data) or not signs.is_text(value)):
            return None
        whole = is_folded and signs.is_text(data)  # a field of a binary message may be folded so
        return Opened(inners=(Inner(value, words=("qp",)),), whole=whole, sure=is_folded)


def _is_folded(data: bytes) -> bool:
    """Whether a line has a soft break, which no padding explains: padding itself would be written `=3D`."""
    if not _SOFT.search(data):
        return False
    return b"=3D" in data or len(_PADDED.findall(data)) < data.count(b"=\n") + data.count(b"=\r\n")


class QuotedPrintable:
    """Text in which every equals sign starts an escape or ends a line; where lines are folded, other equals signs stay."""

    signs = signs.QUOTED

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the encoding off."""
        has_others = data.count(b"=") > len(_ESCAPE.findall(data)) + 1
        if (has_others or _NEEDLESS.search(data)) and not _is_folded(data):
            return None
        value = quopri.decodestring(data)
        return Opened(inners=(Inner(value, words=("qp",)),), whole=False, sure=False) if value != data else None
