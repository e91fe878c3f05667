"""The first cut: a piece of a message goes in, its values come out, cut where its part of the message says so."""

import re
from collections.abc import Iterator
from itertools import takewhile

from auditor.decode.content_format import Inner
from auditor.decode.form_text import pairs
from auditor.model.content import Piece
from auditor.model.vocabulary import Part

COOKIES = frozenset({"cookie", "set-cookie", "cookie2"})
_REPEATING = frozenset({"path", "payload", "body", "question", "query"})
_LONG_LABEL = 16
_FULL_LABEL = 63
"""Bytes that a label holds (RFC 1035 section 2.3.4)."""
_CUT_LABEL = 30
"""Bytes of a label whose sender may have cut it short of that."""
_TOPIC = "topic"
_PARAMETER = re.compile(rb'(?:^|[;, ])([\w.*-]{1,40})="((?:[^"\\]|\\.)*+)"', re.DOTALL)
_PAIRS = re.compile(rb"\s*+[\w.\-]{1,64}=[^;]*+(?:;\s*+[\w.\-]{1,64}=[^;]*+)++;?\s*+")
"""Nothing but names and values, as in a cookie: each value has a place of its own, and its encodings are none of the others."""
_DOCUMENT = frozenset({b"<", b"{", b"["})
"""How documents begin, which are taken apart as what they are."""
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_SCHEME = re.compile(rb"(?:Basic|Bearer|Digest|Token|JWT)[ ]+(?=\S)", re.IGNORECASE)
_ANY_SCHEME = re.compile(rb"[A-Za-z][\w-]{2,30}[ ]+(?=\S)")
_OF_SCHEMES = re.compile(r"auth|token|sign|credential", re.IGNORECASE)
"""What the names of headers have in which a scheme stands before the rest (RFC 9110 section 11.4), whatever its name."""


def cut(piece: Piece) -> Iterator[Inner]:
    """The values that a piece is made of. The piece as a whole is always the first."""
    yield Inner(piece.data, *_name(piece), (), 0)
    yield from _INNER.get(piece.part, _nothing)(piece)


def _name(piece: Piece) -> tuple[str, str]:
    """Path and key of the whole piece; names that only repeat the part are no part of a path."""
    name = "" if piece.name in _REPEATING else piece.name
    return name, name


def _nothing(_: Piece) -> Iterator[Inner]:
    return iter(())


def _segments(piece: Piece) -> Iterator[Inner]:
    """Path segments, numbered from 1, the name before a value as its key: `/device/3520...` gives key `device`."""
    yield from _split(piece.data, b"/")


def _labels(piece: Piece) -> Iterator[Inner]:
    """The labels, and the long ones at the front together: a label holds 63 bytes, so what is longer is sent in several."""
    yield from _split(piece.data, b".")
    labels = piece.data.split(b".")
    long = list(takewhile(lambda label: len(label) >= _LONG_LABEL, labels))
    if not long:
        return
    if len(long) > 1 and len(long[-1]) < _FULL_LABEL:
        yield Inner(b"".join(long), "labels", "", (), -1, 0)
    rest = labels[len(long) : len(long) + 1]  # of what filled the labels before, however long the sender makes them
    if len(long[-1]) >= _CUT_LABEL and any(rest):
        yield Inner(b"".join(long + rest), "labels", "", (), -1, 0)


def _topic(piece: Piece) -> Iterator[Inner]:
    """The levels of a topic (MQTT 5.0 section 4.7), all under the topic's own path; base64 knows a slash, and would run on."""
    if piece.name == _TOPIC:
        for inner in _split(piece.data, b"/"):
            yield inner._replace(path=_TOPIC)


def _split(data: bytes, separator: bytes) -> Iterator[Inner]:
    bare = data.lstrip(separator)
    at = len(data) - len(bare)
    before = ""
    for number, segment in enumerate(bare.split(separator), 1):
        if segment:
            yield Inner(segment, f"[{number}]", before, (), at)
        before = segment.decode(errors="backslashreplace")[:64]
        at += len(segment) + 1


def _query(piece: Piece) -> Iterator[Inner]:
    return pairs(piece.data, b"&", ())


def _header(piece: Piece) -> Iterator[Inner]:
    if piece.name.lower() in COOKIES:
        yield from _cookie(piece)
        return
    if piece.name.lower() == "host" and len(max(piece.data.split(b"."), key=len)) >= _LONG_LABEL:
        yield from _labels(piece)
        return
    scheme = (_ANY_SCHEME if _OF_SCHEMES.search(piece.name) else _SCHEME).match(piece.data)
    if scheme:
        yield Inner(piece.data[scheme.end() :], piece.name, piece.name, (), scheme.end())
    if b";" in piece.data and _PAIRS.fullmatch(piece.data):
        for inner in pairs(piece.data, b";", ()):
            yield inner._replace(path=f"{piece.name}.{inner.path}" if inner.path else piece.name)
    elif b'="' in piece.data and piece.data[:1] not in _DOCUMENT:
        yield from _parameters(piece)


def _parameters(piece: Piece) -> Iterator[Inner]:
    """The quoted parameters of a header (RFC 9110 section 5.6.6), like those of Digest (RFC 7616)."""
    for match in _PARAMETER.finditer(piece.data):
        name, value = match[1].decode(), _ESCAPED.sub(rb"\1", match[2])
        if value:
            yield Inner(value, f"{piece.name}.{name}", name, (), match.start(2) if value == match[2] else -1, match.start(2))


def _cookie(piece: Piece) -> Iterator[Inner]:
    """The cookies of a whole header; a reader may also hand over one cookie under its own name."""
    if piece.name.lower() in COOKIES:
        yield from pairs(piece.data, b";", ("cookie",))


_INNER = {
    Part.URL_PATH: _segments,
    Part.QUERY: _query,
    Part.HEADER: _header,
    Part.COOKIE: _cookie,
    Part.DNS: _labels,
    Part.MQTT: _topic,
    Part.SNI: _labels,
}
