"""Android's debug bridge through a stand-in: what it says, what it cannot say, and why."""

from pathlib import Path

import pytest

from auditor.doctor.adb import Adb, NoPhoneError
from auditor.errors import UsageError


def _adb(folder: Path, script: str, **facts: object) -> Adb:
    path = folder / "adb"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return Adb(program=str(path), **facts)  # type: ignore[arg-type]


def test_a_command_on_the_phone_gives_its_text_without_blanks(tmp_path: Path) -> None:
    assert _adb(tmp_path, 'echo " $* "').shell("getprop", "ro.serialno") == "shell getprop ro.serialno"


def test_one_of_several_phones_is_named(tmp_path: Path) -> None:
    assert _adb(tmp_path, 'echo "$*"', serial="ABC").shell("date") == "-s ABC shell date"


def test_bytes_that_are_no_text_are_no_error(tmp_path: Path) -> None:
    assert _adb(tmp_path, r"printf '\377\376x'").shell("x") == "\ufffd\ufffdx"


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("error: device unauthorized.", "does not allow this computer"),
        ("error: no devices/emulators found", "no phone is connected"),
        ("error: more than one device/emulator", "several phones"),
        ("error: device offline", "offline"),
        ("error: device 'XYZ' not found", "not connected"),
    ],
)
def test_why_no_phone_answers_is_told_with_what_to_do(tmp_path: Path, words: str, meaning: str) -> None:
    with pytest.raises(NoPhoneError, match=meaning) as caught:
        _adb(tmp_path, f'echo "{words}" >&2; exit 1').shell("date")
    assert caught.value.fix


def test_a_command_that_fails_is_no_missing_phone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="adb shell failed: permission denied") as caught:
        _adb(tmp_path, "echo permission denied >&2; exit 1").shell("date")
    assert not isinstance(caught.value, NoPhoneError)


def test_a_phone_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="took longer"):
        _adb(tmp_path, "exec sleep 20", seconds=0.2).shell("date")


def test_without_adb_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoPhoneError, match="not installed"):
        Adb(program=str(tmp_path / "nosuch")).shell("date")
