"""What changed between a register that a person confirmed and the text as it is now: a register and a reading in, changes out."""

from dataclasses import dataclass

from auditor.model.register import DeclaredParty, Register
from auditor.policy.reading import PolicyReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference."""

    party: str
    """Empty for the document itself."""
    what: str
    """added, removed, or the name of the field that differs."""
    was: str
    now: str
    line: str
    """`file:line` in the text; empty where the text no longer has it."""


_FIELDS = ("name_en", "name_zh", "languages", "purposes", "surfaces", "categories", "links")
_DOCUMENT = ("version", "effective")


def changes(reading: PolicyReading, register: Register) -> tuple[Change, ...]:
    """The differences, those of the document first. None where the text is the very one that was confirmed.

    A version or date that the text does not give is no difference.
    """
    if reading.document.sha256 == register.source_sha256:
        return ()
    found = [
        Change(party="", what=name, was=getattr(register, name), now=getattr(reading, name), line="")
        for name in _DOCUMENT
        if getattr(reading, name) and getattr(register, name) != getattr(reading, name)
    ]
    found.extend(_promises(reading, register))
    now = {party.party: party for party in reading.parties}
    was = {party.party: party for party in register.parties}
    for name in sorted(
        set(was) | set(now), key=lambda name: (name not in now, list(now).index(name) if name in now else 0, name)
    ):
        found.extend(_of_party(name, was.get(name), now.get(name)))
    return tuple(found)


def _promises(reading: PolicyReading, register: Register) -> list[Change]:
    """Countries and the age of children, as far as the text speaks of them."""
    found = []
    countries = reading.transfer.countries if reading.transfer else ()
    was, now = ", ".join(sorted(register.disclosed_countries)), ", ".join(countries)
    if was != now:
        where = reading.transfer.paragraph if reading.transfer else None
        line = f"{where.file}:{where.line}" if where else ""
        found.append(Change(party="", what="countries", was=was, now=now, line=line))
    if reading.child_age and reading.child_age != register.child_age:
        found.append(Change(party="", what="child_age", was=str(register.child_age or ""), now=str(reading.child_age), line=""))
    return found


def _of_party(name: str, was: DeclaredParty | None, now: DeclaredParty | None) -> list[Change]:
    line = next(iter(now.lines), "") if now else ""
    if was is None or now is None:
        return [Change(party=name, what="added" if now else "removed", was=_name(was), now=_name(now), line=line)]
    told = [(field, _text(was, field), _text(now, field)) for field in _FIELDS]
    return [Change(party=name, what=field, was=before, now=after, line=line) for field, before, after in told if before != after]


def _name(party: DeclaredParty | None) -> str:
    return (party.name_en or party.name_zh or "") if party else ""


def _text(party: DeclaredParty, field: str) -> str:
    value = getattr(party, field)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")
