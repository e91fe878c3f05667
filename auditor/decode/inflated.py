"""What a decompression yields, and how that becomes a value: shared by the compression formats and HTTP's content codings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.decode.content_format import BrokenError, Inner, Opened
from auditor.decode.limits import Budget, OverLimitError

if TYPE_CHECKING:
    import zlib


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflated:
    """The result of one decompression, complete or not."""

    data: bytes
    rest: bytes = b""
    """What stands behind the end of the compressed data."""
    head: bytes = b""
    """What the head of the compressed data says in words: names, comments."""
    broken: str = ""
    """Why it ends early; empty where it is complete."""
    ended: bool = False
    """Whether the format's own end stood at the end of the data."""
    over_limit: bool = False
    """Whether it was stopped by the budget."""


_FIRST_CHUNK, _LARGEST_CHUNK = 1 << 12, 1 << 18


def chunks(data: bytes, at: int) -> Iterator[memoryview]:
    """The bytes from a place on, in growing pieces: a stream copies what it does not use up, and of a million short members each
    would copy all the others."""
    view, size = memoryview(data), _FIRST_CHUNK
    while at < len(data):
        yield view[at : at + size]
        at, size = at + size, min(4 * size, _LARGEST_CHUNK)


def until_its_end(stream: "zlib._Decompress", data: bytes, at: int, room: int) -> tuple[bytes, int, bool]:
    """What a stream of deflate holds, where the last piece that it was given ends, and whether there was room for more.

    Raises:
        zlib.error: it is damaged.
    """
    parts: list[bytes] = []
    for chunk in chunks(data, at) if room else ():
        at += len(chunk)
        parts.append(stream.decompress(chunk, room))
        room -= len(parts[-1])
        if stream.eof or room <= 0:
            break
    return b"".join(parts), at, room > 0


type Inflate = Callable[[bytes, int], Inflated | None]
"""Compressed bytes and the most bytes to yield; None: not this format."""


def opened(word: str, data: bytes, inflate: Inflate, budget: Budget) -> Opened | None:
    """A compressed value with its compression taken off; None: not this format."""
    inflated = inflate(data, budget.room(len(data)))
    if inflated is None:
        return None
    budget.spend(len(inflated.data))
    return Opened(inners=_inners(word, inflated))


def _inners(word: str, inflated: Inflated) -> Iterator[Inner]:
    if inflated.data:
        yield Inner(inflated.data, words=(word,))
    if inflated.head:
        yield Inner(inflated.head)
    if inflated.rest.strip(b"\0"):
        yield Inner(inflated.rest)
    if inflated.over_limit:
        raise OverLimitError(f"{word} grows past the limit after {len(inflated.data)} bytes")
    if inflated.broken:
        raise BrokenError(f"{word} {inflated.broken}")
