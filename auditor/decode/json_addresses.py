"""URLs of a JSON document whose parts hide nothing: strings go in, parts come out when a search has hit, or asks for a name.

A document of a feed holds a hundred URLs with ten parts each, and nobody ever asks for most.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from auditor.decode.content_format import Inner, Spot
from auditor.decode.limits import USUAL, Budget
from auditor.decode.url_text import Url

_NAME = re.compile(rb"[?&]([^=&?\n]{1,200})=")
_URL = Url()
_BUDGET = Budget(USUAL)
"""It spends nothing."""


class Addresses:
    """The strings that are such URLs, by their numbers."""

    def __init__(self, urls: dict[int, bytes]) -> None:
        self._urls = urls

    def __contains__(self, number: int) -> bool:
        return number in self._urls

    def __bool__(self) -> bool:
        return bool(self._urls)

    @cached_property
    def _joined(self) -> bytes:
        """All of them, a line for each."""
        return b"\n".join(self._urls.values())

    @cached_property
    def _starts(self) -> list[int]:
        """Where each begins there."""
        return [0, *accumulate([len(url) + 1 for url in self._urls.values()])]

    @cached_property
    def _raw_names(self) -> frozenset[bytes]:
        return frozenset(_NAME.findall(self._joined))

    @cached_property
    def names(self) -> Sequence[str]:
        """The names in their queries, each once."""
        return sorted(raw.decode(errors="backslashreplace") for raw in self._raw_names)

    def named(self, name: str, least: int) -> Iterator[tuple[bytes, Spot]]:
        """The values under that name; `part` tells the rest of a spot."""
        raw = name.encode(errors="replace")
        if raw not in self._raw_names:
            return
        numbers = [*self._urls]
        for match in re.finditer(rb"[?&]" + re.escape(raw) + rb"=([^&#\n]*)", self._joined):
            start, end = match.span(1)
            if end - start >= least:
                line = bisect_right(self._starts, start) - 1
                begin = self._starts[line]
                yield match[1], (numbers[line], start - begin, -2 - (end - begin))

    def part(self, number: int, start: int, end: int) -> Inner | None:
        """The part of a URL that holds these of its bytes; None where no single part does."""
        return next((part for part in self.parts(number) if part.at <= start and end <= part.at + len(part.value)), None)

    def parts(self, number: int) -> Iterator[Inner]:
        """All parts of a URL."""
        opened = _URL.open(self._urls[number], _BUDGET)
        return iter(opened.inners if opened else ())
