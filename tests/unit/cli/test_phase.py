"""The command `auditor phase`: marks, lists and corrects."""

from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.record.phases import read_mark
from auditor.record.running import announced


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "today"
    folder.mkdir()
    (folder / "session.toml").write_text("schema = 1\n")
    return folder


def test_a_wrong_mark_is_corrected_with_few_words(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with announced(session):
        assert main(["phase", "consented"]) == 0
        assert main(["phase", "declined", "--edit"]) == 0
        assert main(["phase", "--edit"]) == 0
    mark = read_mark(session)
    assert mark is not None
    assert mark.id == "declined"
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].split()[1] == "declined"
    assert "phase 1 in" in said.err
    assert "was consented and is declined" in said.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["phase"], "the name of the phase is missing"),
        (["phase", "print", "--of", "2"], "--of, --start and --end are for --edit"),
        (["phase", "print", "--edit", "--session", "nosuch"], "nosuch: there is no such folder"),
        (["phase", "--edit"], "no recording runs"),
        (["phase", "print", "--edt"], "--edit"),
    ],
)
def test_wrong_words_are_one_line_and_2(
    words: list[str], message: str, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert message in capsys.readouterr().err


def test_a_session_without_phases_says_so(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phase", "--edit", "--session", str(session)]) == 0
    assert capsys.readouterr().out == "no phase is recorded\n"
