"""Planted values appended to subjects.toml: nothing else changes, nothing stands twice, only its owner reads it."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import ConfigError, UsageError
from auditor.model.session import PlantedValue
from auditor.session.files import read_subjects
from auditor.session.subjects_writer import add_subjects

SERIAL = PlantedValue(label="phone-serial", kind="serial", value="DEMO0PIXEL8", owner="phone")
OTHER = PlantedValue(label="phone-serial", kind="serial", value="DEMO0PIXEL9", owner="phone")


def _read(folder: Path) -> tuple[PlantedValue, ...]:
    return read_subjects((folder / "subjects.toml").read_text(), "x").identifiers


def test_a_new_file_has_its_comments_and_is_its_owners(tmp_path: Path) -> None:
    assert add_subjects(tmp_path, (SERIAL,)).added == (SERIAL,)
    assert _read(tmp_path) == (SERIAL,)
    assert "NEVER COMMIT" in (tmp_path / "subjects.toml").read_text()
    assert stat.S_IMODE((tmp_path / "subjects.toml").stat().st_mode) == 0o600


def test_a_second_pull_adds_nothing(tmp_path: Path) -> None:
    add_subjects(tmp_path, (SERIAL,))
    before = (tmp_path / "subjects.toml").read_bytes()
    again = add_subjects(tmp_path, (SERIAL,))
    assert (again.added, again.known) == ((), (SERIAL,))
    assert (tmp_path / "subjects.toml").read_bytes() == before


def test_another_phone_gets_a_label_of_its_own(tmp_path: Path) -> None:
    add_subjects(tmp_path, (SERIAL,))
    assert [value.label for value in add_subjects(tmp_path, (OTHER,)).added] == ["phone-serial-2"]


def test_what_its_user_wrote_stays_as_it_is(tmp_path: Path) -> None:
    mine = "# mine\nschema = 1\nsalts = ['x']"
    (tmp_path / "subjects.toml").write_text(mine)
    add_subjects(tmp_path, (SERIAL,))
    assert (tmp_path / "subjects.toml").read_text().startswith(mine + "\n")
    assert _read(tmp_path) == (SERIAL,)


@pytest.mark.parametrize("text", ["schema = 2\n", "schema = 1\nnonsense", "schema = 1\n[[identifier]]\nlabel = 'x'\n"])
def test_a_file_with_faults_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "subjects.toml").write_text(text)
    with pytest.raises(ConfigError):
        add_subjects(tmp_path, (SERIAL,))
    assert (tmp_path / "subjects.toml").read_text() == text


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        add_subjects(tmp_path / "nosuch", (SERIAL,))


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=30))
def test_any_value_is_read_back_as_it_was(value: str) -> None:
    import tempfile

    planted = PlantedValue(label="x", kind="other", value=value, owner="persona")
    with tempfile.TemporaryDirectory() as name:
        try:
            add_subjects(Path(name), (planted,))
        except ConfigError:
            return
        assert _read(Path(name)) == (planted,)
