"""The Python interface."""

import pandas as pd
import pytest

import auditor
from auditor.errors import UsageError
from auditor.model.tables import FINDINGS, FLOWS, RECIPIENTS, SIGHTINGS

DEMO = "captures/demo"


@pytest.fixture(scope="module")
def result() -> auditor.AuditResult:
    """The demo, audited."""
    return auditor.audit(DEMO, as_of="2026-11-22")


def test_frames_have_the_published_columns(result: auditor.AuditResult) -> None:
    """Each frame has exactly its table's columns, and lists stay lists."""
    for table, frame in (
        (FLOWS, result.flows),
        (SIGHTINGS, result.sightings),
        (FINDINGS, result.findings),
        (RECIPIENTS, result.recipients),
    ):
        assert tuple(frame.columns) == table.names
        assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes)


def test_the_matrix_counts_sightings(result: auditor.AuditResult) -> None:
    """Rows are recipients, columns kinds; the sum is the number of sightings that left."""
    matrix = result.matrix()
    assert int(matrix["imei"].to_dict()["jiguang"]) >= 1
    assert int(matrix.to_numpy().sum()) == int((result.sightings["direction"] == "up").sum())


def test_the_verdict_is_a_word(result: auditor.AuditResult) -> None:
    """The demo is meant to fail."""
    assert result.verdict == "fail"


def test_several_sessions_are_refused(tmp_path: object) -> None:
    """One call audits one session."""
    with pytest.raises(UsageError, match="one session"):
        auditor.audit(DEMO, str(tmp_path))
