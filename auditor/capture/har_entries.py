"""The entries of a HAR file: bytes in, entries with their positions out.

The whole document is decoded in one go where it is sound. Where it is torn or one entry is broken, the entries are read
one by one, so that one bad entry never costs the rest. Text that no output could write becomes escapes here.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from auditor.capture.har_entry import Entry
from auditor.model.reading import Damage

_BOM = b"\xef\xbb\xbf"
_ENTRIES = re.compile(r'"entries"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")
_PLACE = re.compile(r" \(byte (\d+)\)")
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
"""A string, whole or cut off, or a mark of structure. Possessive: a long string that never ends is looked at once."""
_LONE = re.compile("[\ud800-\udfff]")
_FOREIGN = re.compile("[\udc80-\udcff]")
_BYTES = range(0xDC80, 0xDD00)
"""The surrogates that stand for bytes which are no UTF-8."""


class _Log(Struct, frozen=True):
    entries: list[msgspec.Raw]


class _Document(Struct, frozen=True):
    log: _Log


def read_entries(data: bytes) -> Iterator[tuple[int, Entry] | Damage]:
    """Each entry with its index, and each damaged place."""
    sound = data.removeprefix(_BOM)
    try:
        raws = msgspec.json.decode(sound, type=_Document).log.entries
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        yield from _recovered(sound, str(error) or type(error).__name__, len(data) - len(sound))
        return
    position = 0
    for index, raw in enumerate(raws):
        try:
            yield index, msgspec.json.decode(raw, type=Entry, strict=False)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            position = sound.find(raw, position)  # one that is the same would have been found before
            yield from _entry(index, bytes(raw), str(error), position + len(data) - len(sound))
            position += 1


def _entry(index: int, raw: bytes, why: str, start: int) -> Iterator[tuple[int, Entry] | Damage]:
    """An entry that the strict decoder refused. `start`: where it begins in the file."""
    text = raw.decode("utf-8", "surrogateescape")
    try:
        yield _lenient(index, json.loads(text))
    except (ValueError, RecursionError):
        yield Damage(f"entry {index}", f"no HAR entry: {why}")
        return
    if found := _FOREIGN.findall(text):
        yield _foreign(index, len(found), start + _size(text[: text.index(found[0])]))


def _foreign(index: int, count: int, place: int) -> Damage:
    """Bytes that are no UTF-8, which JSON must be (RFC 8259 section 8.1). In another code page they are letters, and as escapes
    nobody finds them."""
    what = f"{count} bytes are no UTF-8" if count > 1 else "a byte is no UTF-8"
    return Damage(f"byte {place}", f"{what}: entry {index} is read with escapes instead")


def _lenient(index: int, value: object) -> tuple[int, Entry] | Damage:
    try:
        return index, msgspec.convert(_writable(value), Entry, strict=False)
    except (msgspec.ValidationError, UnicodeError, RecursionError) as error:
        return Damage(f"entry {index}", f"no HAR entry: {error}")


def _writable(value: object) -> object:
    """The value with an escape for each lone surrogate, which JSON can hold and UTF-8 cannot."""
    if isinstance(value, str):
        return _LONE.sub(_escape, value)
    if isinstance(value, list):
        return [_writable(member) for member in value]
    if isinstance(value, dict):
        return {_writable(key): _writable(member) for key, member in value.items()}
    return value


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number - 0xDC00:02x}" if number in _BYTES else f"\\u{number:04x}"


def _recovered(data: bytes, why: str, skipped: int) -> Iterator[tuple[int, Entry] | Damage]:
    """Entry by entry with a decoder that says where it stops. `skipped`: bytes of the file before `data`."""
    text = data.decode("utf-8", "surrogateescape")
    start = _ENTRIES.search(text)
    if start is None:
        yield Damage(_byte(text, len(text), skipped), f"no HAR log: {why}")
        return
    decoder = json.JSONDecoder()
    position, index, broken = start.end(), 0, False
    counted, size = 0, skipped
    while not text.startswith("]", position := _after_gap(text, position)):
        try:
            value, end_of_entry = decoder.raw_decode(text, position)
            yield _lenient(index, value)
            if found := _FOREIGN.findall(text, position, end_of_entry):
                first = text.index(found[0], position)
                counted, size = first, size + _size(text[counted:first])
                yield _foreign(index, len(found), size)
            position = end_of_entry
        except (ValueError, RecursionError) as error:
            place = _byte(text, getattr(error, "pos", position), skipped)
            end = _end_of_value(text, position)
            if end is None:
                yield Damage(place, f"the log ends or breaks in entry {index}: {why}")
                return
            yield Damage(place, f"entry {index} is no JSON")
            position, broken = end, True
        index += 1
    if not broken and not _is_sound(text):
        yield Damage(_place(why, skipped) or _byte(text, position, skipped), f"not sound JSON: {_PLACE.sub('', why)}")


def _is_sound(text: str) -> bool:
    """Whether it is JSON all the same: lone surrogates are, NaN is not (RFC 8259 sections 6 and 8.2)."""
    try:
        json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _after_gap(text: str, position: int) -> int:
    gap: Any = _GAP.match(text, position)
    return int(gap.end())


def _end_of_value(text: str, position: int) -> int | None:
    """Where a broken value ends, by its brackets; None where the text ends inside it, or a bracket closes what none opened."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        if token[0] in "[{":
            depth += 1
        elif depth == 0 and token[0] in "],}":
            return token.start() if token.start() > position else None
        elif token[0] in "]}":
            depth -= 1
            if depth == 0:
                return token.end()
    return None


def _place(why: str, skipped: int) -> str:
    """The place that the decoder's message names."""
    place = _PLACE.search(why)
    return f"byte {int(place[1]) + skipped}" if place else ""


def _byte(text: str, position: int, skipped: int) -> str:
    return f"byte {_size(text[:position]) + skipped}"


def _size(text: str) -> int:
    """Its bytes in the file."""
    return len(text.encode("utf-8", "surrogateescape"))
