"""Values as they may be shown: masked, and as a keyed digest. Clear text goes in; nothing that can be turned back comes out."""

import hashlib
import hmac
import re
from base64 import b32decode, b64decode
from collections.abc import Iterator

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


def hidden_texts(run: str) -> Iterator[str]:
    """The texts that a run of letters and digits is in hex, base32 or base64, as far as it is any."""
    bare = run.rstrip("=")
    for shape, decode in _CODED:
        if shape.fullmatch(bare):
            try:
                text = decode(bare).decode()
            except ValueError:
                continue
            if text.isprintable():
                yield text


def _base32(run: str) -> bytes:
    return b32decode(run.upper() + "=" * (-len(run) % 8))


def _base64(run: str) -> bytes:
    return b64decode(run + "=" * (-len(run) % 4), b"-_" if "-" in run or "_" in run else None)


RUN = re.compile(r"[0-9A-Za-z+_-]{10,}={0,6}")
"""What may be an encoded text within a name or path."""
_CODED = (
    (re.compile(r"(?:[2-7][0-9A-Fa-f])+"), bytes.fromhex),
    (re.compile(r"[A-Z2-7]+|[a-z2-7]+"), _base32),
    (re.compile(r"[0-9A-Za-z+_-]+"), _base64),
)


def keyed_digest(key: bytes, canonical: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of the canonical value, the first 32 hex digits."""
    return hmac.new(key, canonical.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:32]
