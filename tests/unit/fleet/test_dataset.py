"""Partitioned datasets of the rows of many sessions."""

from dataclasses import replace
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from auditor.fleet import dataset
from auditor.model.audit import SessionRow
from auditor.model.vocabulary import Surface

from .test_questions import flow, seen, with_tables

SESSION = SessionRow(
    name="a/b=c 1",
    product="Nails",
    app_version="",
    firmware="",
    topology="",
    tester="",
    surfaces=(Surface.APP,),
    started=None,
    ended=None,
    phases=(),
    scripted="",
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return with_tables(tmp_path / "r", [flow("baidu"), flow("x", surface="printer")], [seen("baidu", "imei")])


def _read(folder: Path, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = ds.dataset(folder / name, partitioning="hive").to_table().to_pylist()
    return found


def test_rows_are_partitioned_by_product_version_surface_and_session(report: Path, tmp_path: Path) -> None:
    dataset.add(tmp_path / "d", report, SESSION)
    rows = _read(tmp_path / "d", "flows")
    assert {(row["product"], row["version"], row["surface"], row["session"]) for row in rows} == {
        ("Nails", "none", "app", "a/b=c 1"),
        ("Nails", "none", "printer", "a/b=c 1"),
    }
    assert rows[0]["names"] == ["a", "b"]


def test_a_second_audit_replaces_the_rows_of_its_session_only(report: Path, tmp_path: Path) -> None:
    """Also where the version that session.toml says was another then."""
    dataset.add(tmp_path / "d", report, SESSION)
    dataset.add(tmp_path / "d", report, replace(SESSION, name="other"))
    dataset.add(tmp_path / "d", report, replace(SESSION, app_version="2"))
    rows = _read(tmp_path / "d", "flows")
    assert sorted({(row["session"], row["version"]) for row in rows}, key=str) == [("a/b=c 1", "2"), ("other", "none")]
    assert len(rows) == 4


def test_a_value_is_never_a_way_out(report: Path, tmp_path: Path) -> None:
    dataset.add(tmp_path / "d", report, replace(SESSION, product="../../x", name=".."))
    assert {path.resolve().relative_to(tmp_path / "d").parts[0] for path in (tmp_path / "d").rglob("*.parquet")} <= set(
        dataset.TABLES
    )
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ["n" * 300, "\u591c" * 80, "\U0001f600" * 17])
def test_a_name_of_any_length_gets_a_partition_of_its_own(report: Path, tmp_path: Path, name: str) -> None:
    """File systems take 255 bytes; names that begin alike stay apart."""
    for last in "ab":
        dataset.add(tmp_path / "d", report, replace(SESSION, name=name + last, product=name, app_version=name))
    assert len({row["session"] for row in _read(tmp_path / "d", "flows")}) == 2
    assert len(dataset.partition(name)) <= 200
