"""Tokens that one party sets and another receives: requests and responses go in, in their order; such tokens come out.

A party sets a token with a cookie, a header or a field of a document whose name says that it tells users or devices apart; what
a client shows it under such a name it holds as well. Who gets it later and is another company knows the same user. Keys of SDKs
and numbers of apps are the same for everybody and have other names, and what a list has many of are its entries. A token counts
where its receiver is shown it as it stands or percent-encoded; the second pass finds its disguises. A token that is set in one
capture of a session and got in another one counts too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from auditor.identify.learned import OWNER
from auditor.model.content import Message, Piece
from auditor.model.session import PlantedValue
from auditor.model.vocabulary import Direction, Part

_MOST_SET = 16384
_MOST_PASSED = 50
_MOST_SHOWN = 65536
_COMPANIES = 2
_LONGEST_BODY = 1 << 18
_FEWEST = 8
"""Different characters of a token."""
_TOLD_APART = (
    rb"(?:[a-z0-9_.-]{0,24}(?:token|session|sess|sid|uid|uuid|guid|ticket|cookie)"
    rb"|[a-z0-9_.-]{0,16}(?:user|device|session|visitor|client|install|installation|anonymous|open|union|member|guest|distinct|tracking|partner"
    rb"|external|match|profile)[_-]?id)"
)
_NAME = re.compile(_TOLD_APART, re.IGNORECASE)
_VALUE = rb"([0-9A-Za-z_.~+%=/\\-]+)"
_WRITINGS = (
    (b":", rb'"(' + _TOLD_APART + rb')\\{0,3}"\s{0,4}:\s{0,4}\\{0,3}"' + _VALUE + rb'"'),
    (b"</", rb"<(" + _TOLD_APART + rb")>" + _VALUE + rb"</"),
    (b"=", rb"(?:^|[?&;\s])(" + _TOLD_APART + rb")=" + _VALUE),
)
"""How a name and its value stand in JSON, also in JSON within a text of JSON, in XML, and in a form, and a sign that each has."""
_TOKEN = re.compile(rb"[0-9A-Za-z_.~+-]{12,2048}")
_BASE64 = re.compile(rb"[0-9A-Za-z+/]{16,2048}")
_ENTRIES = 3
"""Values under one name in a document that make it a list: of articles, of wares."""
_WORDS = re.compile(rb"(?:[a-z]+[0-9]{0,3}|[0-9]{1,3})(?:[-_.](?:[a-z]+[0-9]{0,3}|[0-9]{1,3}))+|[a-z]+[0-9]{1,5}", re.IGNORECASE)
"""Words and small numbers, like `default-session-v2`."""
_TAKEN_AWAY = re.compile(rb"max-age=(?:0|-)|expires=[^;]{0,20}1970", re.IGNORECASE)
"""Of a cookie that is no more."""
_DATE = re.compile(rb"\d{4}-\d\d-\d\d")
_LETTER, _DIGIT = re.compile(rb"[A-Za-z]"), re.compile(rb"\d")


class Heard(NamedTuple):
    """What one capture tells the others."""

    set_by: dict[bytes, str]
    """The company that set each token."""
    shown: dict[bytes, tuple[str, ...]]
    """The first companies, two at most, that were shown each word that may be a token."""


class PassedOn:
    """What was set, by whom, and what of it another company got."""

    def __init__(self, company: Callable[[str], str | None], *, among_others: bool = False) -> None:
        """`company` gives what hosts of one company have in common, like the registrable domain; None where only they have it.

        `among_others` says that other captures of the session are heard too: then every word that may be a token is kept.
        """
        self._company = company
        self._among_others = among_others
        self._set_by: dict[bytes, str] = {}
        self._setters: set[str] = set()
        """The companies among them."""
        self._shown: dict[bytes, tuple[str, ...]] = {}
        self._passed: set[bytes] = set()

    def wants(self, message: Message) -> bool:
        """Whether anything could come of the next message: that of a host nobody knows tells nothing."""
        return message.host is not None

    def hear(self, message: Message, body: bytes) -> None:
        """Takes the next message of HTTP, and its body without content codings."""
        if message.host is None:
            return
        company = self._company(message.host) or message.host
        if message.direction is Direction.DOWN:
            self._holds(company, _set_in(message, body[:_LONGEST_BODY]))
        else:
            may_matter = self._among_others or not self._setters <= {company}
            words = _shown_in(message.pieces, body[:_LONGEST_BODY]) if may_matter else set()
            for token in self._set_by.keys() & words:
                if self._set_by[token] != company and len(self._passed) < _MOST_PASSED:
                    self._passed.add(token)
            self._holds(company, _told_in(message, body[:_LONGEST_BODY]))
            if self._among_others:
                self._keep(words, company)

    def _holds(self, company: str, tokens: Iterable[bytes]) -> None:
        for token in tokens:
            if len(self._set_by) < _MOST_SET:
                self._setters.add(self._set_by.setdefault(token, company))

    def _keep(self, words: Iterable[bytes], company: str) -> None:
        for token in _as_tokens(words):
            seen = self._shown.get(token, ())
            if company not in seen and len(seen) < _COMPANIES and len(self._shown) < _MOST_SHOWN:
                self._shown[token] = (*seen, company)

    def heard(self) -> Heard:
        """For `passed_across`."""
        return Heard(self._set_by, self._shown)

    def values(self) -> tuple[PlantedValue, ...]:
        """The tokens that another company got, without labels."""
        return _planted(self._passed)


def passed_across(captures: Sequence[Heard]) -> tuple[PlantedValue, ...]:
    """The tokens that a company set in one capture and another company got in another one, without labels.

    Captures of one session may run at the same time: which comes first says nothing.
    """
    found = {
        token
        for number, setter in enumerate(captures)
        for other, getter in enumerate(captures)
        if other != number
        for token in setter.set_by.keys() & getter.shown.keys()
        if any(company != setter.set_by[token] for company in getter.shown[token])
    }
    return _planted(sorted(found)[:_MOST_PASSED])


def _planted(tokens: Iterable[bytes]) -> tuple[PlantedValue, ...]:
    return tuple(PlantedValue(label="", kind="token", value=token.decode(), owner=OWNER) for token in sorted(tokens))


def _set_in(message: Message, body: bytes) -> Iterator[bytes]:
    """The tokens that a response sets."""
    for piece in message.pieces:
        name = piece.name.lower().encode(errors="replace")
        if piece.part in (Part.HEADER, Part.COOKIE) and name == b"set-cookie":
            if not _TAKEN_AWAY.search(piece.data):
                yield from _as_tokens([piece.data.partition(b";")[0].partition(b"=")[2]])
        elif piece.part is Part.HEADER and _NAME.fullmatch(name):
            yield from _as_tokens([piece.data])
    yield from _named_in(body)


def _told_in(message: Message, body: bytes) -> Iterator[bytes]:
    """The tokens that a request shows under their names."""
    for piece in message.pieces:
        if piece.part is Part.HEADER and _NAME.fullmatch(piece.name.encode(errors="replace")):
            yield from _as_tokens([piece.data])
        elif piece.part in (Part.QUERY, Part.COOKIE):
            yield from _named_in(piece.data)
    yield from _named_in(body)


@cache
def _writings() -> tuple[tuple[bytes, Any], ...]:
    """The writings as linear-time expressions."""
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    return tuple((sign, re2.compile(writing, options)) for sign, writing in _WRITINGS)


def _named_in(text: bytes) -> Iterator[bytes]:
    """The tokens of a document, a form or a query, entries of lists aside."""
    by_name: dict[bytes, dict[bytes, None]] = {}
    for sign, writing in _writings():
        if sign in text:
            for match in writing.finditer(text):
                value = match[2].replace(b"\\/", b"/").rstrip(b"\\")
                by_name.setdefault(match[1].lower(), {})[value] = None
    yield from _as_tokens(value for values in by_name.values() if len(values) < _ENTRIES for value in values)


def _as_tokens(values: Iterable[bytes]) -> Iterator[bytes]:
    """Those that tell somebody apart: long, of letters and digits, no date and no words."""
    for value in values:
        token = _bare(unquote_to_bytes(value.strip().strip(b'"')))
        if not (_TOKEN.fullmatch(token) or _BASE64.fullmatch(token)) or len(set(token)) < _FEWEST:
            continue
        if _DATE.match(token) or _WORDS.fullmatch(token):
            continue
        if _LETTER.search(token) and _DIGIT.search(token):
            yield token


def _bare(value: bytes) -> bytes:
    """Without padding, which some senders leave out."""
    return value.rstrip(b"=")


def _shown_in(pieces: Iterable[Piece], body: bytes) -> set[bytes]:
    """Every word of a request that may be a token."""
    whole = b"\n".join((*(piece.data for piece in pieces if piece.part is not Part.BODY), body)).replace(b"\\/", b"/")
    words = {*_TOKEN.findall(whole), *_BASE64.findall(whole)}
    if b"%" in whole:
        plain = unquote_to_bytes(whole)
        words.update(_TOKEN.findall(plain), _BASE64.findall(plain))
    return words
