"""Base58 (Bitcoin's alphabet) of digests and of text: a value, or a word of one, that decodes to a digest's length or to text."""

import re
from collections.abc import Iterator
from itertools import islice

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_LONGEST = 128
_WORD = re.compile(rb"(?<![A-Za-z0-9+/_-])[1-9A-HJ-NP-Za-km-z]{21,90}(?![A-Za-z0-9+/_=-])")
_MOST_WORDS = 20_000
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_DIGESTS = frozenset({16, 20, 28, 32, 48, 64})


class Base58:
    """A whole value in base58, or words of one."""

    signs = signs.BASE58

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Decodes each."""
        if len(data) <= _LONGEST and not data.translate(None, _ALPHABET):
            inners, cut = tuple(_inners(data, 0, data)), ""
        else:
            words = tuple(islice((word for word in _WORD.finditer(data) if _is_mixed(word[0])), _MOST_WORDS + 1))
            inners = tuple(inner for word in words[:_MOST_WORDS] for inner in _inners(data, word.start(), word[0]))
            cut = f"more than {_MOST_WORDS} words of base58" if len(words) > _MOST_WORDS else ""
        return Opened(inners=inners, whole=False, cut=cut, sure=False) if inners or cut else None


def _inners(data: bytes, at: int, word: bytes) -> Iterator[Inner]:
    value = decoded(word)
    is_all = len(word) == len(data)
    if len(value) in _DIGESTS or (is_all and signs.is_text(value)):
        yield Inner(value, words=("base58",), near=at)


def _is_mixed(word: bytes) -> bool:
    """Whether a word has capitals and small letters, as a digest has."""
    return word != word.lower() and word != word.upper()


def decoded(text: bytes) -> bytes:
    """The bytes of base58 text; leading ones are zero bytes."""
    number = 0
    for character in text:
        number = number * 58 + _VALUES[character]
    zeros = len(text) - len(text.lstrip(b"1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)
