"""Quoted-printable (RFC 2045 section 6.7)."""

import quopri
import re

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_ESCAPE = re.compile(rb"=(?:[0-9A-F]{2}|\r?\n)")


class QuotedPrintable:
    """Text in which every equals sign starts an escape or ends a line."""

    signs = signs.QUOTED

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the encoding off."""
        if data.count(b"=") > len(_ESCAPE.findall(data)) + 1:
            return None
        value = quopri.decodestring(data)
        return Opened(inners=(Inner(value, words=("qp",)),), whole=False, sure=False) if value != data else None
