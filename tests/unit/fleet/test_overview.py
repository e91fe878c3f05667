"""The fleet's report as plain tables."""

from pathlib import Path

import pytest

from auditor.fleet.overview import Overview, overview
from auditor.fleet.questions import answers
from auditor.fleet.reports import Unread, reports_in

from .test_questions import flow, seen, with_tables


@pytest.fixture
def view(tmp_path: Path) -> Overview:
    """Two versions; the newer contacts somebody new."""
    with_tables(tmp_path / "a", [flow("baidu")], [seen("baidu", "imei")])
    with_tables(tmp_path / "b", [flow("baidu", day=5), flow("x.example", day=5, relation="undeclared")], [], app_version="2")
    reports = reports_in((str(tmp_path),))[0]
    return overview(reports, (), answers(reports), "2026-11-05", "en")


def test_the_matrix_has_a_column_for_each_version_and_strangers_first(view: Overview) -> None:
    assert view.matrix.columns == ("recipient", "relation", "1", "2")
    assert view.matrix.rows == (("x.example", "undeclared", None, 1), ("baidu", "declared", 1, 1))


def test_a_cell_of_the_matrix_counts_each_session_once_whatever_its_surface(tmp_path: Path) -> None:
    """Sessions of two products, in two regions, on two surfaces; the worst relation within a session counts."""
    both = [flow("baidu", surface="app"), flow("baidu", surface="site", relation="undeclared")]
    for name, said in {"a": {}, "b": {}, "c": {"product": "Q"}, "d": {"region": "EU"}}.items():
        with_tables(tmp_path / name, both, [], **said)
    with_tables(tmp_path / "e", [flow("baidu")], [], region="EU")
    reports = reports_in((str(tmp_path),))[0]
    matrix = overview(reports, (), answers(reports), None, "en").matrix
    assert matrix.columns == ("recipient", "relation", "P / 1", "P / 1 / EU", "Q / 1")
    assert matrix.rows == (("baidu", "undeclared", 2, 1, 1), ("baidu", "declared", None, 1, None))


def test_new_is_what_came_after_the_date(view: Overview) -> None:
    assert [row[:3] for row in view.new.rows] == [("x.example", None, "app")]


def test_without_a_date_nothing_is_new(tmp_path: Path) -> None:
    with_tables(tmp_path / "a", [flow("baidu")], [])
    reports = reports_in((str(tmp_path),))[0]
    assert overview(reports, (), answers(reports), None, "en").new.rows == ()


def test_trends_have_a_count_for_each_day(view: Overview) -> None:
    assert view.days == ("2026-11-04", "2026-11-09")
    assert {trend.recipient: trend.counts for trend in view.trends} == {"baidu": (1, 1), "x.example": (0, 1)}


def test_a_session_past_midnight_is_one(tmp_path: Path) -> None:
    """It counts on both days, and once among the sessions."""
    with_tables(tmp_path / "a", [flow("baidu"), flow("baidu", day=1)], [])
    reports = reports_in((str(tmp_path),))[0]
    view = overview(reports, (), answers(reports), None, "en")
    assert [(trend.counts, trend.sessions) for trend in view.trends] == [((1, 1), 1)]
    assert view.by_day.rows == (("2026-11-04", "baidu", 1, 1), ("2026-11-05", "baidu", 1, 1))


def test_waivers_of_all_sessions_are_added_up(view: Overview) -> None:
    (row,) = view.waivers.rows
    assert row[-3:] == ("used", 2, 4)


def test_no_fleet_is_an_empty_report() -> None:
    found = overview((), (), answers(()), "2026-01-01", "zh")
    assert (found.as_of, found.sessions.rows, found.matrix.rows, found.trends) == ("", (), (), ())


def test_what_could_not_be_read_is_a_table_of_its_own() -> None:
    lost = (Unread(path="lab/s1", why="is damaged"), Unread(path="lab/s2", why="holds no files"))
    view = overview((), lost, answers(()), None, "en")
    assert view.not_read.columns == ("path", "reason")
    assert view.not_read.rows == (("lab/s1", "is damaged"), ("lab/s2", "holds no files"))
