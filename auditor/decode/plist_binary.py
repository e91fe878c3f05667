"""Binary property lists of Apple's systems. Property lists in XML are read as XML."""

import plistlib
from collections.abc import Iterator
from typing import Any

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened
from auditor.decode.limits import Budget

_MAGIC = b"bplist00"
_LONGEST_PATH = 400
_SHORTEST_NAME = 8
"""Bytes of a name that may itself be a value in disguise."""
_WORDS = ("plist",)


class BinaryPlist:
    """A property list, recognised by its magic."""

    signs = signs.BINARY

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes it apart."""
        if not data.startswith(_MAGIC):
            return None
        try:
            document = plistlib.loads(data, fmt=plistlib.FMT_BINARY)
        except (
            plistlib.InvalidFileException,
            ValueError,
            OverflowError,
            RecursionError,
            MemoryError,
            TypeError,
            KeyError,
        ) as error:
            raise BrokenError("plist is damaged") from error
        return Opened(inners=_inners(document))


def _inners(document: Any) -> Iterator[Inner]:
    """The values, and names that may be values in disguise. A container that stands in several places comes once: each of forty
    may hold the next one twice."""
    seen: set[int] = set()
    stack: list[tuple[Any, str, str]] = [(document, "$", "")]
    while stack:
        value, path, key = stack.pop()
        if isinstance(value, dict | list):
            if id(value) not in seen:
                seen.add(id(value))
                stack.extend(reversed(_members(value, path, key)))
                yield from _names(value, path)
        elif isinstance(value, bytes):
            yield Inner(value, path, key, _WORDS)
        elif not isinstance(value, bool):
            yield Inner(str(value).encode(errors="backslashreplace"), path, key, _WORDS)


def _members(value: dict[Any, Any] | list[Any], path: str, key: str) -> list[tuple[Any, str, str]]:
    is_short = len(path) <= _LONGEST_PATH
    if isinstance(value, dict):
        return [(item, f"{path}.{name}" if is_short else path, str(name)) for name, item in value.items()]
    return [(item, f"{path}[{index}]" if is_short else path, key) for index, item in enumerate(value)]


def _names(value: dict[Any, Any] | list[Any], path: str) -> Iterator[Inner]:
    for name in value if isinstance(value, dict) else ():
        raw = str(name).encode(errors="backslashreplace")
        if len(raw) >= _SHORTEST_NAME and (not raw.isascii() or signs.signs_of(raw)):
            yield Inner(raw, path, "", _WORDS)
