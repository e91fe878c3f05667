"""The result document: everything that a report says. `audit.json` is this record, and every other format renders from it.

It holds no clock, host or user name and no absolute path, so the same evidence, catalog and register give the same bytes.
"""

from dataclasses import dataclass

from msgspec import Struct

from auditor.model.changes import ChangesRow
from auditor.model.declaration import ClaimRow, LintRow, RegisterRow
from auditor.model.device import DeviceRow, EndRow, LocalRow, Topology
from auditor.model.session import Waiver
from auditor.model.vocabulary import (
    Confidence,
    Direction,
    FindingClass,
    Match,
    Outcome,
    Part,
    Relation,
    Result,
    Severity,
    Status,
    Surface,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """What made the audit."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """A phase of the session with what was seen in it. Times are ISO 8601 with nine decimals and Z."""

    id: str
    started: str | None
    """None: required but not recorded."""
    ended: str | None
    required: bool
    flows: int
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """What was tested."""

    name: str
    product: str
    app_version: str
    firmware: str
    topology: str
    tester: str
    surfaces: tuple[Surface, ...]
    started: str | None
    ended: str | None
    phases: tuple[PhaseRow, ...]
    scripted: str
    """What session.toml says of the recording's nature, like a demonstration; printed on the first page."""
    app_sha256: str = ""
    """Of the package that was tested (APK, IPA); empty where session.toml does not say."""
    firmware_sha256: str = ""
    region: str = ""
    """Where it was recorded; sessions of a fleet are told apart by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """One input file."""

    path: str
    sha256: str | None
    """None: missing."""
    outcome: Outcome
    format: str | None
    surface: Surface | None
    background: bool
    flows: int
    damage: tuple[str, ...]
    notes: tuple[str, ...]
    notes_zh: tuple[str, ...] = ()
    """The same in Chinese, as far as a note is worded by this tool and not by a file."""
    left_out: int = 0
    """Flows that were not judged: an idle phone makes them too, or another app did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule that was applied, whether or not it found anything: SARIF and JUnit name all of them."""

    id: str
    title: str
    title_zh: str
    severity: Severity
    rationale: str
    rationale_zh: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogRow:
    """The knowledge that was used: a digest over all of it, and how much there is."""

    sha256: str
    destinations: int
    rules: int
    references: int
    applied: tuple[RuleRow, ...] = ()
    """Every rule that was applied, by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    """The answer."""

    result: Result
    exit: int
    reasons: tuple[str, ...]
    reasons_zh: tuple[str, ...] = ()
    """The same in Chinese, in the same order."""
    fail_on: Severity = Severity.HIGH
    """The least severity that fails the audit, as asked with `--fail-on`: a re-run needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """One measure of coverage."""

    name: str
    value: float | None
    """None: there was nothing to measure."""
    bound: float
    """The least that a pass needs; for packet_loss and hook_errors the most."""
    passed: bool
    lowered: bool
    detail: tuple[str, ...]
    """What is missing, in words."""
    detail_zh: tuple[str, ...] = ()
    """The same in Chinese, in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRow:
    """How far one host's traffic could be seen: its way down the decryption ladder."""

    surface: Surface
    host: str
    """The host, or the address where no name is known."""
    recipient: str
    flows: int
    cleartext: int
    decrypted: int
    opaque: int
    bytes_up: int
    bytes_down: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """What could be seen."""

    gates: tuple[GateRow, ...]
    hosts: tuple[HostRow, ...]
    blind_spots: tuple[str, ...]
    """In words: each opaque host, unread body, lost packet, phase that was not run."""
    blind_spots_zh: tuple[str, ...] = ()
    """The same in Chinese, in the same order."""
    unread: tuple[str, ...]
    """`CAPTURE#FLOW_ID part: reason` of each body that was not looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientRow:
    """A row of the recipients table."""

    recipient: str
    surface: Surface
    party: str | None
    entity: str | None
    entity_zh: str | None
    group: str | None
    country: str | None
    relation: Relation
    services: tuple[str, ...]
    hosts: tuple[str, ...]
    purposes: tuple[str, ...]
    kinds: tuple[str, ...]
    flows: int
    bytes_up: int
    bytes_down: int
    first: str | None
    entities: tuple[str, ...] = ()
    entities_zh: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A declared party and whether it was met."""

    party: str
    name_en: str | None
    name_zh: str | None
    purposes: tuple[str, ...]
    surfaces: tuple[Surface, ...]
    clause: str
    lines: tuple[str, ...]
    observability: str
    """client, site or server: where its traffic can be seen at all."""
    observed: tuple[Surface, ...]
    flows: int
    kinds: tuple[str, ...]


class FindingRow(Struct, frozen=True, kw_only=True, rename={"finding_class": "class"}):
    """A row of the findings table, with the flows that show it. A Struct, because `class` is no name for a Python field."""

    id: str
    rule: str
    title: str
    title_zh: str
    severity: Severity
    status: Status
    surface: Surface | None
    phase: str | None
    recipient: str | None
    party: str | None
    entity: str | None
    service: str | None
    host: str | None
    kind: str | None
    identifier: str | None
    finding_class: FindingClass
    confidence: Confidence
    baseline: str | None
    flows: int
    first_flow: str | None
    clause: str | None
    references: tuple[str, ...]
    """Each as it is cited, like `GDPR Art. 13(1)(e)`."""
    message: str
    message_zh: str
    rationale: str
    rationale_zh: str
    evidence: tuple[str, ...]
    """`CAPTURE#FLOW_ID` of the first flows that show it, at most twenty."""
    both_ends: tuple[EndRow, ...] = ()
    """Where a value of the printer is seen on the printer's side, and where it left through app or site; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SightingRow:
    """A sighting that a finding rests on."""

    capture: str
    flow_id: str
    surface: Surface
    phase: str | None
    at: str | None
    direction: Direction
    kind: str
    identifier: str | None
    match: Match
    confidence: Confidence
    part: Part
    path: str | None
    encodings: tuple[str, ...]
    variant: str | None
    masked: str
    digest: str
    location: str
    host: str | None
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRow(Waiver):
    """A waiver and what became of it."""

    state: str
    """used, unused, expiring (used, 14 days or fewer left) or expired (does not count)."""
    days_left: int
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The whole document. The order of the fields is the order in `audit.json`."""

    schema: int
    tool: Tool
    as_of: str
    session: SessionRow
    inputs: tuple[InputRow, ...]
    register: RegisterRow
    catalog: CatalogRow
    verdict: VerdictRow
    coverage: CoverageRow
    recipients: tuple[RecipientRow, ...]
    parties: tuple[PartyRow, ...]
    findings: tuple[FindingRow, ...]
    waivers: tuple[WaiverRow, ...]
    claims: tuple[ClaimRow, ...]
    lint: tuple[LintRow, ...]
    sightings: tuple[SightingRow, ...]
    flow_count: int
    sighting_count: int
    devices: tuple[DeviceRow, ...] = ()
    """The devices of the local network: the printer first, then the router, then others."""
    local: tuple[LocalRow, ...] = ()
    """Traffic that stayed in the local network."""
    topologies: tuple[Topology, ...] = ()
    """The set-ups that session.toml names."""
    changes: ChangesRow | None = None
    """Since the last release; None where no earlier report was given."""
