"""Bytes written as lists of numbers: `[51, 53, 50]` in a JSON document or in a text goes in, the bytes come out.

`JSON.stringify` writes buffers in this way, and Java arrays of bytes, whose numbers are signed. Single digits are read as those
of one number as well.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from auditor.decode import signs as look
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget
from auditor.decode.signs import is_text

_LIST = re.compile(rb"\[\s*+(-?\d{1,3}(?:\s*+,\s*+-?\d{1,3}){5,}+)\s*+\]")
_NAME = re.compile(rb'"([^"\\]{1,64})"\s*:\s*$')
_FEWEST = b",,,,,"
"""What is left of the shortest list without its numbers."""
_SHORT = 64
_ASCII = 127
_DIFFERENT = 32
_MOST = 20_000
_SHORTEST = 24
"""Bytes of a list in a text: what is shorter is no identifier."""


class ByteLists:
    """Such lists in a text that is no document: a line of a log, a literal of a program."""

    signs = look.NUMBERS

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Reads each list."""
        inners, cut = _listed(data, _SHORTEST)
        return Opened(inners=inners, whole=False, sure=False, cut=cut) if inners else None


def byte_lists(data: bytes, signs: bytes) -> tuple[Sequence[Inner], str]:
    """Lists that are text, that no chart has, or are short as an identifier; `signs` are the document's brackets and quotes.

    Also what was left out.
    """
    return _listed(data) if _FEWEST in signs else ((), "")


def _listed(data: bytes, least: int = 0) -> tuple[Sequence[Inner], str]:
    inners = tuple(islice(_lists(data, least), _MOST + 1))
    return inners[:_MOST], f"more than {_MOST} lists of bytes" if len(inners) > _MOST else ""


def _lists(data: bytes, least: int) -> Iterator[Inner]:
    """The lists of so many bytes at least."""
    for match in _LIST.finditer(data):
        numbers = [int(each) for each in match[1].split(b",")]
        if len(match[0]) < least or min(numbers) < -128 or max(numbers) > 255:
            continue
        name = _NAME.search(data[max(0, match.start() - 80) : match.start()])
        key = name[1].decode(errors="backslashreplace") if name else ""
        for value in _meant(numbers):
            yield Inner(value, key, key, ("json",), -1, match.start())


def _meant(numbers: list[int]) -> Iterator[bytes]:
    if min(numbers) >= 0 and max(numbers) <= 9:
        yield bytes(0x30 + number for number in numbers)
    value = bytes(number & 255 for number in numbers)
    if len(value) <= _SHORT or is_text(value) or _are_bytes(numbers):
        yield value


def _are_bytes(numbers: list[int]) -> bool:
    """Whether there are many different numbers, up to where bytes end, or below zero and not beyond: charts have other limits."""
    if len(set(numbers)) < _DIFFERENT:
        return False
    return max(numbers) > _ASCII if min(numbers) >= 0 else max(numbers) <= _ASCII
