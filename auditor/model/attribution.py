"""Who is behind an endpoint, why, and how sure that is."""

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.vocabulary import Confidence, HostSource, Relation, Step, Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """All that attribution may look at. Hashable: each distinct endpoint is attributed once."""

    surface: Surface
    host: str | None
    host_source: HostSource
    server_ip: str | None = None
    server_port: int | None = None
    transport: str = "tcp"
    application: str | None = None
    names: tuple[str, ...] = ()
    """Every name seen in the flow."""
    cnames: tuple[str, ...] = ()
    """The chain behind the asked name, first to last."""
    day: str = ""
    """ISO date of the flow, for rules with `valid_from` and `valid_to`; empty means any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one rung of the ladder says."""

    step: Step
    pattern: str
    service: str | None
    entity: str | None
    entity_zh: str | None
    group: str | None
    country: str | None
    party: str | None
    purposes: tuple[str, ...]
    confidence: Confidence
    source: str
    seen: str
    reason: str


class EntityMatch(StrEnum):
    """How the legal person behind a service stands to the one that the policy names."""

    EXACT = "exact"
    RENAMED = "renamed"
    SAME_GROUP = "same_group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Four answers on one endpoint and the register. None: the policy is not clear enough, or there is nothing to compare."""

    party: str | None
    """The declared party that the service would belong to; None where there is none."""
    service: bool
    """Whether the register declares a party for this service."""
    entity: EntityMatch | None
    """Against the names of that party, or of the closest declared party of the same group."""
    purpose: bool | None
    """None: only an open wording ("and other services") reaches it."""
    surface: bool | None
    """Whether it is declared for the endpoint's surface."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The answer for one endpoint; names of fields are the columns of the flows table."""

    domain: str | None
    service: str | None
    entity: str | None
    entity_zh: str | None
    group: str | None
    country: str | None
    server_country: str | None
    hosting: str | None
    party: str | None
    recipient: str
    relation: Relation
    tenant: str | None
    purposes: tuple[str, ...]
    step: Step
    confidence: Confidence
    reason: str
    evidence: tuple[Evidence, ...]
    """Every rung that spoke, strongest first."""
    vantage: tuple[str, ...] = ()
    """Where the host is expected to be contacted from (app, printer, site, os, server); empty where nothing is known."""
    entity_match: EntityMatch | None = None
    """`comparison.entity`."""
    comparison: Comparison | None = None
    """None where no service was recognised."""
