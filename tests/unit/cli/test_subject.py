"""The command `auditor subject pull`: a test phone's values into the session, masked on the screen. All values are made up."""

from pathlib import Path

import pytest

from auditor.cli.app import main
from tests.unit.doctor.conftest import MakePhone, make_phone
from tests.unit.doctor.test_identifiers import ANSWERS

__all__ = ["make_phone"]
TEST_PHONE = ANSWERS | {"dumpsys account": "Accounts: 0"}


def _pull(folder: Path, *more: str) -> int:
    return main(["subject", "pull", "--session", str(folder), *more])


def test_values_go_into_the_file_and_none_of_them_to_the_screen(
    tmp_path: Path, make_phone: MakePhone, capsys: pytest.CaptureFixture[str]
) -> None:
    make_phone(TEST_PHONE)
    assert _pull(tmp_path) == 0
    said = capsys.readouterr()
    assert "phone-imei             imei         35•••••••••••81" in said.out
    assert "7 values added to" in said.err
    assert "not told by the phone: phone-bluetooth-mac, oaid" in said.err
    for value in ("352099001761481", "9a7b3c5d1e2f4a60", "DemoSalon-5G"):
        assert value in (tmp_path / "subjects.toml").read_text()
        assert value not in said.out + said.err


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            {"dumpsys account": "Accounts: 1\nAccount {name=a@example.org, type=com.google}"},
            "looks like somebody's own phone: 1 accounts",
        ),
        ({}, "cannot be told"),
        ({"state": "device unauthorized."}, "does not allow this computer"),
    ],
)
def test_somebodys_own_phone_is_not_read(
    tmp_path: Path, make_phone: MakePhone, capsys: pytest.CaptureFixture[str], answers: dict[str, str], message: str
) -> None:
    make_phone(ANSWERS | answers)
    assert _pull(tmp_path) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "subjects.toml").exists()


def test_unless_its_owner_says_so(tmp_path: Path, make_phone: MakePhone) -> None:
    make_phone(ANSWERS)
    assert _pull(tmp_path, "--i-own-this-data") == 0


def test_without_adb_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert _pull(tmp_path) == 2
    assert "adb is not installed (install Android's platform-tools)" in capsys.readouterr().err


def test_a_session_that_is_none_is_told(tmp_path: Path, make_phone: MakePhone, capsys: pytest.CaptureFixture[str]) -> None:
    make_phone(TEST_PHONE)
    assert _pull(tmp_path / "nosuch") == 2
    assert "there is no such folder" in capsys.readouterr().err
