"""Percent-encoding (RFC 3986 section 2.1), and the `%uXXXX` of old scripts."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from auditor.decode import signs
from auditor.decode.content_format import Inner, Opened
from auditor.decode.limits import Budget

_UNIT = re.compile(rb"%u([0-9A-Fa-f]{4})")


class Percent:
    """Percent-encoded text; encoded twice, it comes here twice."""

    signs = signs.PERCENT

    def open(self, data: bytes, budget: Budget) -> Opened | None:  # noqa: ARG002 - the family's interface
        """Takes the encoding off."""
        return Opened(inners=_inners(data))


def _inners(data: bytes) -> Iterator[Inner]:
    value = unquote_to_bytes(_UNIT.sub(_character, data))
    if value != data:
        yield Inner(value, words=("percent",))


def _character(match: re.Match[bytes]) -> bytes:
    return chr(int(match[1], 16)).encode(errors="backslashreplace")
