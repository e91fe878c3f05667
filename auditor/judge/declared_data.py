"""How the declaration covers a kind of data at a recipient: the question that three rules share."""

from enum import StrEnum
from typing import TYPE_CHECKING

from auditor.model.register import DataUse, Register

if TYPE_CHECKING:
    import pandas as pd


class Cover(StrEnum):
    """What the register says of one kind of data that went to one party for one purpose."""

    BOUND = "bound"
    """The policy, or its owner in the data map, binds the kind to the party."""
    INFERRED = "inferred"
    """Only the party's purpose suggests it."""
    OPEN = "open"
    """The data map leaves the purpose open: nothing is said for or against it."""
    MISMATCH = "mismatch"
    """The purpose is known and does not cover the kind."""


_BINDING = ("declared", "confirmed")


def cover(register: Register, party: str, purposes: tuple[str, ...], kind: str, surface: str) -> Cover:
    """The cover of a kind at a declared party. `purposes` are those of the receiving service; empty where not known."""
    uses = [use for use in register.uses if use.party == party and (not use.surfaces or surface in use.surfaces)]
    fitting = [use for use in uses if use.purpose in purposes] or uses
    naming = [use for use in fitting if kind in use.kinds]
    if any(use.status in _BINDING for use in naming):
        return Cover.BOUND
    if naming:
        return Cover.INFERRED
    return Cover.OPEN if not fitting or all(_is_open(use) for use in fitting) else Cover.MISMATCH


def _is_open(use: DataUse) -> bool:
    return use.status == "unknown"


def covers(register: Register, sightings: "pd.DataFrame") -> "pd.Series[str]":
    """The cover of each sighting with a declared party, one word a row; each distinct case is asked once."""
    known: dict[tuple[str, tuple[str, ...], str, str], str] = {}
    words = []
    for party, purposes, kind, surface in zip(
        sightings["party"], sightings["purposes"], sightings["kind"], sightings["surface"], strict=True
    ):
        case = (party, tuple(purposes) if purposes is not None else (), kind, surface)
        if case not in known:
            known[case] = str(cover(register, *case))
        words.append(known[case])
    import pandas as pd

    return pd.Series(words, index=sightings.index, dtype="string")


def declared_kinds(register: Register) -> frozenset[str]:
    """Kinds that the policy names outright as collected."""
    return frozenset(kind for category in register.categories for kind in category.kinds)


def openly_worded_kinds(register: Register) -> frozenset[str]:
    """Kinds that only an open wording or a definition reaches."""
    return frozenset(kind for category in register.categories for kind in category.open_kinds) - declared_kinds(register)
