from rich.cells import cell_len

from auditor.model.tables import FLOWS, SIGHTINGS
from auditor.report import text_table

from .sample_audit import HOSTILE
from .sample_rows import FLOW, SIGHTING


def test_columns_are_aligned_and_the_last_line_counts_the_rows() -> None:
    lines = text_table.render(FLOWS, FLOWS.frame([FLOW, {**FLOW, "host": "a.much.longer.host.example.com"}])).splitlines()
    assert lines[0].startswith("started")
    assert lines[2].index("203.0.113.9") == lines[3].index("203.0.113.9") == lines[0].index("server_ip")
    assert lines[-1].startswith("2 rows; ")


def test_one_row_is_one_row() -> None:
    assert text_table.render(SIGHTINGS, SIGHTINGS.frame([SIGHTING])).splitlines()[-1].startswith("1 row;")


def test_chinese_takes_two_columns_a_character() -> None:
    wide, narrow = text_table.render(FLOWS, FLOWS.frame([{**FLOW, "host": "打印机.example"}, FLOW])).splitlines()[2:4]
    assert cell_len(wide.split("203.0.113.9")[0]) == cell_len(narrow.split("203.0.113.9")[0])


def test_captured_text_cannot_steer_the_terminal() -> None:
    text = text_table.render(FLOWS, FLOWS.frame([{**FLOW, "host": host} for host in HOSTILE]))
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "\u202e" not in text
    assert len(text.splitlines()) == len(HOSTILE) + 3


def test_absent_values_and_empty_lists_are_dashes() -> None:
    line = text_table.render(SIGHTINGS, SIGHTINGS.frame([{**SIGHTING, "identifier": None, "encodings": []}])).splitlines()[2]
    assert line.split().count("-") == 2
