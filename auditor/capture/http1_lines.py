"""The lines of an HTTP/1 head (RFC 9112): bytes in, lines, headers and lengths out; and how a message begins."""

import re

from auditor.capture.placed import Placed, joined

METHODS = (
    b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"OPTIONS ", b"PATCH ", b"CONNECT ", b"TRACE ", b"PROPFIND ", b"REPORT ",
    b"NOTIFY ", b"SUBSCRIBE ", b"UNSUBSCRIBE ", b"M-SEARCH ", b"MKCOL ", b"COPY ", b"MOVE ", b"LOCK ", b"UNLOCK ", b"PROPPATCH ",
    *(method + b" /" for method in (
        b"ACL", b"BASELINE-CONTROL", b"BCOPY", b"BDELETE", b"BITS_POST", b"BMOVE", b"BPROPFIND", b"BPROPPATCH", b"CCM_POST",
        b"CHECKIN", b"CHECKOUT", b"LABEL", b"LINK", b"MERGE", b"MKACTIVITY", b"MKCALENDAR", b"MKWORKSPACE", b"POLL", b"PURGE",
        b"QUERY", b"RPC_CONNECT", b"RPC_IN_DATA", b"RPC_OUT_DATA", b"SEARCH", b"SOURCE", b"UNCHECKOUT", b"UNLINK", b"UPDATE",
        b"VERSION-CONTROL",
    )),
)  # fmt: skip
"""How requests begin; methods that are also words of other texts with the slash of their path."""
ANSWER = b"HTTP/1."
_SIZE = re.compile(rb"[0-9a-fA-F]{1,15}")
EXTENSION = "chunk-extension"
"""What stands behind a chunk's size, and between its data and the line's end, goes by this name."""
MAX_HEADERS = 1_000
_BEGINNINGS = (*METHODS, ANSWER)
_LONGEST = max(map(len, _BEGINNINGS))


def begins_message(head: bytes) -> bool | None:
    """Whether an HTTP/1 message begins here, or behind empty lines (RFC 9112 section 2.2); None for too few bytes."""
    head = head.lstrip(b"\r\n")
    if head.startswith(_BEGINNINGS):
        return True
    if len(head) >= _LONGEST:
        return False
    return None if any(word.startswith(head) for word in _BEGINNINGS) else False


def content_length(raw: bytes | None) -> int | None:
    """A Content-Length; the first of a list of values (RFC 9112 section 6.3 lets equal ones pass). None for none or rubbish."""
    if raw is None:
        return None
    digits = raw.partition(b",")[0].strip()
    return int(digits) if digits.isdigit() and len(digits) < 16 else None


def head_lines(raw: Placed) -> list[Placed]:
    """The lines of a head without their ends; folded lines (RFC 9112 section 5.2) stay on their own line. Behind a thousand all
    that is left is one line, for a server may read on."""
    lines: list[Placed] = []
    at = 0
    while at < len(raw.data) and len(lines) < MAX_HEADERS:
        end = raw.data.find(b"\n", at)
        end = len(raw.data) if end < 0 else end
        stop = end - 1 if end > at and raw.data[end - 1] == 13 else end
        lines.append(raw.part(at, stop))
        at = end + 1
    if at < len(raw.data):
        lines.append(raw.part(at))
    return lines


def header_lines(lines: list[Placed]) -> list[tuple[str, Placed]]:
    """Name and value of each header; a folded line belongs to the one before."""
    found: list[tuple[str, Placed]] = []
    for line in lines:
        if not line.data:
            continue
        if line.data[:1] in (b" ", b"\t") and found:
            name, value = found.pop()
            found.append((name, joined((value, line))))
            continue
        colon = line.data.find(b":")
        name = line.data[: max(colon, 0)].decode("latin-1").strip()
        found.append((name, line.part(colon + 1).stripped()))
    return found


def chunk_size(line: Placed) -> tuple[int | None, Placed]:
    """The size that a chunk's line says, None where it says none, and what stands behind it (RFC 9112 section 7.1)."""
    digits, _, extension = line.data.partition(b";")
    size = int(digits, 16) if _SIZE.fullmatch(digits.strip()) else None
    return size, line.part(len(line.data) - len(extension)).stripped()
