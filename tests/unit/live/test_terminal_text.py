"""Lines of the terminal view: every one fits its width, in both languages, whatever a host is called."""

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from auditor.catalog import register_file
from auditor.live import terminal_text as texts
from auditor.live.classes import Policy, RowClass
from auditor.live.events import Event
from auditor.live.rows import Row, note_row, traffic_row
from auditor.live.state import LiveState
from auditor.live.words import word

POLICY = Policy(register_file.load("o2nails-1.1"))
AT = "2026-11-22T10:00:00.000000000Z"


def _event(**facts: object) -> Event:
    return Event(**{"recorder": "app-1", "kind": "flow", "at": AT} | facts)  # type: ignore[arg-type]


def _row(**facts: object) -> Row:
    return traffic_row(_event(**facts), POLICY, 0, 1)


ROW = _row(
    host="stats.jpush.cn",
    recipient="aurora",
    relation="undeclared",
    method="POST",
    status=200,
    bytes_up=2100,
    phase="before_consent",
)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TZ", "UTC")
    time.tzset()


def test_a_row_shows_when_how_from_where_to_whom_and_what() -> None:
    line = texts.row_line(ROW, "en", 70, selected=False).plain
    assert line == "10:00:00!✗ omitted   app→aurora               POST stats.jpush.cn 2.1…"
    assert texts.row_line(ROW, "zh", 70, selected=False).plain.startswith("10:00:00!✗ 未声明    应用→aurora")


def test_the_detail_begins_with_the_reason_and_names_the_rule() -> None:
    text = texts.detail_text(ROW, "en").plain
    assert text.startswith("omitted: sent before anybody consented\nFLOW-BEFORE-CONSENT\n")
    assert "host stats.jpush.cn" in text
    assert texts.detail_text(None, "en").plain == ""


@pytest.mark.parametrize(
    ("count", "text"),
    [(None, ""), (0, "0B"), (999, "999B"), (2100, "2.1k"), (18_400, "18.4k"), (4_300_000, "4.3M"), (5_000_000_000, "5.0G")],
)
def test_sizes_are_short(count: int | None, text: str) -> None:
    assert texts.size(count) == text


@pytest.mark.parametrize(("at", "text"), [(AT, "10:00:00"), ("", "--:--:--"), ("nonsense", "--:--:--")])
def test_times_of_day(at: str, text: str) -> None:
    assert texts.clock(at) == text


@pytest.mark.parametrize(
    ("phase", "scenario", "language", "title"),
    [
        ("consented", "short", "en", "② accept"),
        ("consented", "release", "zh", "③ 同意"),
        ("declined", "short", "en", "decline"),
        ("my_own", "short", "en", "my_own"),
        (None, "short", "zh", "未标记阶段"),
    ],
)
def test_a_phase_has_its_number_in_the_list(phase: str | None, scenario: str, language: str, title: str) -> None:
    assert texts.phase_title(phase, scenario, language) == title


def test_the_guide_says_what_to_do_now_and_next_or_why_nothing_comes() -> None:
    assert "[next: accept]" in texts.guide_line("before_consent", "short", None, "en", "x").plain
    assert "[the list is done" in texts.guide_line("background", "short", None, "en", "x").plain
    assert texts.guide_line(None, "short", "no_journal", "en", "captures/a").plain.endswith("--out captures/a`")


def test_losses_and_what_is_not_listed_are_said() -> None:
    state = LiveState(POLICY)
    state.take([_event(kind="loss", lost=3, received=9), *(_event(relation="declared", host=str(n)) for n in range(150))])
    line = texts.counted_line(state, 2, "en", 120, muted=True).plain
    assert "0 of OS noise hidden · sampled: 50 rows counted, not listed · LOST 3 packets · 2 lines" in line


def test_the_tally_has_unexplained_recipients_first_and_keeps_the_printers_bytes() -> None:
    state = LiveState(POLICY)
    state.take([_event(relation="declared", host="h", recipient="alibaba_cloud") for _ in range(9)])
    state.take(
        [
            _event(relation="undeclared", host="h", recipient="x" * 60),
            _event(kind="sighting", ident_kind="imei", relation="declared"),
        ]
    )
    line = texts.tally_line(state, "en", 80).plain
    assert line.startswith("PARTIES xxxxxxxxxxxx… 1 alibaba_cloud 9")
    assert line.endswith("| IDS imei 1 | PRINTER 0B")
    assert cell_len(line) == 80


_TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Mn", "Me", "Mc", "Zl", "Zp")), max_size=60)


@given(_TEXTS, _TEXTS, st.sampled_from(["en", "zh"]), st.integers(40, 140), st.sampled_from(list(RowClass)))
def test_no_line_is_wider_than_the_screen(host: str, recipient: str, language: str, width: int, _row_class: RowClass) -> None:
    row = _row(host=host, recipient=recipient, relation="undeclared", method="GET", status=200)
    state = LiveState(POLICY)
    state.take([_event(host=host, recipient=recipient, relation="unknown")])
    lines = (
        texts.row_line(row, language, width, selected=True),
        texts.pinned_line(row, language, width),
        texts.head_line(host, state, ("① x", AT, True), AT, language, width),
        texts.tally_line(state, language, width),
        texts.counted_line(state, 0, language, width, muted=False),
    )
    assert [line.plain for line in lines if cell_len(line.plain) > width] == []


@given(_TEXTS, st.integers(0, 50))
def test_a_fitted_text_has_exactly_its_width(text: str, width: int) -> None:
    assert cell_len(texts.fitted(text, width)) == width


@pytest.mark.parametrize(
    ("event", "start"),
    [
        (_event(kind="note", text="tapped"), "10:00:00 > note      tapped "),
        (_event(kind="phase", phase="print"), "10:00:00 > phase     print a nail (print) "),
        (_event(kind="correction", was="a", now="b"), "10:00:00 > correcti… a → b "),
    ],
)
def test_what_is_no_traffic_is_told_with_its_kind(event: Event, start: str) -> None:
    assert texts.row_line(note_row(event, 0, 1), "en", 60, selected=False).plain.startswith(start)


def test_the_keys_fit_eighty_columns() -> None:
    for language in ("en", "zh"):
        for name in ("quit_stop", "quit_view"):
            assert cell_len(word("ui", "keys", language, quit=word("ui", name, language))) <= 80
