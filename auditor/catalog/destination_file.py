"""One file of the destination catalog: its text goes in, groups, entities, services and patterns come out.

Services may name entities and sources of other files, so that reading has two passes: `names` collects what a file defines,
`services` reads the rest with everything that all files define. Faults are gathered in the documents, with their lines.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from auditor.model.destination import (
    Group,
    KnownSource,
    LegalEntity,
    PartyName,
    Pattern,
    PortHint,
    Purpose,
    Reach,
    Service,
    TenantPattern,
    Vantage,
)
from auditor.model.vocabulary import Confidence
from auditor.toml_file import Document, Node, nearest

PATTERN_KEYS = {
    "hosts": Reach.EXACT,
    "suffixes": Reach.SUFFIX,
    "group_suffixes": Reach.GROUP_SUFFIX,
    "addresses": Reach.ADDRESS,
    "prefixes": Reach.PREFIX,
    "cloud_prefixes": Reach.CLOUD_PREFIX,
}
"""The keys of a service that hold patterns, strongest first."""

_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_]*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_ADDRESS_REACH = (Reach.ADDRESS, Reach.PREFIX, Reach.CLOUD_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a file defines for all others."""

    group: Group | None
    entities: tuple[LegalEntity, ...]
    parties: tuple[PartyName, ...]
    sources: tuple[KnownSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What all files define, by id."""

    groups: Mapping[str, Group]
    entities: Mapping[str, LegalEntity]
    sources: Mapping[str, KnownSource]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What a file says of services."""

    patterns: tuple[Pattern, ...]
    tenants: tuple[TenantPattern, ...]
    ports: tuple[PortHint, ...]


def names(document: Document) -> Names:
    """The first pass."""
    root = document.root
    root.schema()
    group = _group(root.table("group")) if root.has("group") else None
    return Names(
        group=group,
        entities=tuple(_entity(node, group) for node in root.tables("entity")),
        parties=tuple(_party(node) for node in root.tables("party")),
        sources=tuple(_source(node) for node in root.tables("source")),
    )


def services(document: Document, known: Known) -> Services:
    """The second pass. `document.check` afterwards tells the faults of both."""
    root = document.root
    patterns: list[Pattern] = []
    for node in root.tables("service"):
        patterns.extend(_patterns(node, _service(node, known)))
    return Services(
        patterns=tuple(patterns),
        tenants=tuple(_tenant(node, known) for node in root.tables("tenant")),
        ports=tuple(_port(node) for node in root.tables("port")),
    )


def _group(node: Node) -> Group:
    regions = node.table("regions")
    return Group(
        slug=_slug(node, "slug"),
        name=node.text("name"),
        name_zh=node.text("name_zh", None),
        asns=tuple(_asns(node)),
        regions=tuple((word, _country(regions, word) or "") for word in sorted(regions.data)),
    )


def _asns(node: Node) -> list[int]:
    node.known["asns"] = None
    values = node.data.get("asns", [])
    if not isinstance(values, list) or not all(type(value) is int and value > 0 for value in values):
        node.fault("asns", "'asns' must be a list of AS numbers", "write asns = [37963]")
        return []
    return values


def _entity(node: Node, group: Group | None) -> LegalEntity:
    identifier = _slug(node, "id")
    return LegalEntity(
        id=identifier,
        name=node.text("name"),
        name_zh=node.text("name_zh", None),
        group=group.slug if group else None,
        country=_country(node, "country"),
        party=node.text("party", identifier),
        aliases=node.texts("aliases"),
        former=node.texts("former"),
    )


def _party(node: Node) -> PartyName:
    return PartyName(party=_slug(node, "id"), entity=node.text("entity"), names=node.texts("names"))


def _source(node: Node) -> KnownSource:
    return KnownSource(
        code=node.text("code"),
        title=node.text("title"),
        licence=node.text("licence", None),
        check_only=node.boolean("check_only", False),
    )


def _service(node: Node, known: Known) -> Service:
    entity = _entity_of(node, known)
    return Service(
        name=node.text("name"),
        entity=entity,
        group=known.groups.get(entity.group or ""),
        party=node.text("party", entity.party),
        purposes=node.choices("purposes", Purpose) or (Purpose.UNKNOWN,),
        vantage=node.choices("vantage", Vantage),
        confidence=node.choice("confidence", Confidence),
        sources=_sources(node, known),
        seen=node.date("seen"),
        shared=node.boolean("shared", False),
        entity_unsure=node.boolean("entity_unsure", False),
        server_country=_country(node, "server_country"),
        valid_from=node.date("valid_from", ""),
        valid_to=node.date("valid_to", ""),
        note=node.text("note", ""),
        place=f"{node.document.path}: line {node.line()}",
    )


def _entity_of(node: Node, known: Known) -> LegalEntity:
    identifier = node.text("entity")
    entity = known.entities.get(identifier)
    if entity is not None:
        return entity
    if identifier:
        node.fault("entity", f"unknown entity '{identifier}'", nearest(identifier, tuple(sorted(known.entities))))
    return LegalEntity(id="", name="", name_zh=None, group=None, country=None, party="")


def _sources(node: Node, known: Known) -> tuple[str, ...]:
    values = node.texts("source")
    if not values:
        node.fault("source", "a service needs a source", 'write source = ["MEMORY"] where there is none')
    for value in values:
        code = value.partition(":")[0]
        if code not in known.sources:
            node.fault("source", f"unknown source '{code}'", nearest(code, tuple(sorted(known.sources))))
    return values


def _patterns(node: Node, service: Service) -> list[Pattern]:
    found = [
        Pattern(reach=reach, text=text, service=service)
        for key, reach in PATTERN_KEYS.items()
        for text in node.texts(key)
        if _is_sound(node, key, text)
    ]
    if not any(node.has(key) for key in PATTERN_KEYS):
        node.fault("", f"the service '{service.name}' has no patterns", f"give one of {', '.join(PATTERN_KEYS)}")
    return found


def _is_sound(node: Node, key: str, text: str) -> bool:
    if PATTERN_KEYS[key] not in _ADDRESS_REACH:
        if _NAME.fullmatch(text):
            return True
        node.fault(key, f"'{text}' is no host name", "lower case, without port or trailing dot")
        return False
    try:
        ipaddress.ip_network(text)
    except ValueError:
        node.fault(key, f"'{text}' is no address prefix", "write 203.0.113.0/24")
        return False
    return True


def _tenant(node: Node, known: Known) -> TenantPattern:
    expression = node.text("expression")
    try:
        compiled = re.compile(expression)
        if expression and not {"tenant", "asked"} & set(compiled.groupindex):
            node.fault("expression", "the expression has no group 'tenant' or 'asked'", "write (?P<tenant>[a-z0-9-]+)")
    except re.error as error:
        node.fault("expression", f"no regular expression: {error}")
        expression = "(?!)"
    return TenantPattern(
        name=node.text("rule"),
        suffixes=node.texts("below"),
        expression=expression,
        service=replace(_service(node, known), shared=True),
        examples=node.texts("examples"),
    )


def _port(node: Node) -> PortHint:
    return PortHint(
        transport=node.one_of("transport", ("tcp", "udp")),
        port=node.integer("port"),
        service=node.text("service"),
        purposes=node.choices("purposes", Purpose),
        source=node.text("source"),
        seen=node.date("seen"),
        network=node.boolean("network", False),
    )


def _slug(node: Node, key: str) -> str:
    text = node.text(key)
    if text and not _SLUG.fullmatch(text):
        node.fault(key, f"'{text}' is no slug", "lower case letters, digits and _")
    return text


def _country(node: Node, key: str) -> str | None:
    text = node.text(key, None)
    if text is not None and not _COUNTRY.fullmatch(text):
        node.fault(key, f"'{text}' is no country", "ISO 3166 alpha-2, like CN")
    return text
