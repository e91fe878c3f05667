import asyncio

import pytest
from mitmproxy.exceptions import AddonHalt

from auditor.record.hook_guard import HookFaults, complain, guarded

HALT: Exception = AddonHalt()  # type: ignore[no-untyped-call]


class Addon:
    """An addon with one hook that raises what it is given."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, str]] = []
        self.hook_faults = HookFaults(lambda hook, what: self.reports.append((hook, what)))

    @guarded
    def request(self, error: BaseException | None) -> None:
        if error is not None:
            raise error


@pytest.mark.parametrize("error", [ValueError("imei 123"), TypeError(), MemoryError(), RecursionError(), HALT])
def test_an_error_is_counted_and_traffic_passes(error: Exception) -> None:
    addon = Addon()
    addon.request(error)
    assert addon.hook_faults.total == 1
    assert addon.hook_faults.calls["request"] == 1


@pytest.mark.parametrize("error", [asyncio.CancelledError(), GeneratorExit(), KeyboardInterrupt(), SystemExit(3)])
def test_what_ends_a_task_or_the_process_is_counted_and_goes_on(error: BaseException) -> None:
    addon = Addon()
    with pytest.raises(type(error)):
        addon.request(error)
    assert addon.hook_faults.total == 1


def test_the_report_names_hook_type_and_place_but_never_the_text() -> None:
    addon = Addon()
    addon.request(ValueError("imei 123456789012345"))
    ((hook, what),) = addon.reports
    assert hook == "request"
    assert what.startswith("ValueError at test_hook_guard.py:")
    assert "imei" not in what


def test_calls_without_errors_count_too() -> None:
    addon = Addon()
    addon.request(None)
    assert (addon.hook_faults.calls["request"], addon.hook_faults.total, addon.reports) == (1, 0, [])


def test_a_guarded_hook_keeps_its_name() -> None:
    assert Addon.request.__name__ == "request"


def test_errors_add_up_by_hook_and_a_shared_function_is_counted_under_its_own_name() -> None:
    class Two(Addon):
        response = guarded(lambda self, error: None, "response")
        fails = guarded(lambda self, error: {}[error], "fails")

    addon = Two()
    addon.response(None)
    for _ in range(3):
        addon.fails(None)
    addon.request(ValueError())
    assert addon.hook_faults.calls == {"response": 1, "fails": 3, "request": 1}
    assert addon.hook_faults.errors == {"fails": 3, "request": 1}
    assert addon.hook_faults.total == 4
    assert [hook for hook, _ in addon.reports] == ["fails", "fails", "fails", "request"]


def test_an_error_that_was_never_raised_has_no_place() -> None:
    addon = Addon()
    addon.hook_faults.failed("x", ValueError("imei 123"))
    assert addon.reports == [("x", "ValueError")]


def test_a_complaint_is_a_line_for_whoever_looks_at_the_proxy(capsys: pytest.CaptureFixture[str]) -> None:
    complain("request: ValueError")
    assert capsys.readouterr().err == "audit: request: ValueError\n"
