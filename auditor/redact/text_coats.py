"""Encodings of text taken off and put on again, unit by unit: what was escaped is escaped again, in the style in which it stood.

Where the change keeps the length, the text keeps its length too; else what lies between the first change and the last is escaped
anew, in the string or word around it, and only where that helps nothing in all of the text.
"""

import re
from collections.abc import Callable
from html import unescape

type Change = Callable[[bytes], bytes]

_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}|.", re.DOTALL)
_FORM = re.compile(rb"%[0-9A-Fa-f]{2}|\+|.", re.DOTALL)
_QUOTED = re.compile(rb"=\r?\n|=[0-9A-Fa-f]{2}|.", re.DOTALL)
_ENTITY = re.compile(rb"&#[0-9]{1,7};|&#[xX][0-9A-Fa-f]{1,6};|&[A-Za-z]{2,8};|.", re.DOTALL)
_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\.|.", re.DOTALL
)
_STRING = re.compile(rb'"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
_WORDS = re.compile(rb"[^\s\"'<>&=;,{}\[\]]{3,}+")
"""What stands between the signs that forms, headers and documents put around a value."""
_SINGLE = {b"\\n": b"\n", b"\\t": b"\t", b"\\r": b"\r", b"\\b": b"\b", b"\\f": b"\f"}


def _by_unit(
    data: bytes,
    units: re.Pattern[bytes],
    plain: Callable[[bytes], bytes],
    dressed: Callable[[bytes, bytes], bytes],
    change: Change,
) -> bytes:
    """Takes text apart into units, some of them escaped, and escapes again what was escaped."""
    pieces = units.findall(data)
    inside = [plain(piece) for piece in pieces]
    whole = b"".join(inside)
    made = whole if whole == data else change(whole)  # what had nothing on is what whoever asks is at already
    if made == whole:
        return data
    if len(made) != len(whole):
        front, at, back, end = _unchanged(inside, whole, made)
        middle = b"".join(dressed(b"", made[place : place + 1]) for place in range(at, end))
        return b"".join((*pieces[:front], middle, *pieces[back:]))
    at, out = 0, []
    for piece, unit in zip(pieces, inside, strict=True):
        new = made[at : at + len(unit)]
        out.append(piece if new == unit else dressed(piece, new))
        at += len(unit)
    return b"".join(out)


def _unchanged(inside: list[bytes], whole: bytes, made: bytes) -> tuple[int, int, int, int]:
    """Units before the first change and where it begins in `made`, the unit behind the last change and where that ends there."""
    front, at = _alike(inside, _same(whole, made))
    rest = _same(whole[: at - 1 if at else None : -1], made[: at - 1 if at else None : -1])
    count, behind = _alike(inside[: front - 1 if front else None : -1], rest)
    return front, at, len(inside) - count, len(made) - behind


def _same(one: bytes, other: bytes) -> int:
    """Bytes from the beginning on that are the same in both."""
    return next(
        (at for at, (mine, yours) in enumerate(zip(one, other, strict=False)) if mine != yours), min(len(one), len(other))
    )


def _alike(inside: list[bytes], size: int) -> tuple[int, int]:
    """How many units fit into so many bytes, and the bytes that they take."""
    taken = 0
    for count, unit in enumerate(inside):
        if taken + len(unit) > size:
            return count, taken
        taken += len(unit)
    return len(inside), taken


def _percent_off(piece: bytes) -> bytes:
    return bytes([int(piece[1:], 16)]) if len(piece) == 3 else piece


def _percent_on(piece: bytes, unit: bytes) -> bytes:
    if len(piece) != 3 and (piece or unit.isalnum() or unit in b"-._~"):
        return unit
    code = b"%%%02X" % unit[0]
    return code.lower() if piece and piece != piece.upper() else code


def percent(data: bytes, change: Change) -> bytes:
    """Percent-encoding (RFC 3986 section 2.1): each word by itself, and only where that changes nothing, all of the text."""
    if b"%" not in data:
        return data
    made = _WORDS.sub(lambda word: _percent_word(word[0], change), data)
    return made if made != data else _percent_word(data, change)


def _percent_word(data: bytes, change: Change) -> bytes:
    return _by_unit(data, _PERCENT, _percent_off, _percent_on, change) if b"%" in data else data


def form(data: bytes, change: Change) -> bytes:
    """The same with a plus for a space."""
    data = percent(data, change)
    if b"+" not in data:
        return data
    return _by_unit(data, _FORM, lambda piece: b" " if piece == b"+" else _percent_off(piece), _percent_on, change)


def quoted_printable(data: bytes, change: Change) -> bytes:
    """Quoted-printable (RFC 2045 section 6.7)."""

    def off(piece: bytes) -> bytes:
        if len(piece) == 1:
            return piece
        return b"" if piece.endswith(b"\n") else bytes([int(piece[1:], 16)])

    return _by_unit(data, _QUOTED, off, lambda piece, unit: b"=%02X" % unit[0] if len(piece) == 3 else unit, change)


def entities(data: bytes, change: Change) -> bytes:
    """Character references of HTML and XML."""

    def off(piece: bytes) -> bytes:
        return unescape(piece.decode()).encode("utf-8", "replace") if len(piece) > 1 else piece

    def on(piece: bytes, unit: bytes) -> bytes:
        if not piece.startswith(b"&"):
            return unit
        number = ord(unit.decode("utf-8", "replace")[:1] or "?")
        return b"&#x%x;" % number if piece[2:3] in (b"x", b"X") else b"&#%d;" % number

    return _by_unit(data, _ENTITY, off, on, change) if b"&" in data else data


def escapes(data: bytes, change: Change) -> bytes:
    r"""Backslash escapes of JSON and JavaScript: \uXXXX in one unit or two, \xXX, \n, \/."""

    def off(piece: bytes) -> bytes:
        if piece[:2] == b"\\u":
            units = piece.replace(b"\\u", b"")
            return bytes.fromhex(units.decode()).decode("utf-16-be", "replace").encode()
        if piece[:2] == b"\\x" and len(piece) == 4:
            return bytes.fromhex(piece[2:].decode())
        return _SINGLE.get(piece, piece[1:]) if len(piece) == 2 else piece

    def on(piece: bytes, unit: bytes) -> bytes:
        if piece[:2] == b"\\u":
            units = unit.decode("utf-8", "replace").encode("utf-16-be").hex()
            return b"".join(b"\\u" + units[at : at + 4].encode() for at in range(0, len(units), 4))
        return b"\\x%02x" % unit[0] if len(piece) == 4 and unit else unit

    def quoted(piece: bytes, unit: bytes) -> bytes:
        if piece or unit not in (b'"', b"\\"):
            return on(piece, unit)
        return b"\\" + unit

    def string(found: re.Match[bytes]) -> bytes:
        if b"\\" not in found[1]:
            return found[0]
        return b'"%s"' % _by_unit(found[1], _ESCAPE, off, quoted, change)

    if b"\\" not in data:
        return data
    made = _STRING.sub(string, data)
    return made if made != data else _by_unit(data, _ESCAPE, off, on, change)


def csv_quotes(data: bytes, change: Change) -> bytes:
    """Doubled quotes of CSV (RFC 4180)."""
    if b'""' not in data:
        return data
    made = change(data.replace(b'""', b'"'))
    return data if made == data.replace(b'""', b'"') else made


def utf16(data: bytes, change: Change) -> bytes:
    """UTF-16 text in either order."""
    for charset in ("utf-16-le", "utf-16-be"):
        try:
            text = data[: len(data) // 2 * 2].decode(charset)
        except UnicodeDecodeError:
            continue
        inside = text.encode("utf-8", "surrogatepass")
        made = change(inside)
        if made != inside:
            return made.decode("utf-8", "replace").encode(charset) + data[len(data) // 2 * 2 :]
    return data
