"""What changed since the last release, as a report shows it."""

from dataclasses import dataclass

from auditor.model.vocabulary import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change."""

    subject: str
    """finding, recipient, data, country, party, policy, coverage or verdict."""
    change: str
    """added, removed or changed."""
    name: str
    """The finding's id, `surface recipient`, `surface kind`, the country, the party, what of the policy or the coverage."""
    severity: Severity | None
    before: str | None
    after: str | None
    message: str
    message_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesRow:
    """All changes since an earlier report."""

    session: str
    app_version: str
    as_of: str
    """Of the earlier report."""
    consent_question: bool
    """Whether recipients, data, countries or the policy's text changed, so that consent may have to be asked for anew."""
    rows: tuple[ChangeRow, ...]
