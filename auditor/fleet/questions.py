"""What a lab asks of all its sessions together: reports in, small tables out.

Each part is grouped by Arrow where it is read, and Dask adds the groups up: what is kept grows with the answers, not with the
flows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from auditor.fleet import tables
from auditor.fleet.reports import Report
from auditor.model.arrow import from_arrow

if TYPE_CHECKING:
    import dask.dataframe as dd
    import pandas as pd

VARIANT = ("product", "app_version", "firmware", "region")
"""What tells the tested things apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers, as frames with Arrow dtypes, sorted."""

    contacts: "pd.DataFrame"
    """By variant, surface and recipient: `sessions`, `flows`, `bytes_up`, `relation`, `first`, `last`."""
    sent: "pd.DataFrame"
    """By variant, surface, recipient and kind: `sessions`, `sightings`, `first`, `last`. Only what left, up."""
    by_day: "pd.DataFrame"
    """By day and recipient: `sessions`, `flows`."""
    by_recipient: "pd.DataFrame"
    """By recipient: `sessions`. One that lasts past midnight has two days, and is one."""
    matrix: "pd.DataFrame"
    """By variant, recipient and relation (the one that says most against the recipient in each session): `sessions`."""


def answers(reports: Sequence[Report]) -> Answers:
    """Asks everything once."""
    flows = tables.flows(reports, ("surface", "recipient", "relation", "bytes_up", "started", "background"))
    seen = tables.sightings(reports, ("surface", "recipient", "kind", "direction", "at"))
    per_report = _grouped(
        flows,
        _own_flows,
        (tables.NUMBER, "surface", "recipient", "relation", "day"),
        {"flows": "sum", "bytes_up": "sum", "first": "min", "last": "max"},
    )
    sent = _grouped(
        seen, _sent, (tables.NUMBER, "surface", "recipient", "kind"), {"sightings": "sum", "first": "min", "last": "max"}
    )
    from dask.base import compute

    first, second = compute(per_report, sent)  # type: ignore[no-untyped-call]
    variants = _variants(reports)
    return Answers(
        contacts=_by_variant(first, variants, ("surface", "recipient"), ("flows", "bytes_up")),
        sent=_by_variant(second, variants, ("surface", "recipient", "kind"), ("sightings",)),
        by_day=_by_day(first),
        by_recipient=first.groupby("recipient", dropna=False)[tables.NUMBER].nunique().rename("sessions").reset_index(),
        matrix=_matrix(first, variants),
    )


def new_since(frame: "pd.DataFrame", keys: Sequence[str], since: str) -> "pd.DataFrame":
    """The rows of an answer, over all variants, that were never seen before a date (ISO 8601) and were since."""
    import pandas as pd

    if frame.empty:
        return frame[[*keys, "first"]]
    first = frame.groupby(list(keys), dropna=False)["first"].min().reset_index()
    fresh = first[first["first"] >= pd.Timestamp(since, tz="UTC")]
    in_order: pd.DataFrame = fresh.sort_values(["first", *keys], ignore_index=True)
    return in_order


def _grouped(frame: "dd.DataFrame", part: Any, keys: Sequence[str], how: dict[str, str]) -> "dd.DataFrame":
    """Groups of each part, added up over all parts."""
    groups: Any = frame.map_partitions(part, meta=part(frame._meta))  # type: ignore[no-untyped-call]
    added: dd.DataFrame = groups.groupby(list(keys), dropna=False, observed=True, sort=False).agg(how).reset_index()
    return added


def _own_flows(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The flows of one part, those of background captures left out, by report, surface, recipient, relation and day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = _arrow(frame)
    table = table.filter(pc.invert(pc.fill_null(table["background"], False)))
    table = table.append_column("day", pc.strftime(table["started"], "%Y-%m-%d") if len(table) else pa.array([], pa.string()))
    keys = [tables.NUMBER, "surface", "recipient", "relation", "day"]
    found = table.group_by(keys, use_threads=False).aggregate(
        [([], "count_all"), ("bytes_up", "sum"), ("started", "min"), ("started", "max")]
    )
    return _named(found, keys, {"count_all": "flows", "bytes_up_sum": "bytes_up", "started_min": "first", "started_max": "last"})


def _sent(frame: "pd.DataFrame") -> "pd.DataFrame":
    """What left in one part, by report, surface, recipient and kind."""
    import pyarrow.compute as pc

    table = _arrow(frame)
    table = table.filter(pc.equal(table["direction"], "up"))
    keys = [tables.NUMBER, "surface", "recipient", "kind"]
    found = table.group_by(keys, use_threads=False).aggregate([([], "count_all"), ("at", "min"), ("at", "max")])
    return _named(found, keys, {"count_all": "sightings", "at_min": "first", "at_max": "last"})


def _named(table: Any, keys: Sequence[str], names: dict[str, str]) -> "pd.DataFrame":
    return from_arrow(
        table.rename_columns([names.get(name, name) for name in table.column_names]).select([*keys, *names.values()])
    )


def _arrow(frame: "pd.DataFrame") -> Any:
    import pyarrow as pa

    return pa.Table.from_pandas(frame, preserve_index=False)


def _variants(reports: Sequence[Report]) -> "pd.DataFrame":
    import pyarrow as pa

    columns: dict[str, Any] = {name: pa.array([getattr(report, name) for report in reports], pa.string()) for name in VARIANT}
    table = pa.table({tables.NUMBER: pa.array(range(len(reports)), pa.int64()), **columns})
    return from_arrow(table)


def _by_variant(frame: "pd.DataFrame", variants: "pd.DataFrame", keys: tuple[str, ...], sums: tuple[str, ...]) -> "pd.DataFrame":
    """The groups of single reports, added up over the reports of each variant."""
    joined = frame.merge(variants, on=tables.NUMBER, how="left")
    by = [*VARIANT, *keys]
    how: dict[str, Any] = {name: (name, "sum") for name in sums}
    if "relation" in frame.columns:
        how["relation"] = ("relation", _worst)
    found = joined.groupby(by, dropna=False, observed=True).agg(
        sessions=(tables.NUMBER, "nunique"), **how, first=("first", "min"), last=("last", "max")
    )
    by_variant: pd.DataFrame = found.reset_index().sort_values(by, ignore_index=True)
    return by_variant


def _by_day(frame: "pd.DataFrame") -> "pd.DataFrame":
    found = frame.groupby(["day", "recipient"], dropna=False).agg(sessions=(tables.NUMBER, "nunique"), flows=("flows", "sum"))
    by_day: pd.DataFrame = found.reset_index().sort_values(["day", "recipient"], ignore_index=True)
    return by_day


def _matrix(frame: "pd.DataFrame", variants: "pd.DataFrame") -> "pd.DataFrame":
    """Each session counts once for a recipient, however many surfaces and days it was contacted on."""
    import pandas as pd

    ranks = {name: rank for rank, name in enumerate(_ORDER)}
    names = sorted({str(name) for name in frame["relation"].dropna().unique()} - set(_ORDER))
    ranks |= {name: len(_ORDER) + rank for rank, name in enumerate(names)}
    said = frame.assign(rank=frame["relation"].map(ranks).astype("Float64").fillna(len(ranks)).astype("int64"))
    worst = said.groupby([tables.NUMBER, "recipient"], dropna=False)["rank"].min().reset_index()
    by = [*VARIANT, "recipient", "rank"]
    found = worst.merge(variants, on=tables.NUMBER, how="left").groupby(by, dropna=False).size().rename("sessions").reset_index()
    words = {rank: name for name, rank in ranks.items()}
    counted: pd.DataFrame = found.assign(relation=found["rank"].map(words)).drop(columns="rank")
    return counted


_ORDER = ("undeclared", "other_surface", "other_purpose", "same_group", "unknown", "declared", "first_party")


def _worst(relations: "pd.Series[Any]") -> str | None:
    """The relation that says most against a recipient."""
    known = {str(value) for value in relations.dropna().unique()}
    return next((name for name in _ORDER if name in known), min(known, default=None))
