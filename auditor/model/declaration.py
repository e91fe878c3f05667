"""What the result document says of the declaration: the register, the policy's text, its claims and its defects."""

from dataclasses import dataclass

from auditor.model.vocabulary import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """A few words of the policy, in its own language."""

    clause: str
    """The line that findings cite, like `L175`."""
    line: str
    """Where the words stand; another line where another language version says the same."""
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A file of the policy's text."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChangeRow:
    """One difference between a confirmed register and the text."""

    party: str
    """Empty for the document itself."""
    what: str
    """added, removed, or the field that differs."""
    was: str
    now: str
    line: str
    """`file:line` in the text; empty where it is no longer there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """The register that was judged against."""

    id: str
    version: str
    effective: str
    sha256: str
    source_sha256: str
    controller: str
    lowered_gates: tuple[str, ...]
    quotes: tuple[QuoteRow, ...] = ()
    texts: tuple[TextRow, ...] = ()
    """The policy's text as the session has it; empty where it names none."""
    text_changes: tuple[TextChangeRow, ...] = ()
    """In what the text differs from this register, where it is not the one that the register was confirmed for."""
    datamap_sha256: str = ""
    """Of the data map beside the register; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim of the policy that traffic can contradict."""

    id: str
    clause: str
    claim: str
    claim_zh: str
    result: str
    """held, contradicted or not_tested."""
    reason: str
    reason_zh: str
    first_flow: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LintRow:
    """A defect of the declaration itself."""

    rule: str
    severity: Severity
    line: int
    column: int
    language: str
    message: str
    references: tuple[str, ...]
    title: str = ""
    title_zh: str = ""
    message_zh: str = ""
    file: str = ""
    """The text's file, by its name."""
