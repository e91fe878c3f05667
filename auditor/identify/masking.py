"""Values as they may be shown: masked, and as a keyed digest. Clear text goes in; nothing that can be turned back comes out."""

import hashlib
import hmac

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


def keyed_digest(key: bytes, canonical: str) -> str:
    """HMAC-SHA-256 (RFC 2104) of the canonical value, the first 32 hex digits."""
    return hmac.new(key, canonical.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()[:32]
