"""What the page's script gets: lists with the fields in their order, why-lines told once, lists of phases."""

from pathlib import Path

import orjson

from auditor.live.classes import Policy, Why
from auditor.live.events import Event
from auditor.live.following import Following
from auditor.live.page_data import ROW_FIELDS, Whys, row_data, scenarios, summary
from auditor.live.rows import Row, traffic_row

EVENT = Event(
    recorder="a", kind="flow", at="2026-11-22T10:00:00Z", host="h.example", relation="undeclared", recipient="h.example"
)


def test_a_row_has_every_field_but_its_revision_and_then_its_why_line() -> None:
    assert {"revision", "why"} == set(Row.__struct_fields__) - set(ROW_FIELDS)
    data = row_data(traffic_row(EVENT, Policy(None), 7, 1), Whys())
    assert len(data) == len(ROW_FIELDS) + 1
    assert (data[0], data[ROW_FIELDS.index("host")], data[-1]) == (7, "h.example", 0)


def test_a_why_line_is_told_once_to_each_reader() -> None:
    whys = Whys()
    assert [whys.number(Why(key=key)) for key in ("a", "b", "a")] == [0, 1, 0]
    assert [why["key"] for why in whys.after(0)] == ["a", "b"]
    assert [why["key"] for why in whys.after(1)] == ["b"]


def test_the_summary_is_json_before_anything_came_and_after(tmp_path: Path) -> None:
    following = Following(tmp_path)
    empty = summary(following, Whys())
    assert (empty["quiet"], empty["pinned"], empty["decrypted"], empty["recording"]) == ("no_journal", None, None, False)
    following.state.take([EVENT])
    full = orjson.loads(orjson.dumps(summary(following, Whys())))
    assert full["counts"]["flows"] == 1
    assert full["recipients"] == [["h.example", 1, "omitted", False]]
    assert full["pinned"][ROW_FIELDS.index("host")] == "h.example"


def test_the_lists_of_phases_have_both_languages() -> None:
    assert [step["phase"] for step in scenarios()["short"]][:2] == ["before_consent", "consented"]
    assert all(len(step["todo"]) == 2 for steps in scenarios().values() for step in steps)
