"""JSON (RFC 8259), and what looks like it: JSON lines, JSONP, server-sent events, Socket.IO packets, cut or broken documents.

A document whose quotes pair up, with nothing between its strings but JSON's own signs, is only cut at its quotes: the strings
that may hide something come out at once, the plain ones when somebody asks (`json_leaves`). Whatever else is read by a tokenizer,
which knows no error and needs no recursion: it yields every string, number and bare word.
"""

import re

from auditor.decode import signs
from auditor.decode.byte_lists import byte_lists
from auditor.decode.content_format import Opened
from auditor.decode.json_halves import halves
from auditor.decode.json_leaves import JsonLeaves
from auditor.decode.json_tokens import tokens
from auditor.decode.limits import Budget

_STRING_IN_IT = re.compile(rb'"(?:[^"\\]|\\.){1,}"', re.DOTALL)
_ROWS = re.compile(rb'\s*+"[^"]*+(?:""[^"]*+)*+"(?:[,;\t]"[^"]*+(?:""[^"]*+)*+")*+\r?\n"')
"""Lines of quoted cells (RFC 4180), which hold a quote as two: no JSON has strings beside each other without a bracket before."""
_ASSIGNED = re.compile(rb"\s*+(?:var|let|const|window|self|this)[\s.]")
_LONGEST_SCRIPT = 65536
"""Bytes of a script, or of lines, that are looked at."""
_SHORTEST = 2
_QUOTE = b'"'
"""It begins a string, and also the fourth field of a protobuf message; behind a line end it is the length of the first."""


class Json:
    """JSON text."""

    signs = signs.BRACKET

    def open(self, data: bytes, budget: Budget) -> Opened | None:
        """Takes a document apart into its strings and numbers."""
        if _ROWS.match(data, 0, _LONGEST_SCRIPT) or (_ASSIGNED.match(data) and not _is_value(data)):
            return None
        strings, between = halves(data)
        leaves = JsonLeaves(data, strings, between)
        if leaves.is_sound and _is_utf8(data):
            return _document(leaves, data, budget) if strings or len(data) >= _SHORTEST else None
        if not _STRING_IN_IT.search(data) or not (b"{" in data or b"[" in data):
            return None
        return Opened(inners=tokens(data), whole=not data.lstrip().startswith(_QUOTE) or signs.is_text(data), sure=False)


def _document(leaves: JsonLeaves, data: bytes, budget: Budget) -> Opened:
    """A document of sound form. A lone number or word hides nothing."""
    room, reason = budget.room_for_openings()
    hiding, is_cut = leaves.hiding(room)
    lists, left_out = byte_lists(data, leaves.signs)
    inners = [*hiding, *lists]
    is_sure = data.rstrip()[-1:] in (b"}", b"]", b'"')
    return Opened(inners=inners, plain=leaves, readings=leaves.readings, cut=reason if is_cut else left_out, sure=is_sure)


def _is_value(script: bytes) -> bool:
    """Whether a script is one assignment, not a program that begins with one."""
    return len(script) <= _LONGEST_SCRIPT and script.rstrip(b" \r\n\t;")[-1:] in (b"}", b"]")


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
