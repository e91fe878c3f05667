"""How the declaration covers a kind of data at a recipient: one class for each sighting, which three rules share.

A kind that the policy mentions nowhere is omitted, whoever gets it. One that it mentions is clear where the policy or the
owner's data map binds it to the recipient, incorrect where the recipient's purposes exclude it, and vague otherwise.
"""

from auditor.judge.facts import Facts
from auditor.judge.rows import Rows
from auditor.model.register import DataUse, Register
from auditor.model.vocabulary import FindingClass, Relation

UNNAMED_KINDS = ("ip", "token", "text", "other")
"""An address is on every packet, a token of the service itself is no data of the user, and the rest names no kind: such data
are never omitted."""

_BINDING = ("declared", "confirmed")
_OPEN = "unknown"
_CASE = ("relation", "party", "purposes", "kind", "surface", "phase")


def sighting_class(
    register: Register, relation: str, party: str | None, purposes: str | None, kind: str, surface: str, phase: str | None
) -> FindingClass:
    """The class of a kind at a recipient. `purposes` are those of the receiving service, with blanks between."""
    if relation == Relation.DECLARED:
        return _at_declared(register, party, tuple((purposes or "").split()), kind, surface, phase)
    if not _is_mentioned(register, kind):
        return FindingClass.OMITTED
    is_loose = relation == Relation.FIRST_PARTY and kind in openly_worded_kinds(register)
    return FindingClass.VAGUE if is_loose else FindingClass.CLEAR


def _at_declared(
    register: Register, party: str | None, purposes: tuple[str, ...], kind: str, surface: str, phase: str | None
) -> FindingClass:
    uses = [use for use in register.uses if use.party == party and _holds(use, surface, phase)]
    fitting = [use for use in uses if use.purpose in purposes] or uses
    naming = [use for use in fitting if kind in use.kinds]
    if naming:
        return FindingClass.CLEAR if any(use.status in _BINDING for use in naming) else FindingClass.VAGUE
    if not _is_mentioned(register, kind):
        return FindingClass.OMITTED
    is_open = all(use.status == _OPEN for use in fitting)
    return FindingClass.VAGUE if is_open else FindingClass.INCORRECT


def _holds(use: DataUse, surface: str, phase: str | None) -> bool:
    return (not use.surfaces or surface in use.surfaces) and (not use.phases or phase in use.phases)


def _is_mentioned(register: Register, kind: str) -> bool:
    return kind in UNNAMED_KINDS or any(kind in (*entry.kinds, *entry.open_kinds) for entry in register.categories)


def with_class(facts: Facts, wanted: FindingClass) -> Rows:
    """The identifying sightings of one class. Each distinct case is worked out once."""
    seen = facts.identifying
    return seen.where(seen.which(_CASE, lambda *case: sighting_class(facts.register, *case) is wanted))


def declared_kinds(register: Register) -> frozenset[str]:
    """Kinds that the policy names outright as collected."""
    return frozenset(kind for category in register.categories for kind in category.kinds)


def openly_worded_kinds(register: Register) -> frozenset[str]:
    """Kinds that only an open wording or a definition reaches."""
    return frozenset(kind for category in register.categories for kind in category.open_kinds) - declared_kinds(register)


def clause_of_kind(register: Register, kind: str) -> str | None:
    """The line of the first category that names a kind, outright or by an open wording."""
    return next((f"L{entry.line}" for entry in register.categories if kind in (*entry.kinds, *entry.open_kinds)), None)
