"""Binary property lists of Apple's systems. Property lists in XML are read as XML."""

import plistlib
from collections.abc import Iterator
from typing import Any

from auditor.decode import signs
from auditor.decode.content_format import BrokenError, Inner, Opened
from auditor.decode.limits import Budget

_MAGIC = b"bplist00"
_DEEPEST = 50
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
        return Opened(inners=_inners(document, "$", "", 0))


def _inners(value: Any, path: str, key: str, depth: int) -> Iterator[Inner]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _inners(item, f"{path}.{name}", str(name), depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inners(item, f"{path}[{index}]", key, depth + 1)
    elif isinstance(value, bytes):
        yield Inner(value, path, key, _WORDS)
    elif not isinstance(value, bool):
        yield Inner(str(value).encode(errors="backslashreplace"), path, key, _WORDS)
