"""The user's own table of networks (`--ip-asn`): the text of an iptoasn TSV goes in, rows for addresses come out.

A line holds `range_start range_end AS_number country AS_description`, separated by tabs (iptoasn.com, also the layout of other
tables); AS 0 and the country `None` mean that nobody uses the range. The table tells where a server is and whose network carries
it; it never tells who owns the content.
"""

import socket
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.attribute.host import Address
from auditor.errors import ConfigError, Fault, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """The network of an address."""

    asn: int
    country: str | None
    """ISO 3166 alpha-2, of the network's registration."""
    description: str


class AddressTable:
    """A parsed table. Rows of one network are stored once."""

    def __init__(self, text: str, path: str = "the address table") -> None:
        """Parses.

        Raises:
            ConfigError: lines that are none of such a table (the first ten of them).
        """
        ranges: dict[int, list[tuple[int, int, int]]] = {4: [], 6: []}
        networks: dict[tuple[str, str, str], int] = {}
        faults: list[Fault] = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            cells = line.split("\t")
            parsed = _range(cells)
            if parsed is None:
                faults.append(Fault(Source(path, f"line {number}"), "no line of an iptoasn table", _FORM))
                if len(faults) == 10:
                    break
                continue
            version, first, last = parsed
            key = (cells[2], cells[3], cells[4] if len(cells) > 4 else "")
            ranges[version].append((first, last, networks.setdefault(key, len(networks))))
        if faults:
            raise ConfigError(tuple(faults))
        self._rows = tuple(_row(key) for key in networks)
        self._ranges = {version: _Ranges(found) for version, found in ranges.items()}

    def row(self, address: Address) -> AddressRow | None:
        """The network of an address; None where the table has none."""
        position = self._ranges[address.version].find(int(address))
        if position is None:
            return None
        row = self._rows[position]
        return row if row.asn else None


class _Ranges:
    """Sorted ranges of one address family, with the number of the row for each."""

    def __init__(self, found: Iterable[tuple[int, int, int]]) -> None:
        ordered = sorted(found)
        self._firsts = [first for first, _, _ in ordered]
        self._lasts = [last for _, last, _ in ordered]
        self._rows = array("L", (row for _, _, row in ordered))

    def find(self, number: int) -> int | None:
        position = bisect_right(self._firsts, number) - 1
        if position < 0 or self._lasts[position] < number:
            return None
        return self._rows[position]


_FORM = "start, end, AS number, country and description, separated by tabs"


def _range(cells: list[str]) -> tuple[int, int, int] | None:
    """Version, first and last address of a line; None where it is no line of such a table."""
    if len(cells) < 4 or not cells[2].isascii() or not cells[2].isdigit() or len(cells[2]) > 10:
        return None
    family, version = (socket.AF_INET6, 6) if ":" in cells[0] else (socket.AF_INET, 4)
    try:
        first = int.from_bytes(socket.inet_pton(family, cells[0]))
        last = int.from_bytes(socket.inet_pton(family, cells[1]))
    except (OSError, ValueError):
        return None
    return (version, first, last) if first <= last else None


def _row(key: tuple[str, str, str]) -> AddressRow:
    asn, country, description = key
    known = len(country) == 2 and country.isascii() and country.isalpha()
    return AddressRow(asn=int(asn), country=country.upper() if known else None, description=description)
