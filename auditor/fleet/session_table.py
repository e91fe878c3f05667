"""The fleet's own tables as Parquet: one row a session, one a waiver, and the answers."""

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from auditor.fleet.questions import Answers
from auditor.fleet.reports import Report, WaiverUse

if TYPE_CHECKING:
    import pyarrow as pa

_COUNTS = ("flows", "sightings", "open_findings", "high_findings")


def files(reports: Sequence[Report], answers: Answers) -> dict[str, bytes]:
    """Names and bytes of the tables."""
    import pyarrow as pa

    frames = {"contacts": answers.contacts, "sent": answers.sent, "by_day": answers.by_day}
    tables = {name: pa.Table.from_pandas(frame, preserve_index=False) for name, frame in frames.items()}
    made = {"sessions": _sessions(reports), "waivers": _waivers(reports), **tables}
    return {f"{name}.parquet": _parquet(table) for name, table in made.items()}


def _sessions(reports: Sequence[Report]) -> "pa.Table":
    import pyarrow as pa

    names = [field.name for field in fields(Report) if field.name not in ("waivers", "path", "background")]
    types: dict[str, Any] = {name: pa.int64() if name in _COUNTS else pa.string() for name in names}
    return pa.table({name: pa.array([getattr(report, name) for report in reports], types[name]) for name in names})


def _waivers(reports: Sequence[Report]) -> "pa.Table":
    """One row for each waiver of each session."""
    import pyarrow as pa

    uses = [(report.session, use) for report in reports for use in report.waivers]
    columns = {
        field.name: pa.array(
            [getattr(use, field.name) for _, use in uses], pa.int64() if field.name == "findings" else pa.string()
        )
        for field in fields(WaiverUse)
    }
    return pa.table({"session": pa.array([session for session, _ in uses], pa.string()), **columns})


def _parquet(table: "pa.Table") -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata(None), sink, compression="zstd")
    data: bytes = sink.getvalue().to_pybytes()
    return data
