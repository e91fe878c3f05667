"""Whether a few binary bytes can be of a format that holds more: bytes go in, a yes or no comes out, compiled or uncompiled.

Words and file names that read as base64, and numbers in hex, give such bytes by the dozen in every document. What is refused here
is refused by every member of `formats` as well, each by its own rules (gzip to protobuf, and what `framed` and `heads` look for
behind a head); what passes is given to them. One rule is narrower: of so few bytes Brotli is not believed that unpacks to more
than 64 times their number; behind a head, not to more than 16 times, nor after metadata.
"""

from auditor.code_arrays import Store
from auditor.decode.triage_binary import holds, is_cbor, is_msgpack, is_protobuf
from auditor.decode.triage_characters import is_hex
from auditor.decode.triage_packed import is_brotli, is_deflate, number

LONGEST = 48
_SHORTEST_PAYLOAD = 12
"""Bytes of a payload behind a head, of which `heads` says the rest."""
_LONGEST_HEAD = 24
_MOST_GROWTH, _GROWTH_BEHIND_HEAD = 64, 16
_PRINTABLE_RUN = 16
_WORD_RUN = 8
_LAST_OFFSET = 16


def may_open(data: Store, at: int, size: int) -> int:
    """Whether any format may make something of these bytes, at most `LONGEST` and no text."""
    end = at + size
    first = data[at]
    if is_magic(data, at, size) or _shows_signs(data, at, end):
        return 1
    if first & 15 == 8 and first < 128 and (first << 8 | data[at + 1]) % 31 == 0:
        return 1
    if first in (0, 1, 0x80) and size > 5 and number(data, at + 1, 4, 1) <= size - 5:
        return 1
    if is_protobuf(data, at, end) or is_msgpack(data, at, end) or is_cbor(data, at, end):
        return 1
    if is_deflate(data, at, end, 1) or is_brotli(data, at, end, _MOST_GROWTH, 1):
        return 1
    return size > _SHORTEST_PAYLOAD and _is_framed(data, at, end)


def is_magic(data: Store, at: int, size: int) -> int:
    """Whether they begin like a compression, a property list, an image, a program, a text in wide characters."""
    if size < 4:
        return 1
    head = data[at] << 8 | data[at + 1]
    if head in (
        0x1F8B, 0x28B5, 0x0422, 0x504B, 0x6270, 0xFFFE, 0xFEFF, 0x8950, 0xFFD8, 0x4749, 0x4949, 0x4D4D, 0x774F, 0x4F54, 0x7472,
        0x7474, 0x2550, 0x4944, 0x4F67, 0x664C, 0x464C, 0x1A45, 0x2321, 0x7F45, 0x6465, 0x4D5A, 0xCAFE, 0xCFFA, 0x5351, 0x213C,
        0x8A4D, 0xAB4B, 0x5056, 0x13AB, 0x676C, 0xFF4F, 0x5249, 0x424D, 0x425A, 0x7801, 0x785E, 0x789C, 0x78DA,
    ):  # fmt: skip
        return 1
    if data[at] >> 4 == 5 and data[at + 1] == 0x2A:
        return 1
    if head in (0x0000, 0x0001, 0x0061):
        return 1
    return _is_name(data, at + 4, at + size) or _is_name(data, at + 36, at + size)


def _is_name(data: Store, at: int, end: int) -> int:
    """Whether four small letters stand there, as the kind of a box does."""
    if at + 4 > end:
        return 0
    for index in range(4):
        if data[at + index] < 0x61 or data[at + index] > 0x7A:
            return 0
    return 1


def _shows_signs(data: Store, at: int, end: int) -> int:
    """Whether formats of text may try: an escape, a pair, a document, a word in letters and digits, many zeros."""
    zeros, word, shown, quotes = 0, 0, 0, 0
    for place in range(at, end):
        byte = data[place]
        zeros += byte == 0
        quotes += byte == 0x22
        shown = shown + 1 if (byte >= 0x20 and byte < 0x7F) or byte in (9, 10, 13) else 0
        word = word + 1 if _is_of_word(byte) else 0
        following = data[place + 1] if place + 1 < end else 0
        if (byte == 0x1F and following == 0x8B) or (byte == 0x04 and following == 0x22):
            return 1
        if shown >= _PRINTABLE_RUN or word >= _WORD_RUN or (shown and _is_sign(data, at, place, end)):
            return 1
    is_indented = (data[at] >= 9 and data[at] <= 13) or data[at] == 0x20
    return zeros >= 4 or quotes >= 2 or (quotes and is_indented) or _begins_document(data, at)


def _begins_document(data: Store, at: int) -> int:
    """Whether XML, a byte order mark or a string of JSON stands at the beginning; of other JSON two quotes say it."""
    first, second = data[at], data[at + 1]
    return (
        (first == 0x3C and (second in (0x21, 0x3F, 0x5F) or second | 32 >= 0x61))
        or (first == 0xEF and second == 0xBB)
        or first == 0x22
    )


def _is_sign(data: Store, at: int, place: int, end: int) -> int:
    """Whether a printable byte begins or ends what such a format knows."""
    byte = data[place]
    second = data[place + 1] if place + 1 < end else 0
    third = data[place + 2] if place + 2 < end else 0
    if byte == 0x3D:
        return (
            second in (10, 13)
            or (is_hex(second) and is_hex(third))
            or _is_of_form(data, at, place)
            or holds(data, place, end, 0x3B)
        )
    if byte == 0x25:
        return second == 0x75 or (is_hex(second) and is_hex(third))
    if byte == 0x26:
        return (second == 0x23 or _is_of_word(second)) and holds(data, place, end, 0x3B)
    if byte == 0x5C:
        return second in (0x75, 0x78) or (second >= 0x30 and second < 0x38 and third >= 0x30 and third < 0x38)
    if byte == 10:
        return holds(data, at, end, 0x3A) or holds(data, at, end, 0x2D)
    if byte == 0x3A:
        return second == 0x2F and third == 0x2F
    if byte in (0x5B, 0x7B, 0x28):
        return second in (9, 10, 13, 0x20, 0x22, 0x5B, 0x7B) or (byte == 0x5B and second >= 0x30 and second < 0x3A)
    if byte == 0x78:
        return second in (0x01, 0x5E, 0x9C, 0xDA)
    if byte == 0x3C:
        return second == 0x3F
    if byte == 0x3F:
        return data[at] == 0x2F and holds(data, place, end, 0x3D)
    return (byte == 0x28 and second == 0xB5) or (byte == 0x62 and second == 0x70) or (byte == 0x50 and second == 0x4B)


def _is_of_word(byte: int) -> bool:
    return byte in (0x2B, 0x2D, 0x2F, 0x5F) or (byte >= 0x30 and byte <= 0x39) or (byte | 32 >= 0x61 and byte | 32 <= 0x7A)


def _is_of_form(data: Store, at: int, end: int) -> int:
    """Whether all that stands there may be the name of a pair or of a function."""
    for place in range(at, end):
        if data[place] < 0x21 or data[place] > 0x7E:
            return 0
    return end > at


def _is_framed(data: Store, at: int, end: int) -> int:
    """Whether a payload may stand behind a head: announced by a length (`heads.announced`), or packed text."""
    size = end - at
    words = at
    while words < end and ((data[words] >= 0x20 and data[words] < 0x7F) or data[words] in (9, 10, 13)):
        words += 1
    words -= at
    for behind in range(max(1, words), min(_LONGEST_HEAD, size - _SHORTEST_PAYLOAD) + 1):
        room = size - behind
        if data[at + behind - 1] == room:
            return 1
        for turn in range(4):
            width = 2 if turn < 2 else 4
            if behind >= max(width, words):
                said = number(data, at + behind - width, width, turn & 1)
                if said >= _SHORTEST_PAYLOAD and said <= room and said >= room - 8:
                    return 1
    for offset in range(1, _LAST_OFFSET + 1):
        if size - offset >= _SHORTEST_PAYLOAD and (
            is_deflate(data, at + offset, end, 0) or is_brotli(data, at + offset, end, _GROWTH_BEHIND_HEAD, 0)
        ):
            return 1
    return 0
