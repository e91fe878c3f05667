"""The map of the code names every room, and no room that is gone."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_map_names_every_room_and_no_other() -> None:
    table = "".join(
        line.split("|")[1] for line in (ROOT / "docs/architecture.md").read_text().splitlines() if line.startswith("| `")
    )
    named = {name.removeprefix("auditor/").rstrip("/") for name in re.findall(r"`([^`]+)`", table)} - {"addons"}
    there = {path.name for path in (ROOT / "auditor").iterdir() if path.is_dir() or path.suffix == ".py"}
    assert named == {name for name in there if not name.startswith("__")}
