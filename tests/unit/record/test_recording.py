from dataclasses import replace

import pytest

from auditor.errors import ExitCode
from auditor.record.recording import RecordResult, StopReason, tool_version
from tests.unit.record.results import WHOLE


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (WHOLE, ExitCode.PASS),
        (replace(WHOLE, lost=1), ExitCode.INCONCLUSIVE),
        (replace(WHOLE, stopped=StopReason.DISK_FULL), ExitCode.INCONCLUSIVE),
        (replace(WHOLE, stopped=StopReason.INTERFACE_GONE), ExitCode.INCONCLUSIVE),
        (replace(WHOLE, detail="the interface went down"), ExitCode.INCONCLUSIVE),
    ],
)
def test_0_only_when_its_user_stopped_it_and_nothing_is_missing(result: RecordResult, code: ExitCode) -> None:
    assert result.exit is code


def test_the_reason_is_one_line_with_the_counts() -> None:
    assert WHOLE.reason == "10 packets recorded"
    assert replace(WHOLE, lost=2, received=12, detail="x").reason == "10 packets recorded, 2 of 12 lost: x"


def test_the_version_is_text() -> None:
    assert tool_version()
