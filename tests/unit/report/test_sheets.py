from dataclasses import replace

import pytest

from auditor.model.audit import Audit
from auditor.report.sheet import Coloured, Row, Sheet
from auditor.report.sheets import sheets

from . import sample_audit


def sheet(name: str, lang: str = "en") -> Sheet:
    return next(sheet for sheet in sheets(sample_audit.audit(), lang) if sheet.name == name)


@pytest.mark.parametrize("name", ["audit", "passed", "inconclusive", "empty", "hostile", "local"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_row_has_a_cell_for_each_column(name: str, lang: str) -> None:
    for made in sheets(getattr(sample_audit, name)(), lang):
        assert {len(row) for row in made.rows} <= {len(made.columns)}, made.name


def test_a_row_for_each_thing_of_the_audit() -> None:
    audit = sample_audit.audit()
    counts = {made.name: len(made.rows) for made in sheets(audit, "en")}
    assert counts["Findings"] == len(audit.findings)
    assert counts["Recipients"] == len(audit.recipients)
    assert counts["Sightings"] == len(audit.sightings)
    assert counts["Waivers"] == len(audit.waivers)
    assert counts["Evidence"] == len(audit.inputs) + 4


def test_a_coloured_cell_says_its_colour_in_words() -> None:
    coloured = [cell for row in sheet("Findings").rows for cell in row if isinstance(cell, Coloured)]
    assert {cell.value for cell in coloured if cell.colour == "bad"} == {"critical", "high"}


def test_the_summary_says_that_the_traffic_was_scripted_and_what_a_finding_is_not() -> None:
    values = [row[2] for row in sheet("Summary").rows]
    assert "NO-GO" in values
    assert any("not a recording" in str(value) for value in values)
    assert any("not legal advice" in str(value) for value in values)


def named(audit: Audit, name: str, lang: str = "en") -> list[Row]:
    return [row for sheet in sheets(audit, lang) if sheet.name == name for row in sheet.rows]


def test_a_gate_says_what_is_missing_in_the_language_that_was_asked_for() -> None:
    base = sample_audit.audit()
    gates = tuple(replace(gate, detail_zh=("缺少",) * len(gate.detail)) for gate in base.coverage.gates)
    rows = named(replace(base, coverage=replace(base.coverage, gates=gates)), "Coverage", "zh")
    assert "缺少" in {row[4] for row in rows}
