"""Reads `identifiers/*.toml`: key names and prefixes of each kind of identifier, checked completely, all faults at once."""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from auditor.model.identifier import IdentifierKnowledge, KindKnowledge, normal_name
from auditor.model.vocabulary import KINDS
from auditor.toml_file import Node, load

_PREFIX = re.compile(r"[0-9a-f]{6}")


@cache
def load_identifier_knowledge() -> IdentifierKnowledge:
    """The bundled knowledge.

    Raises:
        ConfigError: a file has faults (all of them).
    """
    kinds = _load("names.toml", read_names)
    vendors = _load("mac_prefixes.toml", read_mac_prefixes)
    return _load("prefixes.toml", lambda node: read_prefixes(node, kinds, vendors))


def _load[T](name: str, read: Callable[[Node], T]) -> T:
    text = (files("auditor.catalog") / "identifiers" / name).read_text(encoding="utf-8")
    return load(text, f"identifiers/{name}", read)


def read_mac_prefixes(node: Node) -> frozenset[str]:
    """The vendor prefixes of `mac_prefixes.toml`, each six lower-case hex digits."""
    node.schema()
    node.text("source")
    node.date("seen")
    found: set[str] = set()
    for vendor in node.tables("vendor"):
        vendor.text("name")
        for prefix in vendor.text("prefixes").split():
            if not _PREFIX.fullmatch(prefix):
                vendor.fault("prefixes", f"{prefix!r} is no vendor prefix", "write six lower-case hex digits")
            found.add(prefix)
    return frozenset(found)


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
        found.append(
            KindKnowledge(
                kind=kind,
                names=names,
                vague_names=entry.texts("vague_names"),
                doubtful_names=entry.texts("doubtful_names"),
                endings=tuple(map(normal_name, entry.texts("endings"))),
                other_words=tuple(map(normal_name, entry.texts("other_words"))),
                by_name_alone=entry.boolean("by_name_alone", default=False),
            )
        )
    return tuple(found)


def read_prefixes(node: Node, kinds: tuple[KindKnowledge, ...], vendors: frozenset[str]) -> IdentifierKnowledge:
    """The prefixes of `prefixes.toml`, with what was read before."""
    node.schema()
    location = node.table("location")
    return IdentifierKnowledge(
        kinds=kinds,
        imei_prefixes=_table(node, "imei").texts("prefixes"),
        mac_prefixes=vendors,
        country_codes=frozenset(_table(node, "country").texts("codes")),
        card_prefixes=_cards(_table(node, "card")),
        position_prefixes=location.texts("before"),
        latitude_names=location.texts("latitude"),
        longitude_names=location.texts("longitude"),
        position_names=location.texts("both"),
        vague_position_names=location.texts("either"),
        other_endings=tuple(map(normal_name, node.table("other").texts("endings"))),
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
