"""One sheet of the workbook: columns with names in both languages, rows of plain cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model.vocabulary import Severity
from auditor.report.words import word

SEVERITY_COLOURS = {Severity.CRITICAL: "bad", Severity.HIGH: "bad", Severity.MEDIUM: "warn"}


@dataclass(frozen=True, slots=True)
class Coloured:
    """A value with a colour that repeats what its text says."""

    value: str | float
    colour: str | None


type Cell = str | float | Coloured | None
type Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: columns are (English, Chinese, width in characters)."""

    name: str
    columns: tuple[tuple[str, str, float], ...]
    rows: Sequence[Row]
    frozen: int = 0
    """Columns that stay in sight on the left."""
    filtered: bool = True


def columns(*specifications: tuple[str, float]) -> tuple[tuple[str, str, float], ...]:
    """Columns from keys of the words and widths."""
    return tuple((word(key, "en"), word(key, "zh"), width) for key, width in specifications)
