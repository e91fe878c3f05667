"""Options that several commands share, each with one meaning."""

import datetime
from enum import StrEnum
from typing import Annotated

import typer

from auditor.errors import UsageError
from auditor.model.vocabulary import Severity, Surface


class RowFormat(StrEnum):
    """Formats of a table."""

    TABLE = "table"
    NDJSON = "ndjson"
    CSV = "csv"
    PARQUET = "parquet"


class Language(StrEnum):
    """Languages of texts for people."""

    EN = "en"
    ZH = "zh"


class FailOn(StrEnum):
    """Least severity that fails an audit."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Session folders or capture files.", show_default=False)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
Format = Annotated[RowFormat, typer.Option("--format", help="Format of the rows.")]
Output = Annotated[str | None, typer.Option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")]
SurfaceOption = Annotated[Surface | None, typer.Option("--surface", help="Whose traffic loose captures are.")]
SubjectsOption = Annotated[str | None, typer.Option("--subjects", metavar="FILE", help="Planted values (subjects.toml).")]
RegisterOption = Annotated[
    str | None, typer.Option("--register", metavar="FILE", help="What is declared: a bundled name or a file.")
]
CatalogOption = Annotated[
    list[str] | None, typer.Option("--catalog", metavar="DIR", help="A folder with destinations of your own.")
]
KeylogOption = Annotated[str | None, typer.Option("--keylog", metavar="FILE", help="TLS secrets (NSS key log).")]
IpAsnOption = Annotated[
    str | None, typer.Option("--ip-asn", metavar="FILE", help="Address table (iptoasn TSV) for server countries.")
]
DigestKeyOption = Annotated[str | None, typer.Option("--digest-key", metavar="FILE", help="Key of the digests (32 bytes).")]


def as_of_date(text: str | None) -> str:
    """The date that waivers and warnings are judged by: as given, else today in UTC.

    Raises:
        UsageError: no date.
    """
    if text is None:
        return datetime.datetime.now(datetime.UTC).date().isoformat()
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"--as-of is no date: {text!r}", fix="write YYYY-MM-DD") from None


def fail_severity(word: FailOn) -> Severity:
    """The severity behind the option."""
    return Severity(word.value)
