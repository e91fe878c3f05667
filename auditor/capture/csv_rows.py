"""CSV files of other tools: a path goes in, rows by column name with their line numbers come out, under limits."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.capture.opened import open_capture
from auditor.errors import DamagedError
from auditor.model.reading import Damage

MAX_FIELD = 65_536


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row."""

    line: int
    values: dict[str, str]

    def text(self, *names: str) -> str | None:
        """The first of these columns that has text."""
        return next((value for name in names if (value := self.values.get(name, "").strip())), None)


def header_of(head: bytes) -> tuple[str, ...]:
    """The column names of a file that begins with these bytes, lower case; empty where the first line is no CSV header."""
    line = head.lstrip(b"\xef\xbb\xbf").partition(b"\n")[0]
    try:
        names = next(csv.reader([line.decode().strip()], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return ()
    return tuple(name.strip().lower() for name in names)


def csv_rows(path: str, damage: list[Damage]) -> Iterator[CsvRow]:
    """The rows of a file; those that are no rows of its header are added to `damage`.

    Raises:
        OSError: the file cannot be read.
    """
    csv.field_size_limit(MAX_FIELD)
    with open_capture(path) as stream, io.TextIOWrapper(stream, "utf-8-sig", "replace", newline="") as text:
        reader = csv.reader(text)
        try:
            names = [name.strip().lower() for name in next(reader, [])]
            for values in reader:
                if not values:
                    continue
                if len(values) != len(names):
                    damage.append(Damage(f"line {reader.line_num}", f"{len(values)} values under {len(names)} columns"))
                    continue
                yield CsvRow(reader.line_num, dict(zip(names, values, strict=True)))
        except (csv.Error, DamagedError) as error:
            damage.append(Damage(f"line {reader.line_num}", str(getattr(error, "what", error))))
