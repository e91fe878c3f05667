"""Base58 (Bitcoin's alphabet) of digests: a value that decodes to exactly a digest's length, or to text."""

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST = 128
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_DIGESTS = frozenset({16, 20, 28, 32, 48, 64})


class Base58:
    """A whole value in base58."""

    signs = signs.BASE58

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Decodes it."""
        if len(data) > _LONGEST or data.translate(None, _ALPHABET):
            return None
        value = decoded(data)
        if len(value) not in _DIGESTS and not signs.is_text(value):
            return None
        return Opened(inners=(Inner(value, words=("base58",)),), whole=False, sure=False)


def decoded(text: bytes) -> bytes:
    """The bytes of base58 text; leading ones are zero bytes."""
    number = 0
    for character in text:
        number = number * 58 + _VALUES[character]
    zeros = len(text) - len(text.lstrip(b"1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
