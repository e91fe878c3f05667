"""What is known of each rule, and of the laws and standards that its findings point at: texts and references, no logic."""

from dataclasses import dataclass
from enum import StrEnum

from auditor.model.vocabulary import FindingClass, Severity


class Area(StrEnum):
    """Where a reference holds. A register chooses the areas whose references its findings cite."""

    EU = "eu"
    DE = "de"
    UK = "uk"
    CN = "cn"
    US = "us"
    PLATFORM = "platform"
    """Terms of the app stores."""
    STANDARD = "standard"
    """Standards and weakness catalogues without a territory."""


class Verification(StrEnum):
    """How far the text of a reference was read."""

    VERIFIED = "verified"
    PARTLY = "partly"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An article, clause or catalogue entry. A finding calls it an indicator relevant to it, never a violation of it."""

    id: str
    area: Area
    cite: str
    """As printed, with the edition: `GDPR Art. 13(1)(e)`."""
    instrument: str
    locator: str
    title: str
    title_zh: str
    """Empty where the instrument has no Chinese title."""
    jurisdiction: str
    in_force: str
    """ISO date; of issue for guidance and judgments; empty where none is known."""
    status: Verification
    source: str
    applies_to: tuple[str, ...]
    """Topics; empty means that the id is recognised but never cited."""
    requirement: str

    @property
    def citation(self) -> str:
        """As printed in a report, with the mark of what was only partly verified."""
        return self.cite if self.status is Verification.VERIFIED else f"{self.cite} [partly verified]"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """One rule, as it is explained and as its findings are worded."""

    id: str
    title: str
    title_zh: str
    rationale: str
    rationale_zh: str
    severity: Severity
    """The default."""
    finding_class: FindingClass
    """The default."""
    message: str
    """Template of a finding's message; the fields in braces are columns of the findings table and `detail`."""
    message_zh: str
    fix: str
    """What to do about it."""
    fix_zh: str
    owner: str
    """Who can mend it: development, security, legal, product, qa."""
    automatic: bool
    """False: a person must answer; the tool only names the question."""
    topics: tuple[str, ...]
    """The `applies_to` words whose references belong to the rule."""
    references: tuple[str, ...]
    """Ids of what a finding cites, the most telling first: all verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A rule's texts with its citations as printed."""

    text: RuleText
    citations: tuple[str, ...]
