"""The triage of strings, which looks at no index: uncompiled with arrays that do, and the machine code must say the same.

Any document goes in, as JSON and as the values between its line ends; an index beyond an array, a negative one, or another answer of
the machine code is what fuzzing looks for.
"""

import json
import random
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from auditor.decode.triage import Doors  # what is imported before atheris instruments it is not followed

LARGEST = 6_000
"""Bytes of a document: uncompiled, a thousand take some milliseconds."""
ROOMS = ((16, 512), (200, 4_096), (40_000, 400_000))
"""Rows and bytes of readings that there is room for: too few must be said."""


class Checked:
    """An array that looks at each index."""

    def __init__(self, cells: Any) -> None:
        self.cells = cells

    def __len__(self) -> int:
        return len(self.cells)

    def __getitem__(self, at: int) -> int:
        assert 0 <= at < len(self.cells), f"reads cell {at} of {len(self.cells)}"
        return int(self.cells[at])

    def __setitem__(self, at: int, value: int) -> None:
        assert 0 <= at < len(self.cells), f"writes cell {at} of {len(self.cells)}"
        self.cells[at] = value


@cache
def doors() -> "Doors":
    """The machine code."""
    from auditor import triage_code
    from auditor.decode.triage import Doors
    from auditor.object_code import functions

    compiled, keeps = functions(triage_code.CODE)
    return Doors(compiled["look"], compiled["look_at"], compiled["brackets"], keeps)


def check(data: bytes) -> None:
    """Looks at the strings of one document both ways, with little room and with much.

    Raises:
        AssertionError: an index lies beyond its array, or the answers differ.
    """
    from auditor.decode.triage_strings import look, look_at

    data = data[:LARGEST]
    values = data.split(b"\n")
    joined = b"".join(value + b"\0\0" for value in values)
    starts = [0, *accumulate(len(value) + 2 for value in values)]
    for rows, text in ROOMS:
        plain = bytearray(len(data) + 1)
        mine = _arrays(rows, text)
        count = look(Checked(data), *map(Checked, (mine[0], mine[1], plain, mine[2])))
        theirs = _arrays(rows, text)
        other = doors().look(np.frombuffer(data, np.uint8), theirs[0], theirs[1], np.zeros(len(data) + 1, np.uint8), theirs[2])
        _same(count, other, mine, theirs)
        mine, theirs = _arrays(rows, text), _arrays(rows, text)
        count = look_at(Checked(joined), Checked(starts), *map(Checked, mine))
        other = doors().look_at(np.frombuffer(joined, np.uint8), np.array(starts, np.int64), *theirs)
        _same(count, other, mine, theirs)
    _check_brackets(data)


def _check_brackets(signs: bytes) -> None:
    """Follows the brackets both ways."""
    from auditor.decode.triage_brackets import brackets

    mine, theirs = np.zeros((2, len(signs) + 1), np.int64), np.zeros((2, len(signs) + 1), np.int64)
    count = brackets(Checked(signs), *map(Checked, mine))
    assert count == doors().brackets(np.frombuffer(signs, np.uint8), *theirs)
    assert mine.tolist() == theirs.tolist()


def _arrays(rows: int, text: int) -> tuple[Any, Any, Any]:
    from auditor.decode.triage_letters import ROW_CELLS

    return np.zeros(ROW_CELLS * rows, np.int64), np.zeros(text, np.uint8), np.zeros(8, np.int64)


def _same(count: int, other: int, mine: tuple[Any, Any, Any], theirs: tuple[Any, Any, Any]) -> None:
    from auditor.decode.triage_letters import ROW_CELLS, ROWS, TEXT

    assert count == other
    if count >= 0:
        rows, text = ROW_CELLS * int(mine[2][ROWS]), int(mine[2][TEXT])
        assert mine[2][ROWS] == theirs[2][ROWS]
        assert mine[2][TEXT] == theirs[2][TEXT]
        assert mine[0][:rows].tolist() == theirs[0][:rows].tolist()
        assert mine[1][:text].tobytes() == theirs[1][:text].tobytes()


def seeds() -> tuple[bytes, ...]:
    """Documents to start from."""
    from tests.benchmarks.realistic import realistic_body

    odd = {"a": "MTM4MDAxMzgwMDA=", "\u5f20": '\U0001f600\\"/', "u": "https://h.example/a/b?x=MTM4MDAx&y=%41#z", "h": "0a" * 20}
    binary = "\n".join(
        ("deadbeefcafe0123", "x9c" * 9, "30:31:32:33:34:35:36:37", "0x33, 0x35, 0x32, 0x30, 0x39", "ProductCardLarge")
    )
    return (
        realistic_body(random.Random(1), 2_500),
        json.dumps(odd).encode(),
        json.dumps([odd, odd], ensure_ascii=False).encode(),
        binary.encode(),
        "\n".join(("１２３", "價\u00ad", "1\u00a02", "/p?id=1&n=2", "eyJhbGciOi.J9", "data:image/png;base64,iVBOR")).encode(),
    )
