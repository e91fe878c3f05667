"""The machine code of `decode/triage` and `identify/prefixes`, made once there is much to look through: no stage may know how."""

from pathlib import Path
from types import FunctionType
from typing import cast

from auditor import code_arrays
from auditor.capture import machine_code, machine_values
from auditor.decode import (
    triage,
    triage_binary,
    triage_brackets,
    triage_characters,
    triage_hollow,
    triage_letters,
    triage_packed,
    triage_strings,
)
from auditor.identify import beginnings, prefixes
from auditor.object_code import ObjectCode, cached, functions

MUCH = 128 << 10
"""Bytes of JSON after which loading the code has paid: it takes as long as looking through some dozen messages without it."""
VERY_MUCH = 4 << 20
"""The same for compiling it."""
MANY = 4
"""Bytes of a capture for each that is taken to be JSON."""
COMPILED = (
    triage_strings,
    triage_characters,
    triage_letters,
    triage_hollow,
    triage_packed,
    triage_binary,
    triage_brackets,
    beginnings,
)
_MODULES = (machine_code, machine_values, code_arrays, *COMPILED)
DOORS = tuple(
    cast(FunctionType, door) for door in (triage_strings.look, triage_strings.look_at, triage_brackets.brackets, beginnings.begun)
)
CODE = ObjectCode(
    "strings",
    DOORS,
    tuple(Path(str(module.__file__)) for module in _MODULES),
    lambda _: machine_code.assembly(DOORS, frozenset()),
)


def prepare(size: int = 0) -> None:
    """From now on documents are looked through in machine code, once there was much of them; at once where so many bytes are to
    come that it will pay."""
    triage.use(_made, MUCH)
    if size >= MANY * MUCH:
        triage.make(size // MANY)


def _made(seen: int) -> triage.Doors | None:
    """The code; None as long as it would have to be compiled for little."""
    if seen < VERY_MUCH and not cached(CODE):
        return None
    doors, keeps = functions(CODE)
    prefixes.use(doors.pop("begun"), keeps)
    return triage.Doors(**doors, keeps=keeps)
