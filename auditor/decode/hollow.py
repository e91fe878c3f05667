"""Whether a few binary bytes hold nothing that any format knows: bytes go in, a yes or no comes out.

Words and file names that read as base64, and numbers in hex, give such bytes by the dozen in every document. They are given to
the formats here, before anything is made of them, and nearly all are a value and no more.
"""

from functools import lru_cache

from auditor.decode.formats import formats_of
from auditor.decode.limits import USUAL, Budget
from auditor.decode.media_heads import is_media
from auditor.decode.signs import BINARY

LONGEST = 48
"""Bytes of a value that costs less to try than to hand over."""


@lru_cache(maxsize=8192)
def is_hollow(value: bytes, signs: int, opened: int) -> bool:
    """Whether nothing can be opened in bytes that show these signs, where so many values of the message were opened before."""
    if not signs & BINARY or is_media(value):
        return False
    budget = Budget(USUAL)
    budget.opened = opened
    try:
        for member in formats_of(value, signs):
            if member.open(value, budget) is not None:
                return False
    except Exception:  # noqa: BLE001 - whatever fails here fails again where the formats are tried, and is told there
        return False
    return True
