"""Tests of the lint rules, each on texts of its own."""

from collections.abc import Callable, Iterator

from auditor import policy
from auditor.policy.lint.defect import Defect

KNOWN = (policy.KnownParty(party="parrot", names=("Parrot", "鹦鹉")),)


def found(rule: Callable[[policy.PolicyReading], Iterator[Defect]], *texts: str) -> list[tuple[int, str]]:
    """Line and detail of each defect; several texts are several files."""
    files = tuple(policy.PolicyFile(name=f"{number}.txt", data=text.encode()) for number, text in enumerate(texts))
    defects = rule(policy.read(files, KNOWN))
    return [(defect.paragraph.place(defect.offset)[0], defect.detail) for defect in defects]
