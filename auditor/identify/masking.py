"""Values as they may be shown: masked, and as a keyed digest. Clear text goes in; nothing that can be turned back comes out."""

import hashlib
import hmac
import re
from base64 import b32decode, b64decode
from collections.abc import Iterator
from functools import lru_cache

_REMEMBERED = 65536
_DOT = "•"
_SHOWN_FROM = 10
_NEVER_SHOWN = frozenset({"password", "card", "resident_id", "text"})


def mask(kind: str, value: str) -> str:
    """First and last two characters of ten or more, dots otherwise; for the kinds that are never shown, kind and length."""
    if kind == "image":
        return kind
    if kind in _NEVER_SHOWN:
        return f"{kind} of {len(value)} characters"
    if len(value) < _SHOWN_FROM:
        return _DOT * len(value)
    return f"{_printable(value[:2])}{_DOT * (len(value) - 4)}{_printable(value[-2:])}"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else _DOT for character in text)


def runs(text: str) -> Iterator[re.Match[str]]:
    """What may be an encoded text within a name or path: `_RUN`, one behind the other.

    Almost no text holds one, and an expression tries every place of it: so the runs are looked for in a text of two signs.
    """
    signs = text.encode("latin-1", "replace").translate(_IN_RUN)  # a byte for each character
    at = signs.find(_SHORTEST)
    while at >= 0:
        run = _RUN.match(text, at)
        assert run is not None
        yield run
        at = signs.find(_SHORTEST, run.end())


@lru_cache(maxsize=_REMEMBERED)
def hidden_texts(run: str) -> frozenset[str]:
    """The texts that a run of letters and digits, or a part of it, is in hex, base32 or base64, if it is any, and backwards.

    Remembered: several ask, and texts that are looked through together are looked at again where one of them holds something.
    """
    return frozenset(_hidden(run.rstrip("=")))


def _hidden(bare: str) -> Iterator[str]:
    if _DIGITS.search(bare):
        yield bare[::-1]
    for word in _HEX.findall(bare):
        for skipped in (0, 1):
            yield from _words(bytes.fromhex(word[skipped : len(word) - (len(word) - skipped) % 2]))
    for word in _BASE32.findall(bare):
        for skipped in range(8):
            digits = word[skipped:].upper()
            yield from _words(b32decode(digits + "A" * (-len(digits) % 8)))
    for skipped in range(4) if bare != bare.lower() and bare != bare.upper() else ():
        signs = bare[skipped:].translate(_TO_STANDARD)
        for word in _words(b64decode(signs + "A" * (-len(signs) % 4))):
            yield from (word, word[:-1], word[:-2])  # letters that are glued to the end make others of it


def _words(data: bytes) -> Iterator[str]:
    """The runs of text in decoded bytes: before and behind it may stand what was no part of the encoded value."""
    words = (word[0].decode(errors="replace") for word in _TEXT.finditer(data) if _TELLING.search(word[0]))
    return ("".join(character if character.isprintable() else " " for character in word) for word in words)


_RUN = re.compile(r"[0-9A-Za-z+_-]{10,}={0,6}")
_IN_RUN = bytes(b"ab"[chr(sign).isascii() and (chr(sign).isalnum() or sign in b"+_-")] for sign in range(256))
"""The sign for each character: b where it may stand in a run."""
_SHORTEST = b"b" * 10
_DIGITS = re.compile(r"[0-9]{11}")
_HEX = re.compile(r"(?:[2-9a-fA-F][0-9A-Fa-f]){8,}[0-9A-Fa-f]?")
_BASE32 = re.compile(r"[A-Z2-7]{13,}|[a-z2-7]{13,}")
_TO_STANDARD = str.maketrans("-_", "+/")
_TELLING = re.compile(rb"[0-9]{4}|@|(?:[0-9A-Fa-f]{2}[:-]){5}|eyJ|[0-9]\.[0-9]{2}")
"""What each checked pattern has."""
_TEXT = re.compile(rb"(?:[ -~]|[\xc2-\xf4][\x80-\xbf]{1,3}){8,}")
"""Eight characters: shorter values are no planted ones that are hidden within words, nor checked patterns."""


def keyed_digest(key: bytes, canonical: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of the canonical value, the first 32 hex digits."""
    return hmac.new(key, canonical.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:32]
