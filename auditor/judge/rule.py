"""The Protocol of the rules."""

from typing import Protocol

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows

SHOWN = (
    *("surface", "phase", "recipient", "host", "kind", "party", "entity", "service", "class", "clause", "relation"),
    *("flow", "identifier", "severity", "confidence", "detail", "detail_zh"),
)
"""The columns that a finding is made of."""


class Rule(Protocol):
    """One rule. Its texts, severity and references are data in the catalog, under the same id."""

    id: str
    by_phase: bool
    """Whether each phase is a finding of its own."""
    by_host: bool
    """Whether each host of a recipient is a finding of its own."""

    def hits(self, facts: Facts) -> Rows:
        """Rows that break the rule: rows of `facts.every` or `facts.seen`, which may gain the columns `severity`, `class`,
        `confidence`, `clause`, `detail` and `detail_zh` where they differ from the rule's defaults. Rows of one surface,
        phase, recipient, host and kind become one finding."""
        ...
