"""Set-ups of the bench, as TOML in; Topologies and the lines that a person types for them out."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from auditor.errors import UsageError
from auditor.model.device import Topology
from auditor.toml_file import Node, nearest
from auditor.toml_file import load as load_toml

BUNDLED = Path(__file__).parent / "topologies" / "topologies.toml"
_ID = re.compile(r"\bp[1-9]\b")
_BETWEEN = re.compile(r"[,+;/&]|\band\b")


@dataclass(frozen=True, slots=True)
class BenchSetup:
    """A set-up with its other name, and how it is made."""

    topology: Topology
    name: str
    """Like `access_point`."""
    lines: tuple[str, ...]
    """What a person types; `{interface}` stands for the interface's name."""

    def typed(self, interface: str) -> tuple[str, ...]:
        """The lines for an interface."""
        return tuple(line.replace("{interface}", interface) for line in self.lines)


@cache
def load(path: Path = BUNDLED) -> tuple[BenchSetup, ...]:
    """All of them, in the order of the file.

    Raises:
        ConfigError: with every fault.
    """
    return load_toml(path.read_text(encoding="utf-8"), str(path), _file)


def _file(root: Node) -> tuple[BenchSetup, ...]:
    root.schema()
    return tuple(_setup(node) for node in root.tables("topology"))


def _setup(node: Node) -> BenchSetup:
    topology = Topology(
        id=node.text("id"),
        title=node.text("title"),
        title_zh=node.text("title_zh"),
        seen=node.texts("seen"),
        seen_zh=node.texts("seen_zh"),
        unseen=node.texts("unseen"),
        unseen_zh=node.texts("unseen_zh"),
    )
    for one, other in (("seen", topology.seen_zh), ("unseen", topology.unseen_zh)):
        if len(getattr(topology, one)) != len(other):
            node.fault(one, f"{one} and {one}_zh have different lengths")
    return BenchSetup(topology=topology, name=node.text("name"), lines=node.texts("lines"))


def named(text: str) -> tuple[Topology, ...]:
    """The set-ups that a session's topology names: ids as words, names as a whole part, like `P2 + P3` or `wireguard, access
    point`. Free text names none."""
    ids = set(_ID.findall(text.casefold()))
    parts = {re.sub(r"[\s-]+", "_", part.strip()) for part in _BETWEEN.split(text.casefold())}
    return tuple(setup.topology for setup in load() if setup.topology.id.casefold() in ids or setup.name in parts)


def find(text: str) -> BenchSetup:
    """The set-up of that id or name.

    Raises:
        UsageError: there is none; with the nearest.
    """
    plain = re.sub(r"[\s-]+", "_", text.strip().casefold())
    for setup in load():
        if plain in (setup.topology.id.casefold(), setup.name):
            return setup
    known = tuple(setup.name for setup in load())
    raise UsageError(f"unknown set-up {text!r}", fix=nearest(plain, known))


_WORDS = {"en": ("sees", "cannot see", "type"), "zh": ("可见", "不可见", "输入")}


def shown(setup: BenchSetup, interface: str | None, lang: str) -> str:
    """A set-up as text; with the lines to type where an interface is named."""
    topology = setup.topology
    title, seen, unseen = topology.title, topology.seen, topology.unseen
    if lang == "zh":
        title, seen, unseen = topology.title_zh, topology.seen_zh, topology.unseen_zh
    sees, cannot, typed = _WORDS[lang]
    lines = [f"{topology.id} {setup.name}: {title}"]
    lines += [f"  {sees}: {text}" for text in seen]
    lines += [f"  {cannot}: {text}" for text in unseen]
    if interface is not None:
        lines += [f"  {typed}:", *(f"    {line}" for line in setup.typed(interface))]
    return "\n".join(lines)
