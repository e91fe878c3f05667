"""Which strings of a document may hide something: a document goes in, rows and readings come out, compiled or uncompiled.

Each string is a value as `signs` sees it; a URL with a query is cut into its parts, as `url_text` does. What shows a sign is left
to the formats (`OPEN`), and so is all that these few rules cannot be sure of.
"""

from auditor.code_arrays import Bytes, Cells, Store
from auditor.decode.triage_characters import has_escape, is_hex, is_strange, unescape
from auditor.decode.triage_letters import ADDRESS, BASE, NUMBER, OPEN, PLAIN, ROW_CELLS, ROWS, TEXT, UNESCAPED, is_text, letters

_QUOTE, _BACKSLASH, _COLON, _EQUALS_SIGN = 0x22, 0x5C, 0x3A, 0x3D
_SHORTEST = 4
_SHORTEST_RUN = 8
_SHORTEST_NAME = 12
_SHORTEST_QUERY_NAME = 8
_LONGEST_ADDRESS = 1024
_LONGEST_HOST = 255
_LONGEST_SCHEME = 21
_LONGEST_NAME = 64
_LONG_LABEL = 16
_WIRE = 256
_ODD, _PERCENT, _AND, _SEMICOLON, _EQUALS, _HIGH, _X, _J, _SPACE, _QUOTED, _CALL = 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024
_PAIR = 9
"""What `_plain` says of a value with an equals sign."""


def _class_of(byte: int) -> int:
    single = {
        "%": _PERCENT, "&": _AND, ";": _SEMICOLON, "=": _EQUALS, "x": _X, "J": _J, " ": _SPACE, '"': _QUOTED, "(": _CALL,
        "<": _ODD, "[": _ODD, "{": _ODD, "\\": _ODD, "\x7f": _ODD,
    }  # fmt: skip
    return _ODD if byte < 0x20 else _HIGH if byte > 0x7F else single.get(chr(byte), 0)


_CLASSES = tuple(map(_class_of, range(256)))
_OPS = tuple(int(chr(byte) in '":[]{},') for byte in range(256))


def look(data: Bytes, rows: Cells, text: Store, plain: Store, work: Cells) -> int:
    """The number of strings; -1 where there is no room for what they hold. `work` says how many rows there are, `plain` has room
    for the longest string without its escapes."""
    size, at, number = len(data), 0, 0
    work[ROWS] = 0
    work[TEXT] = 0
    while at < size:
        if data[at] != _QUOTE:
            at += 1
            continue
        start, is_escaped = at + 1, 0
        end = start
        while end < size and data[end] != _QUOTE:
            if data[end] == _BACKSLASH:
                is_escaped = 1
                end += 1
            end += 1
        end = min(end, size)
        at = end + 1
        behind = at
        while behind < size and not _OPS[data[behind]]:
            behind += 1
        is_name = behind < size and data[behind] == _COLON
        if not _has_room(end - start, rows, text, work):
            return -1
        work[NUMBER] = number
        if is_escaped:
            _escaped(data, start, end, is_name, rows, text, plain, work)
        elif end - start >= (_SHORTEST_NAME if is_name else _SHORTEST):
            _string(data, start, end, is_name, rows, text, work)
        number += 1
    return number


def look_at(data: Bytes, starts: Cells, rows: Cells, text: Store, work: Cells) -> int:
    """The same for values that other formats found: each ends two bytes before the next one's start, the last start is of none.

    What is no text is left to the formats.
    """
    work[ROWS] = 0
    work[TEXT] = 0
    for number in range(len(starts) - 1):
        start, end = starts[number], starts[number + 1] - 2
        if not _has_room(end - start, rows, text, work):
            return -1
        work[NUMBER] = number
        if end - start >= _SHORTEST:
            if is_text(data, start, end):
                _string(data, start, end, 0, rows, text, work)
            else:
                _note(OPEN, 0, 0, rows, work)
    return len(starts) - 1


def _has_room(size: int, rows: Cells, text: Store, work: Cells) -> bool:
    """Whether what a string of that size holds can be noted."""
    return ROW_CELLS * (work[ROWS] + size // 2 + 4) <= len(rows) and work[TEXT] + 5 * size + 256 <= len(text)


def _escaped(data: Bytes, start: int, end: int, is_name: int, rows: Cells, text: Store, plain: Store, work: Cells) -> int:
    """Notes a string with escapes; undone, it is a reading of its own. A name with escapes is always opened."""
    size = unescape(data, start, end, plain)
    if size < 0 or is_name:
        return _note(OPEN, 0, 0, rows, work)
    used = work[ROWS]
    _string(plain, 0, size, 0, rows, text, work)
    if work[ROWS] > used and rows[ROW_CELLS * (work[ROWS] - 1) + 1] == OPEN:
        return 0
    at = work[TEXT]
    for place in range(size):
        text[at + place] = plain[place]
    text[at + size] = 0
    text[at + size + 1] = 0
    work[TEXT] = at + size + 2
    return _note(UNESCAPED, at, at + size, rows, work)


def _note(what: int, at: int, until: int, rows: Cells, work: Cells) -> int:
    """Adds a row about the string as a whole."""
    row = ROW_CELLS * work[ROWS]
    rows[row] = work[NUMBER]
    rows[row + 1] = what
    rows[row + 2] = 0
    rows[row + 3] = 0
    rows[row + 4] = at
    rows[row + 5] = until
    work[ROWS] += 1
    return 0


def _string(data: Bytes, start: int, end: int, is_name: int, rows: Cells, text: Store, work: Cells) -> int:
    """Notes what a string is."""
    used, filled = work[ROWS], work[TEXT]
    work[BASE] = start
    answer = _plain(data, start, end, rows, text, work)
    if answer == _PAIR:
        answer = _address(data, start, end, rows, text, work)
    if is_name and answer == ADDRESS:
        answer = OPEN
    if answer == PLAIN:
        return 0
    if answer == OPEN:
        work[ROWS] = used
        work[TEXT] = filled
    return _note(answer, 0, 0, rows, work)


def _plain(data: Bytes, start: int, end: int, rows: Cells, text: Store, work: Cells) -> int:
    """`PLAIN`, `OPEN`, or `_PAIR` of a value that may be an address."""
    size, shown = end - start, 0
    if size < _SHORTEST:
        return PLAIN
    for place in range(start, end):
        shown |= _CLASSES[data[place]]
    if size > _SHORTEST and size <= _WIRE and data[start] & 7 == 2 and data[start + 1] == size - 2:
        return OPEN
    if shown & _ODD or _begins_oddly(data, start) or _shows_sign(data, start, end, shown):
        return OPEN
    if shown & _EQUALS:
        end = _before_padding(data, start, end)
        if not end:
            return OPEN if shown & (_SPACE | _HIGH) else _PAIR
        size = end - start
    if shown & (_AND | _SEMICOLON) == _AND | _SEMICOLON:
        return OPEN
    if size < _SHORTEST_RUN:
        return PLAIN
    if shown & (_X | _J | _SEMICOLON) and _has_words(data, start, end):
        return OPEN
    return letters(data, start, end, rows, text, work)


def _shows_sign(data: Bytes, start: int, end: int, shown: int) -> int:
    """Whether there is a sign that not all values with the same characters have."""
    if shown & _QUOTED and (data[start] == _QUOTE or shown & _CALL):
        return 1
    if shown & _PERCENT and has_escape(data, start, end):
        return 1
    return shown & _HIGH and is_strange(data, start, end)


def _before_padding(data: Bytes, start: int, end: int) -> int:
    """Where the padding of base64 begins, one or two equals signs; 0 where there are others."""
    bare = end
    while bare > start and data[bare - 1] == _EQUALS_SIGN:
        bare -= 1
    for place in range(start, bare):
        if data[place] == _EQUALS_SIGN:
            return 0
    return bare if end - bare <= 2 else 0


def _begins_oddly(data: Bytes, start: int) -> int:
    """Whether a value of four bytes or more begins as documents do: `data:`, `event:`, `for (;;)`, `)]}'`, white space."""
    first, second, third, fourth = data[start], data[start + 1], data[start + 2], data[start + 3]
    if first == 0x64:
        return second == 0x61 and third == 0x74 and fourth == 0x61
    if first == 0x65:
        return second == 0x76 and third == 0x65 and fourth == 0x6E
    if first == 0x66:
        return second == 0x6F and third == 0x72
    return first == 0x29


def _has_words(data: Bytes, start: int, end: int) -> int:
    """Whether bytes stand there as a program writes them, a token, or what begins a data URL's base64."""
    for place in range(start + 1, end - 2):
        byte, before, behind = data[place], data[place - 1], data[place + 1]
        if byte == 0x78 and before == 0x30 and is_hex(behind) and is_hex(data[place + 2]):
            return 1
        if byte == 0x79 and before == 0x65 and behind == 0x4A:
            return 1
        if before == 0x3B and byte == 0x62 and behind == 0x61 and data[place + 2] == 0x73:
            return 1
    return 0


def _address(data: Bytes, start: int, end: int, rows: Cells, text: Store, work: Cells) -> int:
    """`ADDRESS` of a URL (`signs._ADDRESS`) with a query whose parts hide nothing; else `OPEN`."""
    path = _path_of(data, start, end)
    if path < 0 or end - start > _LONGEST_ADDRESS:
        return OPEN
    query = path
    while query < end and data[query] not in (0x3F, 0x23):
        query += 1
    behind = query + 1
    while behind < end and data[behind] != 0x23:
        behind += 1
    if behind < end - 1 or _authority_hides(data, start, path, rows, text, work):
        return OPEN
    if query >= end or data[query] == 0x23 or not _has_pair(data, query + 1, behind, path == start):
        return OPEN
    if _segments_hide(data, path, query, rows, text, work) or _pairs_hide(data, query + 1, behind, rows, text, work):
        return OPEN
    return ADDRESS


def _authority_hides(data: Bytes, at: int, end: int, rows: Cells, text: Store, work: Cells) -> int:
    """Whether somebody is named before the host, or a long label of it must be opened."""
    while at < end and data[at] != 0x2F:
        at += 1
    first = at = at + 2
    while at <= end:
        if at == end or data[at] == 0x2E:
            if at - first >= _LONG_LABEL and _plain(data, first, at, rows, text, work) != PLAIN:
                return 1
            first = at + 1
        elif data[at] == 0x40:
            return 1
        at += 1
    return 0


def _segments_hide(data: Bytes, at: int, end: int, rows: Cells, text: Store, work: Cells) -> int:
    """Whether a segment of a path must be opened."""
    while at < end:
        first = at
        while at < end and data[at] != 0x2F:
            at += 1
        if at > first and _plain(data, first, at, rows, text, work) != PLAIN:
            return 1
        at += 1
    return 0


def _pairs_hide(data: Bytes, at: int, end: int, rows: Cells, text: Store, work: Cells) -> int:
    """Whether a name or a value of a query must be opened, or has a plus, which may be a space."""
    while at < end:
        first, equals = at, -1
        while at < end and data[at] != 0x26:
            if data[at] == 0x2B:
                return 1
            if equals < 0 and data[at] == _EQUALS_SIGN:
                equals = at
            at += 1
        value = first if equals < 0 else equals + 1
        if equals - first >= _SHORTEST_QUERY_NAME and _plain(data, first, equals, rows, text, work) != PLAIN:
            return 1
        if at > value and _plain(data, value, at, rows, text, work) != PLAIN:
            return 1
        at += 1
    return 0


def _path_of(data: Bytes, start: int, end: int) -> int:
    """Where the path begins; -1: no URL."""
    if data[start] == 0x2F:
        return start
    at = start
    while at < end and at - start < _LONGEST_SCHEME and _is_of_scheme(data[at]):
        at += 1
    if at - start < 2 or data[start] < 0x41 or at + 3 > end:
        return -1
    if data[at] != _COLON or data[at + 1] != 0x2F or data[at + 2] != 0x2F:
        return -1
    host = at + 3
    at = host
    while at < end and data[at] not in (0x2F, 0x3F, 0x23):
        at += 1
    return at if at - host <= _LONGEST_HOST else -1


def _is_of_scheme(byte: int) -> bool:
    return byte in (0x2B, 0x2D, 0x2E) or (byte >= 0x30 and byte <= 0x39) or (byte | 32 >= 0x61 and byte | 32 <= 0x7A)


def _has_pair(data: Bytes, start: int, end: int, is_strict: int) -> int:
    """Whether a query has a value under a name; of a URL without a host, the first."""
    for place in range(start, end - 1):
        if data[place] == _EQUALS_SIGN and data[place + 1] != 0x26:
            return 1
        if is_strict and (place - start >= _LONGEST_NAME or not _is_of_name(data[place])):
            return 0
    return 0


def _is_of_name(byte: int) -> bool:
    return byte in (0x2D, 0x2E, 0x5F) or (byte >= 0x30 and byte <= 0x39) or (byte | 32 >= 0x61 and byte | 32 <= 0x7A)
