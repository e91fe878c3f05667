"""A JSON document cut at its quotes: the strings, and what stands between them. Text goes in, both come out.

It takes a tenth of the time that walking through a parsed document takes, and whether the document is sound is told from what
stands between.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_QUOTE, _BACKSLASH = 0x22, 0x5C


def halves(data: bytes) -> tuple[list[bytes], list[bytes]]:
    """The strings of a document, still escaped, and what stands before, between and behind them: always one more.

    A last string without an end is one, too.
    """
    parts = _without_escapes(data).split(b'"')
    if not len(parts) % 2:
        parts.append(b"")
    strings = parts[1::2]
    if b"\\" not in data:
        return strings, parts[::2]
    for number, start in _escaped(data):  # only these are cut out of the document itself
        strings[number] = data[start : start + len(strings[number])]
    return strings, parts[::2]


def _escaped(data: bytes) -> Iterator[tuple[int, int]]:
    """Numbers and starts of the strings with escapes."""
    import numpy as np

    places = quotes(data)
    behind = places.searchsorted((np.frombuffer(data, np.uint8) == _BACKSLASH).nonzero()[0])
    before = np.array([*dict.fromkeys(behind[behind % 2 == 1].tolist())], np.int64) - 1
    return zip((before // 2).tolist(), (places[before] + 1).tolist(), strict=True)


@lru_cache(maxsize=1)
def quotes(data: bytes) -> "NDArray[np.int64]":
    """Where the quotes stand that begin and end strings; remembered, for a document is asked for them twice."""
    import numpy as np

    places: NDArray[np.int64] = (np.frombuffer(_without_escapes(data), np.uint8) == _QUOTE).nonzero()[0]
    return places


@lru_cache(maxsize=1)
def _without_escapes(data: bytes) -> bytes:
    """The document with all quotes that end no string put out of sight, each sign in its place."""
    return data.replace(b"\\\\", b"__").replace(b'\\"', b"__") if b"\\" in data else data
