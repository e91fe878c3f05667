"""Questions over the tables of many reports."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auditor.fleet import tables
from auditor.fleet.questions import answers, new_since
from auditor.fleet.reports import Report, reports_in
from auditor.model.tables import FLOWS, SIGHTINGS

from .test_reports import report

DAY = 86_400_000_000_000
START = 1_793_750_400_000_000_000
"""2026-11-04T00:00:00Z"""


def with_tables(folder: Path, flows: list[dict[str, Any]], sightings: list[dict[str, Any]], **session: str) -> Path:
    """A report with tables."""
    report(folder, session={"name": folder.name, "product": "P", "app_version": "1", **session})
    for table, rows in ((FLOWS, flows), (SIGHTINGS, sightings)):
        path = folder / "tables" / f"{table.name}.parquet"
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, table.arrow_schema()), path)
    return folder


def flow(recipient: str | None, day: int = 0, **changed: Any) -> dict[str, Any]:
    """A flow of the app."""
    usual = {"surface": "app", "relation": "declared", "bytes_up": 10, "started": START + day * DAY, "names": ["a", "b"]}
    return {"recipient": recipient, **usual, **changed}


def seen(recipient: str, kind: str, day: int = 0, direction: str = "up") -> dict[str, Any]:
    """A sighting in the app's traffic."""
    return {
        "surface": "app",
        "recipient": recipient,
        "kind": kind,
        "at": START + day * DAY,
        "direction": direction,
        "encodings": [],
    }


@pytest.fixture
def fleet(tmp_path: Path) -> tuple[Report, ...]:
    """Three sessions, of two versions."""
    with_tables(
        tmp_path / "a",
        [flow("baidu"), flow("baidu", relation="undeclared"), flow("x.example", background=True)],
        [seen("baidu", "imei"), seen("baidu", "imei", direction="down")],
    )
    with_tables(tmp_path / "b", [flow("baidu", day=2), flow(None)], [seen("baidu", "mac", day=2)])
    with_tables(tmp_path / "c", [flow("paypal", day=3, bytes_up=None)], [], app_version="2")
    return reports_in((str(tmp_path),))[0]


def _rows(frame: Any, *columns: str) -> list[tuple[Any, ...]]:
    """Plain values; missing ones are None."""
    table = pa.Table.from_pandas(frame[list(columns)], preserve_index=False)
    return [tuple(row.values()) for row in table.to_pylist()]


def test_what_the_idle_phone_sends_is_not_what_was_tested_sends(tmp_path: Path) -> None:
    sent = [{**seen("baidu", "imei"), "capture": "idle.har"}, {**seen("paypal", "mac"), "capture": "app.har"}]
    folder = with_tables(tmp_path / "a", [flow("baidu", background=True)], sent)
    document = json.loads((folder / "audit.json").read_text())
    document["inputs"] = [{"path": "idle.har", "background": True}, {"path": "app.har", "background": False}]
    (folder / "audit.json").write_text(json.dumps(document))
    found = answers(reports_in((str(folder),))[0])
    assert (found.sent["recipient"].to_list(), len(found.contacts)) == (["paypal"], 0)


def test_contacts_are_added_up_by_version(fleet: tuple[Report, ...]) -> None:
    """Background flows are nobody's contact; the relation that says most against a recipient counts."""
    found = answers(fleet).contacts
    assert _rows(found, "app_version", "recipient", "sessions", "flows", "relation") == [
        ("1", "baidu", 2, 3, "undeclared"),
        ("1", None, 1, 1, "declared"),
        ("2", "paypal", 1, 1, "declared"),
    ]
    first, last = _rows(found, "first", "last")[0]
    assert (first.day, last.day) == (4, 6)


def test_only_what_left_was_sent(fleet: tuple[Report, ...]) -> None:
    found = answers(fleet).sent
    assert _rows(found, "app_version", "recipient", "kind", "sessions", "sightings") == [
        ("1", "baidu", "imei", 1, 1),
        ("1", "baidu", "mac", 1, 1),
    ]


def test_days_have_the_sessions_that_contacted_somebody(fleet: tuple[Report, ...]) -> None:
    found = answers(fleet).by_day
    rows = [row for row in _rows(found, "day", "recipient", "sessions", "flows") if row[1] == "baidu"]
    assert rows == [("2026-11-04", "baidu", 1, 2), ("2026-11-06", "baidu", 1, 1)]


def test_new_is_what_was_never_seen_before(fleet: tuple[Report, ...]) -> None:
    """Baidu was there before; PayPal and the MAC at Baidu were not."""
    found = answers(fleet)
    assert _rows(new_since(found.contacts, ("recipient",), "2026-11-05"), "recipient") == [("paypal",)]
    assert _rows(new_since(found.sent, ("recipient", "kind"), "2026-11-05"), "recipient", "kind") == [("baidu", "mac")]


def test_reports_without_tables_answer_nothing(tmp_path: Path) -> None:
    """`--format json` writes none."""
    report(tmp_path / "a")
    found = answers(reports_in((str(tmp_path),))[0])
    assert (len(found.contacts), len(found.sent), len(found.by_day)) == (0, 0, 0)
    assert len(new_since(found.contacts, ("recipient",), "2026-01-01")) == 0


def test_many_small_reports_are_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer does not depend on how many a task reads."""
    for number in range(5):
        with_tables(tmp_path / f"s{number}", [flow("baidu", day=number)], [seen("baidu", "imei", day=number)])
    reports = reports_in((str(tmp_path),))[0]
    one = answers(reports)
    monkeypatch.setattr(tables, "REPORTS_IN_A_PART", 2)
    several = answers(reports)
    assert one.contacts.equals(several.contacts)
    assert one.sent.equals(several.sent)
    assert one.by_day.equals(several.by_day)
