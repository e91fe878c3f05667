"""Reads `identifiers/*.toml`: key names and prefixes of each kind of identifier, checked completely, all faults at once."""

from importlib.resources import files

from auditor.model.identifier import IdentifierKnowledge, KindKnowledge, normal_name
from auditor.model.vocabulary import KINDS
from auditor.toml_file import Node, load


def load_identifier_knowledge() -> IdentifierKnowledge:
    """The bundled knowledge.

    Raises:
        ConfigError: a file has faults (all of them).
    """
    folder = files("auditor.catalog") / "identifiers"
    kinds = load((folder / "names.toml").read_text(encoding="utf-8"), "names.toml", read_names)
    return load((folder / "prefixes.toml").read_text(encoding="utf-8"), "prefixes.toml", lambda node: read_prefixes(node, kinds))


def read_names(node: Node) -> tuple[KindKnowledge, ...]:
    """The kinds of `names.toml`. A name that means one kind only may stand at that kind only."""
    node.schema()
    owners: dict[str, str] = {}
    found = []
    for entry in node.tables("kind"):
        kind = entry.one_of("kind", KINDS)
        names = entry.texts("names")
        for name in map(normal_name, names):
            if owners.setdefault(name, kind) != kind:
                entry.fault("names", f"{name!r} is also a name of {owners[name]}", "make it a vague name of both")
        vague = entry.texts("vague_names")
        found.append(
            KindKnowledge(kind=kind, names=names, vague_names=vague, by_name_alone=entry.boolean("by_name_alone", default=False))
        )
    return tuple(found)


def read_prefixes(node: Node, kinds: tuple[KindKnowledge, ...]) -> IdentifierKnowledge:
    """The prefixes of `prefixes.toml`, with the kinds read before."""
    node.schema()
    location = node.table("location")
    return IdentifierKnowledge(
        kinds=kinds,
        imei_prefixes=_table(node, "imei").texts("prefixes"),
        mac_prefixes=frozenset(_table(node, "mac").texts("prefixes")),
        country_codes=frozenset(_table(node, "country").texts("codes")),
        card_prefixes=_cards(_table(node, "card")),
        latitude_names=location.texts("latitude"),
        longitude_names=location.texts("longitude"),
        position_names=location.texts("both"),
        placeholders=frozenset(text.casefold() for text in node.table("placeholder").texts("values")),
    )


def _table(node: Node, name: str) -> Node:
    """One table of prefixes; each must say where it is from and when that was looked up."""
    table = node.table(name)
    table.text("source")
    table.date("seen")
    return table


def _cards(node: Node) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    ranges = []
    for entry in node.tables("ranges"):
        lengths = tuple(int(length) for length in entry.texts("lengths"))
        ranges.append((entry.text("first"), entry.text("last"), lengths))
    return tuple(ranges)
