"""Texts of the doctor: both languages, one fix for each failure, and safe to show whatever a phone said."""

import re
import string
from pathlib import Path

import pytest

import auditor.doctor
from auditor.doctor.leg import failed, ok, unchecked
from auditor.doctor.words import lines, tables, text

TEXTS = [(table, key) for table, texts in tables().items() for key in texts]
SOURCE = "\n".join(path.read_text() for path in Path(auditor.doctor.__file__).parent.glob("*.py"))


@pytest.mark.parametrize(("table", "key"), TEXTS)
def test_both_languages_hold_the_same_facts(table: str, key: str) -> None:
    fields = [sorted(field for _, field, _, _ in string.Formatter().parse(each) if field) for each in tables()[table][key]]
    assert len(fields) == 2
    assert fields[0] == fields[1]


@pytest.mark.parametrize("key", sorted(set(re.findall(r'failed\(\s*"(\w+)"', SOURCE))))
def test_every_failure_is_said_and_has_one_fix(key: str) -> None:
    assert key in tables()["said"]
    assert key in tables()["fix"]


def test_no_fix_is_for_something_that_does_not_fail() -> None:
    assert set(tables()["fix"]) <= set(re.findall(r'failed\(\s*"(\w+)"', SOURCE))


@pytest.mark.parametrize("key", sorted(set(re.findall(r'(?:ok|unchecked)\(\s*"(\w+)"', SOURCE))))
def test_everything_else_is_said_too(key: str) -> None:
    assert key in tables()["said"]


def test_a_failure_has_its_fix_under_it() -> None:
    first, second = lines("clock", failed("clock_off", seconds="+90"), "en")
    assert first == "✖ clock                the phone's clock is +90 s off this machine's"
    assert second.strip().startswith("→ set the phone's date and time")
    assert lines("clock", ok("clock_right"), "zh") == ("✔ 时钟                 手机与本机一致",)


def test_what_a_phone_said_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in lines("phone", ok("phone_there", model="\x1b[2J{why}", release="1"), "en")[0]
    assert "{why}" in lines("phone", ok("phone_there", model="{why}", release="1"), "en")[0]
    assert lines("phone", unchecked("phone_missing", why="w", fix="f"), "en") == ("? phone (adb)          w: f",)
    assert text("leg", "disk", "zh", {}) == "磁盘"
