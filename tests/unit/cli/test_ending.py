"""The lines on standard error."""

import signal
import sys

import pytest

from auditor.cli.ending import Ending, counted, done, failed, say, signals_like_ctrl_c, tell_errors, worst
from auditor.errors import ConfigError, ExitCode, Fault, Source, UsageError


def test_the_last_line_has_number_word_and_reason() -> None:
    assert Ending(ExitCode.FAIL, "5 findings").line == "exit 1 (fail): 5 findings"
    assert done("3 flows").line == "exit 0 (done): 3 flows"


def test_the_last_line_says_what_was_wrong_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads only the end of a log learns it; of many faults, the file and how many."""
    faults = tuple(Fault(Source("a.toml", f"line {number}"), "bad", "mend it") for number in range(2))
    assert failed(UsageError("does not exist", Source("x"), "name a file")).line == "exit 2 (usage): x: does not exist"
    assert failed(UsageError("no place")).line == "exit 2 (usage): no place"
    assert failed(ConfigError(faults[:1])).line == "exit 2 (usage): a.toml: line 0: bad"
    assert failed(ConfigError(faults)).line == "exit 2 (usage): faults in a.toml: see the lines above"
    assert len(capsys.readouterr().err.splitlines()) == 5


def test_one_is_counted_as_one() -> None:
    assert [counted(number, "file") for number in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert [counted(number, "party", "parties") for number in (1, 2)] == ["1 party", "2 parties"]


def test_every_fault_is_a_line_of_its_own_without_commands_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    faults = tuple(Fault(Source("a", f"line {number}"), "bad\x9b") for number in range(6))
    tell_errors((ConfigError(faults), UsageError("two\nlines")))
    said = capsys.readouterr().err.splitlines()
    assert said == [*(f"error: a: line {number}: bad\\x9b" for number in range(6)), "error: two\\nlines"]


def test_no_line_commands_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever it is made of: names of files and devices are a stranger's."""
    say(f"warning: {'x\x1b[2J\ny'}")
    say(Ending(ExitCode.USAGE, "\x9b\u202e").line)
    assert capsys.readouterr().err == "warning: x\\x1b[2J\\ny\nexit 2 (usage): \\x9b\\u202e\n"


def test_nobody_listening_is_no_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    say("x")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("codes", "expected"), [([], 0), ([0, 3], 3), ([3, 1], 1), ([1, 2], 2), ([2, 4, 1], 4), ([70, 4], 70), ([130, 70], 130)]
)
def test_the_worst_code_wins(codes: list[int], expected: int) -> None:
    assert worst(ExitCode(code) for code in codes) == expected


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_told_to_end_ends_like_ctrl_c_and_only_then(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_DFL)  # `nohup` would have the tests, too, not hear of it
    try:
        with pytest.raises(KeyboardInterrupt), signals_like_ctrl_c():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_a_hang_up_that_nohup_had_ignored_stays_ignored() -> None:
    usual = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_like_ctrl_c():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, usual)
