"""URLs of a JSON document whose parts hide nothing: strings go in, parts come out when a search has hit, or asks for a name.

A document of a feed holds a hundred URLs with ten parts each, and nobody ever asks for most.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

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
    def _raw_names(self) -> frozenset[bytes]:
        return frozenset(_NAME.findall(b"\n".join(self._urls.values())))

    @cached_property
    def names(self) -> Sequence[str]:
        """The names in their queries, each once."""
        return sorted(raw.decode(errors="backslashreplace") for raw in self._raw_names)

    def named(self, name: str, least: int) -> Iterator[tuple[bytes, Spot]]:
        """The values under that name; `part` tells the rest of a spot."""
        raw = name.encode(errors="replace")
        if raw not in self._raw_names:
            return
        pair = re.compile(rb"[?&]" + re.escape(raw) + rb"=([^&#]*)")
        for number, url in self._urls.items():
            for match in pair.finditer(url):
                if match.end(1) - match.start(1) >= least:
                    yield match[1], (number, match.start(1), -2 - match.end(1))

    def part(self, number: int, start: int, end: int) -> Inner | None:
        """The part of a URL that holds these of its bytes; None where no single part does."""
        return next((part for part in self.parts(number) if part.at <= start and end <= part.at + len(part.value)), None)

    def parts(self, number: int) -> Iterator[Inner]:
        """All parts of a URL."""
        opened = _URL.open(self._urls[number], _BUDGET)
        return iter(opened.inners if opened else ())
