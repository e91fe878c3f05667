"""The entries of a HAR file: bytes in, entries with their positions out.

The whole document is decoded in one go where it is sound. Where it is torn or one entry is broken, the entries are read
one by one up to the damage, so that one bad entry never costs the rest.
"""

import json
import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from auditor.capture.har_entry import Entry
from auditor.model.reading import Damage

_ENTRIES = re.compile(r'"entries"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")


class _Log(Struct, frozen=True):
    entries: list[msgspec.Raw]


class _Document(Struct, frozen=True):
    log: _Log


def read_entries(data: bytes) -> Iterator[tuple[int, Entry] | Damage]:
    """Each entry with its index, and each damaged place."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        raws = msgspec.json.decode(data, type=_Document).log.entries
    except (msgspec.MsgspecError, RecursionError) as error:
        yield from _recovered(data, str(error) or type(error).__name__)
        return
    for index, raw in enumerate(raws):
        yield _entry(index, raw)


def _entry(index: int, raw: msgspec.Raw) -> tuple[int, Entry] | Damage:
    try:
        return index, msgspec.json.decode(raw, type=Entry, strict=False)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        try:
            return _lenient(index, json.loads(bytes(raw).decode("utf-8", "backslashreplace")))
        except (ValueError, RecursionError):
            return Damage(f"entry {index}", f"no HAR entry: {error}")


def _lenient(index: int, value: object) -> tuple[int, Entry] | Damage:
    try:
        return index, msgspec.convert(value, Entry, strict=False)
    except (msgspec.ValidationError, UnicodeError) as error:
        return Damage(f"entry {index}", f"no HAR entry: {error}")


def _recovered(data: bytes, why: str) -> Iterator[tuple[int, Entry] | Damage]:
    """Entry by entry with a decoder that says where it stops."""
    text = data.decode("utf-8", "backslashreplace")
    start = _ENTRIES.search(text)
    if start is None:
        yield Damage(_byte(text, len(text)), f"no HAR log: {why}")
        return
    decoder = json.JSONDecoder()
    position, index = start.end(), 0
    while True:
        position = _after_gap(text, position)
        if text.startswith("]", position):
            yield Damage(_byte(text, position), f"not sound JSON behind the entries: {why}")
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            place = getattr(error, "pos", position)
            yield Damage(_byte(text, place), f"the log ends or breaks in entry {index}: {why}")
            return
        yield _lenient(index, value)
        index += 1


def _after_gap(text: str, position: int) -> int:
    gap = _GAP.match(text, position)
    return gap.end() if gap else position


def _byte(text: str, position: int) -> str:
    return f"byte {len(text[:position].encode('utf-8', 'replace'))}"
