"""The functions of `triage` uncompiled, on one document or value."""

from typing import NamedTuple

from auditor.decode import triage_strings
from auditor.decode.triage import WORDS
from auditor.decode.triage_letters import ADDRESS, BASE, NUMBER, OPEN, ROW_CELLS, ROWS, TEXT, letters


class Told(NamedTuple):
    """What was noted."""

    strings: int
    opened: list[int]
    addresses: list[int]
    readings: list[tuple[int, tuple[str, ...], bytes]]


def looked(document: bytes) -> Told:
    """Of a document."""
    rows, text, work = arrays(len(document))
    count = triage_strings.look(document, rows, text, bytearray(len(document) + 8), work)
    return told(count, rows, text, work)


def read(value: bytes) -> tuple[int, list[tuple[int, tuple[str, ...], bytes]]]:
    """Of the runs of letters of one value."""
    rows, text, work = arrays(len(value))
    work[NUMBER] = work[BASE] = 0
    answer = letters(value, 0, len(value), rows, text, work)
    return answer, told(0, rows, text, work).readings


def arrays(size: int) -> "tuple[memoryview[int], bytearray, memoryview[int]]":
    """Rows, text and work."""
    rows = memoryview(bytearray(8 * ROW_CELLS * (size + 64))).cast("q")
    return rows, bytearray(8 * size + 1024), memoryview(bytearray(64)).cast("q")


def told(count: int, rows: "memoryview[int]", text: bytearray, work: "memoryview[int]") -> Told:
    found = Told(count, [], [], [])
    for row in range(work[ROWS]):
        number, what, _, _, at, until = rows[ROW_CELLS * row : ROW_CELLS * (row + 1)].tolist()
        if what == OPEN:
            found.opened.append(number)
        elif what == ADDRESS:
            found.addresses.append(number)
        else:
            found.readings.append((number, WORDS[what], bytes(text[at:until])))
            assert until < work[TEXT]
    return found
