"""The Containerfile cannot be built here: what can be checked without an engine is checked."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
IGNORED = (ROOT / ".containerignore").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("private", ["captures/*", "reports/*", "subjects.toml", "*.pem", "*.key"])
def test_what_git_keeps_out_no_image_holds(private: str) -> None:
    """Recordings, planted values and keys; `COPY . .` takes all the rest."""
    assert private in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert private in IGNORED or f"**/{private}" in IGNORED


def test_every_engine_reads_the_same_list() -> None:
    """Podman reads one name, Docker the other."""
    assert (ROOT / ".dockerignore").resolve() == ROOT / ".containerignore"


def test_the_image_is_made_by_targets_and_files_that_are_there() -> None:
    """`make setup` and `make demo`, and the demonstration's captures with them."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "RUN make setup" in text
    assert 'CMD ["make", "demo"]' in text
    assert "\nsetup:" in makefile
    assert "\ndemo:" in makefile
    assert {"!captures/demo", "!captures/demo/subjects.toml", "!captures/demo/session.key"} <= set(IGNORED)
