"""A service of the catalog against the register: four answers (service, entity, purpose, surface), and the relation they make.

The ids of parties are those of the catalog, in which a party is a name under which policies declare services; which legal persons
a register's party stands for is found by its names, so that a renamed or wrongly named company is seen as such.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.model.attribution import Comparison, EntityMatch
from auditor.model.destination import Catalog, LegalEntity, Purpose, Service, Vantage
from auditor.model.register import DeclaredParty, Register
from auditor.model.vocabulary import Relation, Surface

FIRST_PARTY = "first_party"

COVERED_BY = {
    Purpose.ANALYTICS: "analytics",
    Purpose.CDN: "cloud_hosting",
    Purpose.CLOUD_DATABASE: "cloud_database",
    Purpose.CLOUD_HOSTING: "cloud_hosting",
    Purpose.CLOUD_STORAGE: "cloud_hosting",
    Purpose.CRASH_REPORTING: "crash_reporting",
    Purpose.CUSTOMER_SERVICE: "customer_service",
    Purpose.EMAIL: "email",
    Purpose.FIRMWARE_UPDATE: "cloud_hosting",
    Purpose.IOT_AUTH: "cloud_hosting",
    Purpose.IOT_CONTROL: "cloud_hosting",
    Purpose.IOT_MESSAGING: "cloud_hosting",
    Purpose.PAYMENT: "payment",
    Purpose.PUSH: "push",
    Purpose.SMS: "sms",
    Purpose.TAG_MANAGER: "analytics",
}
"""The declared purpose that covers a purpose of the catalog. What is not here no purpose covers but an open wording ("other")."""

_NOISE = re.compile(r"[\W_]+")
_LAST_BRACKET = re.compile(r"[(（][^)）]*[)）]\s*$")
_BRACKETS = re.compile(r"[(（]([^)）]*)[)）]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the comparison comes to."""

    relation: Relation
    party: str | None
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class _Stand:
    """How one declared party stands to one entity of the catalog."""

    declared: DeclaredParty
    match: EntityMatch


class Comparer:
    """Comparisons with one register."""

    def __init__(self, catalog: Catalog, register: Register) -> None:
        self._register = register
        self._declared = _by_catalog_party(catalog, register)
        self._spellings = {party.party: _spellings(party) for party in register.parties}
        self._entities = {entity.id: entity for entity in catalog.entities}
        self._named: dict[str, tuple[str, ...]] = {party.party: self._stands_for(party, catalog) for party in register.parties}
        self._stands: dict[str, _Stand | None] = {}
        self.first_entity = self._first_entity(catalog)
        """The legal person of the first party: the catalog's, or made from the register."""

    def compare(self, service: Service, surface: Surface) -> Answer:
        """The four answers for a service that is seen on a surface."""
        if service.entity.id == self.first_entity.id:
            return first_party()
        declared = self._declared.get(service.party)
        comparison = self._undeclared(service) if declared is None else self._against(declared, service, surface)
        if service.purposes[0] is Purpose.NETWORK_SERVICE:
            return Answer(Relation.NETWORK, None, comparison)
        if declared is not None and comparison.purpose is not False:
            relation = Relation.DECLARED if comparison.surface else Relation.OTHER_SURFACE
            return Answer(relation, declared.party, comparison)
        if set(service.vantage) == {Vantage.OS} and surface is not Surface.PRINTER:
            return Answer(Relation.SYSTEM, None, comparison)
        return Answer(_BY_MATCH[comparison.entity], None, comparison)

    def _against(self, declared: DeclaredParty, service: Service, surface: Surface) -> Comparison:
        """The four answers where a party is declared for the service."""
        return Comparison(
            party=declared.party,
            service=True,
            entity=_certain(self._match(declared, service.entity), service),
            purpose=self._covers(declared, service.purposes),
            surface=declared.covers(surface),
        )

    def _undeclared(self, service: Service) -> Comparison:
        """The four answers where none is: the closest declared party, if there is one, tells about the legal person."""
        stand = self._stand(service.entity)
        if stand is None:
            return Comparison(party=None, service=False, entity=None, purpose=False, surface=None)
        match = _certain(stand.match, service)
        return Comparison(party=stand.declared.party, service=False, entity=match, purpose=False, surface=None)

    def _match(self, declared: DeclaredParty, entity: LegalEntity) -> EntityMatch | None:
        """How the entity stands to the names of one declared party."""
        names = self._spellings[declared.party]
        if names & _keys(entity.former):
            return EntityMatch.RENAMED
        stands_for = self._named[declared.party]
        if entity.id in stands_for or names & _keys((entity.name, entity.name_zh, *entity.aliases)):
            return EntityMatch.EXACT
        groups = {self._entities[key].group for key in stands_for} - {None}
        return EntityMatch.SAME_GROUP if entity.group in groups else None

    def _stand(self, entity: LegalEntity) -> _Stand | None:
        """The declared party that is closest to the entity, whatever it is declared for."""
        if entity.id not in self._stands:
            matches = ((party, self._match(party, entity)) for party in self._register.parties)
            found = [_Stand(party, match) for party, match in matches if match is not None]
            self._stands[entity.id] = min(found, key=lambda stand: _CLOSENESS[stand.match], default=None)
        return self._stands[entity.id]

    def _covers(self, declared: DeclaredParty, purposes: tuple[Purpose, ...]) -> bool | None:
        """Whether a declaration covers one of the purposes; None where only its open wording does.

        An open wording does not reach what the policy gives to somebody else by name.
        """
        words = [COVERED_BY.get(purpose) for purpose in purposes]
        if any(word in declared.purposes for word in words if word):
            return True
        if "other" not in declared.purposes or purposes[0] is Purpose.UNKNOWN:
            return False
        others = {word for party in self._register.parties if party is not declared for word in party.purposes}
        return False if words[0] in others else None

    def _stands_for(self, party: DeclaredParty, catalog: Catalog) -> tuple[str, ...]:
        """The entities that a declared party means: by its names, else by its id."""
        names = _spellings(party)
        named = [entity.id for entity in catalog.entities if names & _keys((entity.name, entity.name_zh, *entity.aliases))]
        if named:
            return tuple(named)
        return tuple(one.entity for one in catalog.parties if one.party == party.party) or tuple(
            entity.id for entity in catalog.entities if entity.party == party.party
        )

    def _first_entity(self, catalog: Catalog) -> LegalEntity:
        controller = self._register.controller
        names = _keys((controller.name_en, controller.name_zh))
        for entity in catalog.entities:
            if names & _keys((entity.name, entity.name_zh, *entity.aliases)):
                return entity
        return LegalEntity(
            id=FIRST_PARTY,
            name=controller.name_en or controller.name_zh or "the first party",
            name_zh=controller.name_zh,
            group=None,
            country=None,
            party=FIRST_PARTY,
        )


def _by_catalog_party(catalog: Catalog, register: Register) -> dict[str, DeclaredParty]:
    """The register's parties under the catalog's ids: those of that id, else those that bear one of its names.

    A register that was read from a text calls parties that nobody knew party_1, party_2 ...
    """
    names: dict[str, set[str]] = {one.party: _keys(one.names) for one in catalog.parties}
    for entity in catalog.entities:
        names.setdefault(entity.party, set()).update(_keys((entity.name, entity.name_zh, *entity.aliases, *entity.former)))
    found: dict[str, DeclaredParty] = {}
    for party in register.parties:
        spellings = _spellings(party)
        for known in sorted(names):
            if known not in found and names[known] & spellings:
                found[known] = party
    found.update((party.party, party) for party in register.parties)
    return found


_CLOSENESS = {EntityMatch.EXACT: 0, EntityMatch.RENAMED: 1, EntityMatch.SAME_GROUP: 2}
_BY_MATCH = {
    EntityMatch.EXACT: Relation.OTHER_PURPOSE,
    EntityMatch.RENAMED: Relation.OTHER_PURPOSE,
    EntityMatch.SAME_GROUP: Relation.SAME_GROUP,
    None: Relation.UNDECLARED,
}
"""The relation of a service that no declaration covers."""


def first_party() -> Answer:
    """The answer for the first party itself."""
    comparison = Comparison(party=FIRST_PARTY, service=True, entity=EntityMatch.EXACT, purpose=True, surface=True)
    return Answer(Relation.FIRST_PARTY, FIRST_PARTY, comparison)


def _certain(match: EntityMatch | None, service: Service) -> EntityMatch | None:
    """The match, no surer than who the operator is."""
    return EntityMatch.SAME_GROUP if service.entity_unsure and match is EntityMatch.EXACT else match


def _spellings(party: DeclaredParty) -> set[str]:
    """The keys of a party's names: as written, without what stands in brackets (the last, or all), and that alone."""
    texts: list[str] = []
    for name in (party.name_en, party.name_zh):
        if name:
            texts += [name, _LAST_BRACKET.sub("", name), _BRACKETS.sub("", name), *_BRACKETS.findall(name)]
    return _keys(texts)


def _keys(names: Iterable[str | None]) -> set[str]:
    """Names without case, spaces and punctuation; very short ones would match by chance."""
    keys = (_NOISE.sub("", name).casefold() for name in names if name)
    return {key for key in keys if len(key) > 1}
