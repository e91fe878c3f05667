"""Characters that look like others or like nothing: full-width and other digits and letters, and marks of no width between them.

What a person reads as a number and a search for its digits does not see (Unicode Standard annex 15, compatibility forms).
"""

import re
import unicodedata

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_STRANGE = re.compile(
    "[\u00ad\u034f\u061c\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u0e50-\u0e59\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u2070-\u2079\u2080-\u2089\u2460-\u2473\ufe00-\ufe0f\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d7ce-\U0001d7ff]"
    "|[0-9][\u00a0\u2000-\u200a\u2010-\u2015\u202f\u2212\u3000][0-9]"
)
_PLAIN = {"Cf": "", "Mn": "", "Zs": " ", "Pd": "-"}
"""Marks of no width, spaces and dashes (Unicode Standard section 4.5)."""
_FEWEST = 4
_BLOCK = 1 << 16
"""Characters that are written anew together, if any of them is strange."""
_LARGEST = 4
"""Times as many characters as there were: some stand for eighteen, and nobody hides a number in those."""


class Lookalikes:
    """Text with such characters in it."""

    signs = signs.STRANGE

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Writes the text with plain digits and letters."""
        text = data.decode(errors="surrogateescape")
        if not _STRANGE.search(text):
            return None
        parts = (text[at : at + _BLOCK] for at in range(0, len(text), _BLOCK))
        plain = "".join(_plain_text(part) if _STRANGE.search(part) else part for part in parts).encode(errors="surrogateescape")
        if plain == data or len(plain) < _FEWEST:
            return None
        return Opened(inners=(Inner(plain, words=("unicode",)),), whole=False, sure=False)


def _plain_text(text: str) -> str:
    """With plain digits and letters."""
    wide = unicodedata.normalize("NFKC", text)
    if len(wide) > _LARGEST * _BLOCK:
        wide = _STRANGE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return "".join(map(_plain, wide))


def _plain(character: str) -> str:
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category in _PLAIN:
        return _PLAIN[category]
    digit = unicodedata.digit(character, None)
    return character if digit is None else str(digit)
