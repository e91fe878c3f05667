"""What was declared: reads, lints and compares the texts of privacy policies. Pure: bytes and rule texts in, records out.

`read` gives a PolicyReading; `lint` and `compare` take one. `register_text` and `data_map_text` write it as a register,
`changes` sets it beside a register that a person confirmed.
"""

from auditor.errors import UsageError
from auditor.model.rule import RuleText
from auditor.policy.changes import Change, changes
from auditor.policy.document import PolicyFile
from auditor.policy.lint.family import LANGUAGE_RULES, RULES, LintFinding, run
from auditor.policy.names import KnownParty
from auditor.policy.reading import PolicyReading, read
from auditor.policy.recognising import is_foreign, is_policy
from auditor.policy.register_text import data_map_text, register_text

__all__ = [
    "Change",
    "KnownParty",
    "LintFinding",
    "PolicyFile",
    "PolicyReading",
    "changes",
    "compare",
    "data_map_text",
    "is_foreign",
    "is_policy",
    "lint",
    "read",
    "register_text",
]


def lint(reading: PolicyReading, texts: tuple[RuleText, ...]) -> tuple[LintFinding, ...]:
    """Every defect that a program can decide, in the order of files, lines and columns."""
    return run(RULES, reading, texts)


def compare(reading: PolicyReading, texts: tuple[RuleText, ...]) -> tuple[LintFinding, ...]:
    """What one language version has and another lacks, as far as the texts were supplied.

    Raises:
        UsageError: all of the text is in one language.
    """
    if len(reading.languages) < 2:
        only = "".join(reading.languages)
        raise UsageError(f"nothing to compare: all of the text is in one language ({only})", fix="give the other version too")
    return run(LANGUAGE_RULES, reading, texts)
