"""JSON Web Tokens (RFC 7519) in their compact form (RFC 7515 section 3.1): header and claims; the signature says nothing."""

import re
from base64 import urlsafe_b64decode
from binascii import Error
from itertools import islice

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_TOKEN = re.compile(rb"(?<![\w.-])(eyJ[\w-]{6,})\.([\w-]*)\.([\w-]*)(?:\.([\w-]+)\.[\w-]+)?(?![\w-])")
"""With two parts more it is encrypted (RFC 7516 section 3.1); the fourth is the ciphertext."""
_DOTS = 2
_CIPHERTEXT = 4
_MOST = 1000


class Jwt:
    """A token, or text with tokens in it."""

    signs = signs.DOTTED

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Decodes the header and the claims of each token."""
        if data.count(b".") < _DOTS:
            return None
        inners: list[Inner] = []
        for token in _TOKEN.finditer(data):
            for name, group in (("header", 1), ("claims", 2), ("ciphertext", 4)):
                value = _decoded(token[group] or b"", is_any=group == _CIPHERTEXT)
                if value:
                    inners.append(Inner(value, name, None, ("jwt",), -1, token.start(group)))
            if len(inners) > _MOST:
                break
        cut = f"more than {_MOST // 2} tokens" if len(inners) > _MOST else ""
        return Opened(inners=inners, cut=cut, whole=_TOKEN.fullmatch(data) is not None) if inners else None


def starts(data: bytes) -> frozenset[int]:
    """Where the headers and claims of the tokens in a text begin, as far as they can be read."""
    if b"eyJ" not in data or data.count(b".") < _DOTS:
        return frozenset()
    tokens = islice(_TOKEN.finditer(data), _MOST)
    return frozenset(token.start(group) for token in tokens for group in (1, 2) if _decoded(token[group]))


def _decoded(text: bytes, *, is_any: bool = False) -> bytes:
    try:
        value = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except Error:
        return b""
    return value if is_any or signs.is_text(value) else b""
