"""The report formats, in the order in which a report folder is written. One module a format; a new one is a line in `FORMATS`.

A document format renders the audit alone. A table format writes frames, because the whole rows are not in the audit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import UsageError
from auditor.model.audit import Audit
from auditor.report import audit_json, csv_tables, html, junit, lists, markdown, parquet_tables, pdf, sarif, xlsx

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

type Frames = Mapping[str, "pd.DataFrame | pa.Table"]
"""The tables flows, sightings, findings and recipients, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One format as `--format` names it."""

    name: str
    files: tuple[str, ...]
    """What it writes, relative to the report folder; a table format one file for each table that there is."""
    default: bool
    """Whether `audit` writes it unasked."""
    needs_tables: bool
    write: Callable[[Audit, Frames, str], dict[str, bytes]]
    """The files' bytes by name, from the audit, the frames (empty where `needs_tables` is false) and the language."""


def _document(module_name: str, file: str, render: Callable[[Audit, str], bytes], *, default: bool = True) -> Format:
    """A format of one file that renders from the audit alone."""
    return Format(
        name=module_name,
        files=(file,),
        default=default,
        needs_tables=False,
        write=lambda audit, _, lang: {file: render(audit, lang)},
    )


def _tables(name: str, suffix: str, render: Callable[[Frames], dict[str, bytes]], *, default: bool) -> Format:
    """A format of one file for each table."""
    return Format(
        name=name,
        files=tuple(f"tables/{table.name}.{suffix}" for table in parquet_tables.TABLES),
        default=default,
        needs_tables=True,
        write=lambda _, frames, __: render(frames),
    )


FORMATS: tuple[Format, ...] = (
    _document(audit_json.NAME, audit_json.FILE, audit_json.render),
    _document(html.NAME, html.FILE, html.render),
    _document(markdown.NAME, markdown.FILE, markdown.render),
    _document(xlsx.NAME, xlsx.FILE, xlsx.render),
    _document(sarif.NAME, sarif.FILE, sarif.render),
    _document(junit.NAME, junit.FILE, junit.render),
    _tables(parquet_tables.NAME, "parquet", parquet_tables.render, default=True),
    _tables(csv_tables.NAME, "csv", csv_tables.render, default=False),
    _document(pdf.NAME, pdf.FILE, pdf.render, default=False),
    Format(
        name=lists.NAME,
        files=lists.FILES,
        default=False,
        needs_tables=False,
        write=lambda audit, _, lang: lists.render(audit, lang),
    ),
)


def formats(names: tuple[str, ...]) -> tuple[Format, ...]:
    """The formats of these names in the order of `FORMATS`; the default ones when no name is given. `json` is always among them.

    Raises:
        UsageError: a name is no format.
    """
    known = tuple(form.name for form in FORMATS)
    for name in names:
        if name not in known:
            raise UsageError(f"no report format is called {name!r}", fix=f"known: {', '.join(known)}")
    wanted = {*names, audit_json.NAME} if names else {form.name for form in FORMATS if form.default}
    return tuple(form for form in FORMATS if form.name in wanted)
