"""What the tool knows, loaded once: destinations, the register, the rules with their citations, and the identifiers."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from auditor.catalog import destination_rules, identifier_knowledge, reference_list, register_file, rule_texts
from auditor.model.destination import Catalog
from auditor.model.identifier import IdentifierKnowledge
from auditor.model.register import Register
from auditor.model.rule import Cited, Reference, RuleText


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowKnowledge:
    """What naming the recipients of flows, and masking them, looks up."""

    catalog: Catalog
    register: Register
    identifiers: IdentifierKnowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge(FlowKnowledge):
    """Everything that an audit looks up."""

    cited: Mapping[str, Cited]
    references: int
    sha256: str
    """Over catalog, identifiers, rules and references as they were loaded."""


def load_for_flows(register: str, catalog_folders: tuple[str, ...] = ()) -> FlowKnowledge:
    """Loads what flows need, and not the rules and their references.

    Raises:
        ConfigError, UsageError: a register or a catalog folder has faults or is not there.
    """
    catalog = destination_rules.load(catalog_folders)
    declared = register_file.load(register)
    identifiers = identifier_knowledge.load_identifier_knowledge()
    return FlowKnowledge(catalog=catalog, register=declared, identifiers=identifiers)


def load(register: str, catalog_folders: tuple[str, ...] = ()) -> Knowledge:
    """Loads all of it.

    Raises:
        ConfigError, UsageError: a register or a catalog folder has faults or is not there.
    """
    flows = load_for_flows(register, catalog_folders)
    return Knowledge(
        catalog=flows.catalog,
        register=flows.register,
        identifiers=flows.identifiers,
        cited=_all_cited(flows.register.jurisdictions),
        references=len(reference_list.load()),
        sha256=_sha256(flows.catalog.sha256),
    )


@cache
def _sha256(catalog: str) -> str:
    """Over a catalog, by its digest, and all that comes with the tool, sorted: sets come in another order in each run."""
    import msgspec

    bundled = (identifier_knowledge.load_identifier_knowledge(), rule_texts.load(), reference_list.load())
    return hashlib.sha256(msgspec.json.encode((catalog, *bundled), order="deterministic")).hexdigest()


@cache
def _all_cited(areas: tuple[str, ...]) -> Mapping[str, Cited]:
    by_id = {reference.id: reference for reference in reference_list.load()}
    return {text.id: _cited(text, by_id, areas) for text in rule_texts.load()}


def rule_ids() -> tuple[str, ...]:
    """Every rule that a waiver can name."""
    return tuple(text.id for text in rule_texts.load())


def _cited(text: RuleText, references: Mapping[str, Reference], areas: tuple[str, ...]) -> Cited:
    """The rule with the citations that hold in the areas which the register chose (none chosen: all)."""
    found = (references[name] for name in text.references)
    return Cited(text=text, citations=tuple(entry.citation for entry in found if not areas or entry.area in areas))
