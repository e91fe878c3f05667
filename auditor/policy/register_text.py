"""A policy reading goes in, the two files of a register come out as TOML text: what is declared, and a data map to be filled in.

Nothing is confirmed in them; what the reader was not sure of stands in a comment above the entry.
"""

import json
from collections.abc import Iterable

from auditor.model.register import Category, DeclaredParty
from auditor.policy.reading import PolicyReading

_HEAD = """\
# Read from the policy by a program. A person checks each entry against its lines and sets confirmed = true.
schema = 1
"""
_MAP_HEAD = """\
# Which data may go to which party, for which purpose, on which surface and in which phase. Inferred from the purposes: the
# policy's owner confirms or corrects each line. status: declared, inferred, confirmed, unknown.
# Empty surfaces: any. Empty phases: any after consent.
schema = 1
"""

_BY_PURPOSE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sms": (("phone",), ()),
    "email": (("email",), ()),
    "push": (("push_token",), ()),
    "crash_reporting": ((), ("device_model", "system_version", "app_version")),
    "payment": ((), ("order",)),
}
"""Identifier kinds, and data in words, that a purpose needs."""
_SITE_ANALYTICS = (("ip",), ("cookie",))
_SERVER_ONLY = frozenset(("sms", "email", "cloud_database"))
"""Purposes whose traffic goes from the operator's server, never from a client."""


def register_text(reading: PolicyReading, register_id: str) -> str:
    """The register's file."""
    parts = [
        _HEAD,
        _pairs(
            id=register_id,
            version=reading.version,
            effective=reading.effective or "1970-01-01",
            source_sha256=reading.document.sha256,
        ),
        _controller(reading),
    ]
    if not reading.effective:
        parts[1] = parts[1].replace("effective", "# unconfirmed: the text gives no date\neffective", 1)
    parts.extend(_party(read.party, read.doubts) for read in reading.read_parties)
    parts.extend(_category(category) for category in reading.categories)
    if reading.transfer:
        where = reading.transfer.paragraph
        countries = "" if reading.transfer.countries else "# unconfirmed: the clause names no country\n"
        parts.append(f"[transfer]\n{countries}" + _pairs(line=where.line, countries=reading.transfer.countries))
    if reading.child_age:
        parts.append("[children]\n" + _pairs(below=reading.child_age))
    return "\n".join(parts)


def data_map_text(reading: PolicyReading, register_id: str) -> str:
    """The data map's file, prefilled by purpose."""
    seen = {party.party: _observability(party) for party in reading.parties}
    parts = [_MAP_HEAD, _pairs(register=register_id), "[observability]\n" + _pairs(**seen)]
    parts.extend(_use(party, purpose) for party in reading.parties for purpose in party.purposes)
    return "\n".join(parts)


def _controller(reading: PolicyReading) -> str:
    controller = reading.controller
    known = {"name_en": controller.name_en, "name_zh": controller.name_zh, "contact": controller.contact}
    return (
        "[controller]\n"
        + _pairs(**{key: value for key, value in known.items() if value})
        + _pairs(domains=controller.domains, products=controller.products, sites=controller.sites, lines=controller.lines)
    )


def _party(party: DeclaredParty, doubts: tuple[str, ...]) -> str:
    names = {"name_en": party.name_en, "name_zh": party.name_zh}
    comment = "".join(f"# unconfirmed: {doubt}\n" for doubt in doubts)
    return (
        f"{comment}[[party]]\n"
        + _pairs(party=party.party)
        + _pairs(**{key: value for key, value in names.items() if value})
        + _pairs(
            languages=party.languages,
            purposes=party.purposes,
            surfaces=party.surfaces,
            categories=party.categories,
            links=party.links,
            lines=party.lines,
            confirmed=party.confirmed,
        )
    )


def _category(category: Category) -> str:
    return "[[category]]\n" + _pairs(
        id=category.id,
        kinds=category.kinds,
        open_kinds=category.open_kinds,
        items=category.items,
        purposes=category.purposes,
        line=category.line,
    )


def _observability(party: DeclaredParty) -> str:
    if party.surfaces and set(party.surfaces) == {"site"}:
        return "site"
    return "server" if set(party.purposes) <= _SERVER_ONLY else "client"


def _use(party: DeclaredParty, purpose: str) -> str:
    kinds, data = _BY_PURPOSE.get(purpose, ((), ()))
    if purpose == "analytics" and "site" in party.surfaces:
        kinds, data = _SITE_ANALYTICS
    return "[[use]]\n" + _pairs(
        party=party.party,
        purpose=purpose,
        kinds=kinds,
        data=data,
        surfaces=party.surfaces,
        phases=(),
        status="inferred" if kinds or data else "unknown",
    )


def _pairs(**values: str | int | bool | Iterable[str]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in values.items())


def _value(value: str | int | bool | Iterable[str]) -> str:
    """A TOML value. JSON's strings are TOML's basic strings, but for DEL."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return "[" + ", ".join(_value(str(item)) for item in value) + "]"
