"""Pictures beside subjects.toml, and values that nobody can look for."""

from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.model.session import PlantedValue, Subjects
from auditor.session import planted_files
from auditor.session.planted_files import not_looked_for, with_images


def planted(kind: str, value: str) -> Subjects:
    """One planted value."""
    return Subjects(identifiers=(PlantedValue(label="one", kind=kind, value=value, owner="persona"),))


def test_a_path_counts_from_the_file(tmp_path: Path) -> None:
    """The picture is read from beside subjects.toml, wherever the program was called."""
    (tmp_path / "art").mkdir()
    (tmp_path / "art" / "a.png").write_bytes(b"picture")
    (image,) = with_images(planted("image", "art/a.png"), str(tmp_path / "subjects.toml")).images
    assert (image.label, image.data) == ("one", b"picture")


@pytest.mark.parametrize(("name", "why"), [("none.png", "cannot be read"), ("empty.png", "is empty"), (".", "cannot be read")])
def test_a_picture_that_is_not_there_is_a_fault(tmp_path: Path, name: str, why: str) -> None:
    """Without the picture nobody would look for it, so nothing goes on; the path is not repeated, the label is."""
    (tmp_path / "empty.png").write_bytes(b"")
    with pytest.raises(ConfigError) as caught:
        with_images(planted("image", name), str(tmp_path / "subjects.toml"))
    assert f"the image 'one' {why}" in str(caught.value)


def test_a_picture_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a limit."""
    monkeypatch.setattr(planted_files, "MAX_IMAGE", 1 << 20)
    (tmp_path / "a.png").write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(ConfigError, match="larger than 1 MiB"):
        with_images(planted("image", "a.png"), str(tmp_path / "subjects.toml"))
    (tmp_path / "a.png").write_bytes(bytes(1 << 20))
    assert len(with_images(planted("image", "a.png"), str(tmp_path / "subjects.toml")).images) == 1


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("nickname", "mei", True),
        ("nickname", "小蓝", False),
        ("password", " ab ", True),
        ("nickname", "meim", False),
        ("image", "a", False),
    ],
)
def test_short_values_are_told(kind: str, value: str, told: bool) -> None:
    """A value of fewer than four bytes is not looked for, and its label, never the value, says so."""
    lines = not_looked_for(planted(kind, value), "subjects.toml")
    assert bool(lines) is told
    assert all("'one'" in line and value.strip() not in line.split("'one'")[1][:20] for line in lines)
