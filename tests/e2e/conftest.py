"""What tests of live recordings begin with: servers that a phone would reach, and a session with planted values."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab.recording import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator["World"]:
    """The recipients of the lab on loopback, with an authority of their own."""
    from tests.lab.recording import living_world

    with living_world(tmp_path_factory.mktemp("world")) as made:
        yield made


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session with the persona's values planted."""
    from tests.lab.persona import IDENTIFIERS
    from tests.lab.session import subjects_text

    folder = tmp_path / "today"
    folder.mkdir()
    (folder / "subjects.toml").write_text(subjects_text(IDENTIFIERS))
    return folder
