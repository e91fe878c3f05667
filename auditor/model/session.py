"""A session: captures of one test run, with what was tested."""

import hashlib
from dataclasses import dataclass

from auditor.model.vocabulary import Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureFile:
    """One recorded file of a session."""

    path: str
    """Where it is on disk."""
    name: str
    """As shown: the path as given, or relative to its session."""
    surface: Surface | None
    """None: the default of the recognised format."""
    app: str | None = None
    background: bool = False
    keylog: str | None = None
    listed: bool = True
    """Whether session.toml lists it (always true for loose files)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """A file of the policy that was in force."""

    name: str
    """Relative to the session."""
    data: bytes

    @property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A marked part of a session. Times are UTC nanoseconds; the end is exclusive."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderTest:
    """What was tested and recorded, as session.toml says it."""

    product: str = ""
    app_version: str = ""
    firmware: str = ""
    region: str = ""
    """Where it was recorded, as a lab tells its sessions apart: a country, a market."""
    app_sha256: str = ""
    """Of the package that was tested (APK, IPA)."""
    firmware_sha256: str = ""
    topology: str = ""
    tester: str = ""
    scripted: str = ""
    """What the recording is when it is no recording of a product, like a demonstration; printed on the report's first page."""
    register: str = "o2nails-1.1"
    required_phases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    """The first party's own."""
    tenants: tuple[str, ...] = ()
    """The first party's labels on shared platforms: bucket names, product keys."""
    captures: tuple[CaptureFile, ...] = ()
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(UnderTest):
    """What was recorded and what is known about it."""

    name: str
    folder: str | None
    """None for loose files."""
    policy: tuple[PolicyText, ...] = ()
    """The policy's text, where the session has it."""

    def phase_at(self, at: int | None) -> str | None:
        """The phase at a time; where phases overlap, the one that began last."""
        if at is None:
            return None
        running = [phase for phase in self.phases if phase.start <= at < phase.end]
        return max(running, key=lambda phase: phase.start).id if running else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedValue:
    """A known value of the test phone, the printer or the persona. Holds the clear value: it may not pass `identify`."""

    label: str
    kind: str
    value: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedImage:
    """The file of a planted value of kind `image`."""

    label: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """All planted values of a session."""

    identifiers: tuple[PlantedValue, ...] = ()
    salts: tuple[str, ...] = ()
    hmac_keys: tuple[str, ...] = ()
    images: tuple[PlantedImage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An accepted finding."""

    rule: str
    party: str
    """A `recipient`."""
    identifier: str
    """A kind, or `*`."""
    surface: str
    reason: str
    owner: str
    expires: str
    """ISO date, the last day that counts."""
