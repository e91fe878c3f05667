"""Reads the TOML files that people write: every fault of a file at once, each with its line and the nearest valid key.

Text goes in; typed values come out of `Node`s. A reader asks each node for the keys that it knows and calls
`Document.check` at the end: whatever was not asked for is unknown. The standard library's parser knows no line
numbers, so lines are found by a scan of table headers and keys, which is exact for the layout that TOML files
have in practice and points at the table otherwise.
"""

import datetime
import difflib
import math
import re
import tomllib
from collections.abc import Callable
from enum import StrEnum
from typing import Any, overload

from auditor.errors import ConfigError, Fault, Source

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)\s*(?:\.[^=]*)?=""")
_SYNTAX_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")
_MISSING: Any = object()

MAX_TIME = 9_200_000_000_000_000_000
"""Nanoseconds around 1970 that a column of times can hold."""


class Document:
    """One parsed file and the faults found in it so far."""

    def __init__(self, text: str, path: str) -> None:
        """Parses.

        Raises:
            ConfigError: the text is no TOML.
        """
        self.path = path
        self.faults: list[Fault] = []
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            place = _SYNTAX_PLACE.search(str(error))
            where = f"line {place[1]} column {place[2]}" if place else f"line {text.count(chr(10)) + 1}"
            what = f"not valid TOML: {_SYNTAX_PLACE.sub('', str(error)).strip()}"
            raise ConfigError((Fault(Source(path, where), what),)) from None
        except RecursionError:
            raise ConfigError((Fault(Source(path), "not valid TOML: nested too deeply"),)) from None
        except ValueError as error:  # a number of thousands of digits
            raise ConfigError((Fault(Source(path), f"not valid TOML: {str(error).partition(';')[0]}"),)) from None
        self.lines = _lines_of(text)
        self.root = Node(self, data, ())

    def check(self) -> None:
        """Ends the reading.

        Raises:
            ConfigError: with every fault, in the order of their lines.
        """
        self.root.close()
        if self.faults:
            raise ConfigError(tuple(sorted(self.faults, key=_line_of_fault)))

    def fault(self, place: tuple[str | int, ...], what: str, fix: str = "") -> None:
        """Notes a fault at a key path (array positions as numbers)."""
        line = self.line(place)
        self.faults.append(Fault(Source(self.path, f"line {line}" if line else ""), what, fix))

    def line(self, place: tuple[str | int, ...]) -> int:
        """The line of a key path, of the nearest table above it, or the first one."""
        for end in range(len(place), 0, -1):
            if place[:end] in self.lines:
                return self.lines[place[:end]]
        return 1


class Node:
    """One table of a document. Asking for a key makes it known; a fault yields the type's empty value and reading goes on."""

    def __init__(self, document: Document, data: dict[str, Any], place: tuple[str | int, ...]) -> None:
        self.document = document
        self.data = data
        self.place = place
        self.known: dict[str, None] = {}
        self.children: list[Node] = []

    def fault(self, key: str, what: str, fix: str = "") -> None:
        """Notes a fault at one of the table's keys."""
        self.document.fault((*self.place, key) if key else self.place, what, fix)

    def line(self, key: str = "") -> int:
        """The line of a key, or of the table itself."""
        return self.document.line((*self.place, key) if key else self.place)

    def has(self, key: str) -> bool:
        """Whether the key is there (it becomes known)."""
        self.known[key] = None
        return key in self.data

    def _value[T](self, key: str, kind: type[T] | tuple[type, ...], name: str, default: Any, empty: T) -> T:
        self.known[key] = None
        value = self.data.get(key, default)
        if value is _MISSING:
            self.fault("", f"{self._title()} lacks the key '{key}'")
            return empty
        if value is default:
            return value  # type: ignore[no-any-return]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(key, f"'{key}' must be {name}, not {_type_name(value)}")
            return empty
        return value  # type: ignore[return-value]

    def _title(self) -> str:
        names = ".".join(str(part) for part in self.place if isinstance(part, str))
        return f"[{names}]" if names else "the file"

    @overload
    def text(self, key: str) -> str: ...
    @overload
    def text[D](self, key: str, default: D) -> str | D: ...
    def text(self, key: str, default: Any = _MISSING) -> Any:
        """A string."""
        return self._value(key, str, "text in quotes", default, "")

    @overload
    def integer(self, key: str) -> int: ...
    @overload
    def integer[D](self, key: str, default: D) -> int | D: ...
    def integer(self, key: str, default: Any = _MISSING) -> Any:
        """A whole number."""
        return self._value(key, int, "a whole number", default, 0)

    def number(self, key: str, default: float) -> float:
        """A number; not one of the odd ones (nan, inf), which no limit could be compared with."""
        value = self._value(key, (int, float), "a number", default, default)
        if not math.isfinite(value):
            self.fault(key, f"'{key}' must be a number, not {value}")
            return default
        return float(value)

    def boolean(self, key: str, default: bool) -> bool:
        """true or false."""
        return self._value(key, bool, "true or false", default, default)

    def texts(self, key: str, default: Any = ()) -> tuple[str, ...]:
        """A list of strings."""
        values: Any = self._value(key, list, "a list of texts", default, [])
        bad = [value for value in values if not isinstance(value, str)]
        if bad:
            self.fault(key, f"'{key}' must hold texts in quotes, not {_type_name(bad[0])}")
        return tuple(value for value in values if isinstance(value, str))

    def date(self, key: str, default: Any = _MISSING) -> str:
        """An ISO date, written as a TOML date or as text; returned as YYYY-MM-DD."""
        self.known[key] = None
        value = self.data.get(key, default)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value.isoformat()
        text = self.text(key, default)
        if text is default or not text:
            return str(text)
        try:
            return datetime.date.fromisoformat(text).isoformat()
        except ValueError:
            self.fault(key, f"'{key}' is no date: {text!r}", "write YYYY-MM-DD")
            return ""

    def time(self, key: str) -> int | None:
        """An RFC 3339 time with an offset, written as a TOML time or as text; UTC nanoseconds, None with a fault."""
        self.known[key] = None
        value = self.data.get(key, _MISSING)
        if not isinstance(value, datetime.datetime):
            text = self.text(key)
            if not text:
                return None
            try:
                value = datetime.datetime.fromisoformat(text)
            except ValueError:
                self.fault(key, f"'{key}' is no time: {text!r}", "write 2026-11-22T10:15:00Z")
                return None
        if value.tzinfo is None:
            self.fault(key, f"'{key}' lacks its offset from UTC", "end it with Z or +08:00")
            return None
        since = value - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
        nanoseconds = (since.days * 86_400 + since.seconds) * 1_000_000_000 + since.microseconds * 1_000
        if abs(nanoseconds) > MAX_TIME:
            self.fault(key, f"'{key}' lies outside the years 1678 to 2261")
            return None
        return nanoseconds

    def choice[E: StrEnum](self, key: str, words: type[E], default: Any = _MISSING) -> E:
        """One word of a closed vocabulary."""
        value = self.text(key, default)
        if value is default:
            return value  # type: ignore[no-any-return]
        return self._word(key, str(value), words) or next(iter(words))

    def choices[E: StrEnum](self, key: str, words: type[E]) -> tuple[E, ...]:
        """A list of words of a closed vocabulary."""
        found = (self._word(key, text, words) for text in self.texts(key))
        return tuple(word for word in found if word is not None)

    def one_of(self, key: str, words: tuple[str, ...], default: Any = _MISSING) -> str:
        """One of these words."""
        value = self.text(key, default)
        if value is not default and value not in words and isinstance(self.data.get(key), str):
            self.fault(key, f"unknown {key} {value!r}", nearest(value, words))
        return value

    def _word[E: StrEnum](self, key: str, text: str, words: type[E]) -> E | None:
        if text in words:
            return words(text)
        if text or isinstance(self.data.get(key), str):
            self.fault(key, f"unknown {key} {text!r}", nearest(text, tuple(words)))
        return None

    def table(self, key: str) -> "Node":
        """A table; an empty one where it is absent."""
        value: Any = self._value(key, dict, "a table", {}, {})
        child = Node(self.document, value, (*self.place, key))
        self.children.append(child)
        return child

    def tables(self, key: str) -> tuple["Node", ...]:
        """An array of tables; empty where it is absent."""
        values: Any = self._value(key, list, "an array of tables ([[...]])", [], [])
        found = []
        for index, value in enumerate(values):
            if not isinstance(value, dict):
                self.fault(key, f"'{key}' must be an array of tables ([[{key}]]), not of {_type_name(value)}")
                continue
            found.append(Node(self.document, value, (*self.place, key, index)))
        self.children.extend(found)
        return tuple(found)

    def schema(self, version: int = 1) -> None:
        """The obligatory `schema = 1` of a file."""
        number = self.data.get("schema")
        if self.integer("schema") != version and isinstance(number, int) and not isinstance(number, bool):
            self.fault("schema", f"schema {number} is not known", f"this version reads schema = {version}")

    def close(self) -> None:
        """Notes a fault for every key that nobody asked for, here and below."""
        for key in self.data:
            if key not in self.known:
                self.fault(key, f"unknown key '{key}' in {self._title()}", nearest(key, tuple(self.known)))
        for child in self.children:
            child.close()


def nearest(word: str, known: tuple[str, ...]) -> str:
    """What to do about an unknown word: the nearest known one, or the list of them."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(known)}" if known else ""


def load[T](text: str, path: str, read: Callable[[Node], T]) -> T:
    """Reads a whole file with `read`, which is given the root table.

    Raises:
        ConfigError: the text is no TOML, or has faults (all of them).
    """
    document = Document(text, path)
    value = read(document.root)
    document.check()
    return value


def _type_name(value: object) -> str:
    names: dict[type, str] = {
        str: "text",
        bool: "true/false",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")


def _line_of_fault(fault: Fault) -> int:
    digits = re.search(r"\d+", fault.source.where)
    return int(digits[0]) if digits else 0


def _lines_of(text: str) -> dict[tuple[str | int, ...], int]:
    """Key paths to line numbers."""
    lines: dict[tuple[str | int, ...], int] = {}
    counts: dict[tuple[str | int, ...], int] = {}
    table: tuple[str | int, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line) if "[" in line else None
        if header:
            table = _resolve(tuple(part.strip(" \"'") for part in header[2].split(".")), header[1] == "[[", counts)
            for end in range(1, len(table) + 1):  # the tables above, too, and an array of tables by its name alone
                lines.setdefault(table[:end], number)
            continue
        key = _KEY.match(line) if "=" in line else None
        if key:
            lines.setdefault((*table, key[1].strip("\"'")), number)
    return lines


def _resolve(names: tuple[str, ...], array: bool, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    """The key path of a header, with the positions of the arrays that it lies in."""
    path: tuple[str | int, ...] = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path] - 1)
    path = (*path, names[-1])
    if not array:
        return path
    counts[path] = counts.get(path, 0) + 1
    return (*path, counts[path] - 1)
