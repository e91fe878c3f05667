"""Findings, claims and the verdict."""

import hashlib
from dataclasses import dataclass

from auditor.errors import ExitCode
from auditor.model.said import Said
from auditor.model.vocabulary import Confidence, FindingClass, Result, Severity, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a person should look at; one for each rule, surface, phase, recipient, host and kind."""

    rule: str
    severity: Severity
    finding_class: FindingClass
    confidence: Confidence
    surface: str | None
    phase: str | None
    recipient: str | None
    party: str | None
    entity: str | None
    service: str | None
    host: str | None
    kind: str | None
    identifier: str | None
    flows: int
    first_flow: str | None
    clause: str | None
    references: tuple[str, ...]
    message: str
    message_zh: str
    status: Status = Status.OPEN
    baseline: str | None = None

    @property
    def id(self) -> str:
        """RULE-x, stable over re-runs."""
        key = (self.rule, self.surface, self.phase, self.recipient, self.host, self.kind)
        digest = hashlib.sha256("\n".join(part or "" for part in key).encode()).hexdigest()
        return f"{self.rule}-{digest[:10]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One measure of coverage beside the least that a pass needs."""

    name: str
    value: float | None
    """None: not applicable (no such traffic in the session)."""
    least: float
    """For packet loss and hook errors: the most."""
    passed: bool
    lowered: bool
    """Whether the register asks less than the default."""
    detail: tuple[Said, ...]
    """What is missing, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer of an audit."""

    result: Result
    exit: ExitCode
    reasons: tuple[Said, ...]
    """All causes, the winning one first."""
