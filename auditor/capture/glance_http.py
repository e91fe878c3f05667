"""HTTP/1 requests at a glance: a payload that is exactly one request without a body goes in, host and URL are stored.

RFC 9112. Compiled or uncompiled (see `columns`). Whatever is not plain (bodies, pipelining, CONNECT, absolute targets, HTTPDNS)
is answered with 0 and gets the closer look of `talk_http`.
"""

from auditor.capture.columns import STORED, Bytes, Cells, Store
from auditor.capture.name_store import add_bytes, add_host, keep

_SPACE, _CR, _LF, _DOT, _COLON, _SLASH, _MARK, _HASH = 32, 13, 10, 46, 58, 47, 63, 35
_AMPERSAND, _EQUALS = 38, 61
MAX_PATH = 2_048
_SCHEME = (104, 116, 116, 112, 58, 47, 47)
"""http://"""


def _is_plain_method(block: Bytes, at: int) -> int:
    """Size of `GET ` or `HEAD ` there; 0 for anything else."""
    if block[at] == 71 and block[at + 1] == 69 and block[at + 2] == 84 and block[at + 3] == _SPACE:
        return 4
    head = block[at] == 72 and block[at + 1] == 69 and block[at + 2] == 65 and block[at + 3] == 68
    return 5 if head and block[at + 4] == _SPACE else 0


def _lower(byte: int) -> int:
    return byte + 32 if 65 <= byte <= 90 else byte


def _line_end(block: Bytes, at: int, end: int) -> int:
    """Where the line ends (its CR); 0 where it has no proper end or holds bytes that are not plain."""
    while at + 1 < end:
        byte = block[at]
        if byte == _CR:
            return at if block[at + 1] == _LF else 0
        if byte < 32 or byte > 126:
            return 0
        at += 1
    return 0


def _header(block: Bytes, at: int, stop: int) -> int:
    """What a header line is: 1 Host, 2 one that makes the request not plain (body, upgrade, folding, DNS), 0 any other."""
    first = _lower(block[at])
    if (
        first == 104
        and stop - at > 5
        and _lower(block[at + 1]) == 111
        and _lower(block[at + 3]) == 116
        and block[at + 4] == _COLON
    ):
        return 1
    # content-length, transfer-encoding, upgrade, expect: by their first two letters, which costs a closer look at most
    second = _lower(block[at + 1]) if stop - at > 1 else 0
    content_length = first == 99 and stop - at > 8 and _lower(block[at + 8]) == 108
    if first == 97 and second == 99 and _names_dns(block, at, stop):  # accept: application/dns-json
        return 2
    doubtful = (first == 116 and second == 114) or (first == 117 and second == 112) or (first == 101 and second == 120)
    return 2 if content_length or doubtful or first == _SPACE else 0


def _names_dns(block: Bytes, at: int, stop: int) -> bool:
    """Whether `dns` stands there, in whatever case."""
    while at + 2 < stop:
        if _lower(block[at]) == 100 and _lower(block[at + 1]) == 110 and _lower(block[at + 2]) == 115:
            return True
        at += 1
    return False


def _asks_names(block: Bytes, at: int, stop: int) -> bool:
    """Whether the target looks like HTTPDNS or DNS: `/d?`, `dns` or `reso` (resolve) before the query, `dns=` in it."""
    inside = False
    while at + 3 < stop:
        one, two, three = block[at], block[at + 1], block[at + 2]
        inside = inside or one == _MARK
        if inside:
            begins = one in (_MARK, _AMPERSAND) and two == 100 and three == 110 and block[at + 3] == 115
            if begins and at + 4 < stop and block[at + 4] == _EQUALS:
                return True
            at += 1
            continue
        if one == 100 and (two == _MARK or (two == 110 and three == 115)):
            return True
        if one == 114 and two == 101 and three == 115 and block[at + 3] == 111:
            return True
        at += 1
    return False


def read_request(block: Bytes, at: int, length: int, with_url: bool, store: Store, ends: Cells, state: Cells) -> int:
    """Stores the host of a plain request, and behind it (with_url) its URL; the host's number, 0 where it is not plain."""
    end = at + length
    size = _is_plain_method(block, at) if length >= 18 else 0
    stop = _line_end(block, at, end) if size else 0
    if stop == 0 or block[at + size] != _SLASH or block[end - 4] != _CR or block[end - 2] != _CR:
        return 0
    target = at + size
    finish = target
    while finish < stop and block[finish] != _SPACE:
        finish += 1
    if finish + 9 != stop or block[finish + 1] != 72 or _asks_names(block, target, finish):
        return 0
    host_at = host_end = 0
    at = stop + 2
    while at < end - 2:
        stop = _line_end(block, at, end)
        if stop == 0:
            return 0
        if stop == at:
            return 0  # a blank line before the end: something follows the head
        kind = _header(block, at, stop)
        if kind == 2 or (kind == 1 and host_at):
            return 0
        if kind == 1:
            host_at, host_end = at + 5, stop
        at = stop + 2
    if host_at == 0:
        return 0
    return _keep(block, target, finish, host_at, host_end, with_url, store, ends, state)


def _keep(
    block: Bytes, target: int, finish: int, at: int, stop: int, with_url: bool, store: Store, ends: Cells, state: Cells
) -> int:
    while at < stop and block[at] == _SPACE:
        at += 1
    while stop > at and block[stop - 1] == _SPACE:
        stop -= 1
    colon = at
    while colon < stop and block[colon] != _COLON:
        colon += 1
    root = colon
    while root > at and block[root - 1] == _DOT:
        root -= 1
    number = add_host(block, at, root - at, store, ends, state)
    if number == 0 or not with_url:
        return number
    start = state[STORED]
    for index in range(7):
        store[start + index] = _SCHEME[index]
    for index in range(root - at):
        store[start + 7 + index] = _lower(block[at + index])
    for index in range(stop - colon):  # the port
        store[start + 7 + root - at + index] = _lower(block[colon + index])
    state[STORED] = start + 7 + root - at + stop - colon
    path = target
    while path < finish and block[path] != _MARK and block[path] != _HASH and path - target < MAX_PATH:
        path += 1
    add_bytes(block, target, path - target, store, state)
    keep(ends, state)
    return number
