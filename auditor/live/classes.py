"""How a flow or a sighting stands to the policy's words: relation, phase and register in, a class and the why-line out.

The classes are those of the report's findings, told while the traffic runs. They are a first look: the audit judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from auditor.model.register import DeclaredParty, Register


class RowClass(StrEnum):
    """What a row of the view is."""

    CLEAR = "clear"
    VAGUE = "vague"
    AMBIGUOUS = "ambiguous"
    INCORRECT = "incorrect"
    OMITTED = "omitted"
    UNKNOWN = "unknown"
    BLIND = "blind"
    LOCAL = "local"
    NOISE = "noise"
    NOTE = "note"

    @property
    def is_unexplained(self) -> bool:
        """Whether a person should look at it: no line of the policy explains it."""
        return self in (RowClass.AMBIGUOUS, RowClass.INCORRECT, RowClass.OMITTED, RowClass.UNKNOWN)


BY_RELATION: Mapping[str, RowClass] = {
    "first_party": RowClass.CLEAR,
    "declared": RowClass.CLEAR,
    "other_surface": RowClass.INCORRECT,
    "other_purpose": RowClass.INCORRECT,
    "same_group": RowClass.AMBIGUOUS,
    "undeclared": RowClass.OMITTED,
    "unknown": RowClass.UNKNOWN,
    "system": RowClass.NOISE,
    "network": RowClass.NOISE,
    "local": RowClass.LOCAL,
}
BEFORE_CONSENT = ("before_consent", "declined")
"""Phases in which nothing but the first party is expected."""
EXPECTED_BEFORE_CONSENT = ("first_party", "system", "network", "local")


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a row has its class. `key` names the text in words.toml; the rest fills it."""

    key: str
    clause: str = ""
    """The lines of the policy, like `L175`; empty where none speaks of it."""
    party: str = ""
    purposes: str = ""
    rule: str = ""
    """The rule that the audit will probably name: `auditor explain RULE`."""

    @property
    def name(self) -> str:
        """One text for one why-line."""
        return "|".join((self.key, self.clause, self.party, self.purposes))


def is_before_consent(relation: str | None, phase: str | None) -> bool:
    """Whether a contact should not have happened yet."""
    return phase in BEFORE_CONSENT and relation not in EXPECTED_BEFORE_CONSENT


_RULES = {
    "other_surface": "FLOW-PARTY-WRONG-SURFACE",
    "other_purpose": "FLOW-PURPOSE-MISMATCH",
    "same_group": "FLOW-ENTITY-DIFFERS",
    "undeclared": "FLOW-PARTY-OMITTED",
    "unknown": "FLOW-PARTY-OMITTED",
}
_DATA: Mapping[str, tuple[str, str]] = {
    "omitted": ("data_omitted", "FLOW-DATA-OMITTED"),
    "vague": ("data_vague", "FLOW-DATA-VAGUE"),
    "incorrect": ("data_incorrect", "FLOW-PURPOSE-MISMATCH"),
}
"""What is said of data for each class that the audit gives; any other needs no rule."""
_CONSENT_RULES = {"before_consent": "FLOW-BEFORE-CONSENT", "declined": "FLOW-AFTER-REFUSAL"}


class Policy:
    """What the register says, ready to be asked for each row. Without a register only the relation is told."""

    def __init__(self, register: Register | None) -> None:
        self._register = register

    def of_flow(self, relation: str | None, party: str | None, phase: str | None) -> tuple[RowClass, Why]:
        """The class of a contact and why."""
        known = relation if relation and relation in BY_RELATION else "unknown"
        found = BY_RELATION[known]
        declared = self._register.party(party) if self._register and party else None
        if is_before_consent(relation, phase):
            key = "declined" if phase == "declined" else "before_consent"
            found = found if found.is_unexplained else RowClass.OMITTED
            return found, _why(key, declared, _CONSENT_RULES[key])
        if known == "first_party" and self._register:
            lines = self._register.controller.lines
            clause = f"L{lines[0].rpartition(':')[2]}" if lines else ""
            return found, Why(key=known, clause=clause)
        return found, _why(known, declared, _RULES.get(known, ""))

    def of_sighting(
        self, kind: str | None, relation: str | None, party: str | None, phase: str | None, surface: str = "app"
    ) -> tuple[RowClass, Why]:
        """The class of an identifier that reached a recipient: the worse of recipient and data, as the audit judges both."""
        contact, why = self.of_flow(relation, party, phase)
        if contact is not RowClass.CLEAR or not self._register or not kind or not relation:
            return contact, why
        from auditor.judge.declared_data import sighting_class  # loads pandas, which the proxy's process does not need

        found = sighting_class(self._register, relation, party, None, kind, surface, phase)
        key, rule = _DATA.get(found, ("data_declared", ""))
        key = "data_open" if key == "data_vague" and relation == "first_party" else key
        return RowClass(found) if found in _DATA else RowClass.CLEAR, Why(
            key=key, clause=self._clause_of(kind), party=party or "", rule=rule
        )

    def _clause_of(self, kind: str) -> str:
        """The lines of the policy that speak of a kind of data."""
        categories = self._register.categories if self._register else ()
        return " ".join(dict.fromkeys(f"L{each.line}" for each in categories if kind in (*each.kinds, *each.open_kinds)))


def _why(key: str, declared: DeclaredParty | None, rule: str) -> Why:
    if declared is None:
        return Why(key=key, rule=rule)
    return Why(key=key, clause=declared.clause, party=declared.party, purposes=" ".join(declared.purposes), rule=rule)
