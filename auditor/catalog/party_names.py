"""Reads the names of the parties that the catalog knows. TOML goes in, (id, names) pairs come out."""

from pathlib import Path

from auditor.toml_file import Node
from auditor.toml_file import load as load_toml

BUNDLED = Path(__file__).parent / "party_names.toml"


def load(path: Path = BUNDLED) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The id and the names of each known party.

    Raises:
        ConfigError: with every fault of the file.
    """
    return load_toml(path.read_text(encoding="utf-8"), str(path), _file)


def _file(root: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    root.schema()
    return tuple((node.text("party"), node.texts("names")) for node in root.tables("party"))
