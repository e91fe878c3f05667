"""What was seen in a session, on disk: observations in, files out, and back.

Only what holds no clear value is kept. Names of hosts decide who the recipient is, so where one of them holds a planted value,
which the judge must see and no file may hold, nothing is kept, and the next run reads the captures again.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from auditor.model.arrow import FEW_ROWS, array_of, compression, saying
from auditor.model.device import LocalFacts
from auditor.model.loss import Loss
from auditor.model.reading import Damage
from auditor.model.session import CaptureFile
from auditor.model.tables import OBSERVED, SIGHTINGS
from auditor.model.vocabulary import Outcome, Surface
from auditor.observe import Input, Observations
from auditor.recipients import hidden_names
from auditor.without_values import without_values

if TYPE_CHECKING:
    import pyarrow as pa

FLOWS_FILE = "flows.parquet"
SIGHTINGS_FILE = "sightings.parquet"
REST_FILE = "rest.json"
FILES = (FLOWS_FILE, SIGHTINGS_FILE, REST_FILE)
DECIDING = ("capture", "host", "names", "cnames", "application")
"""Columns that attribution and the rules look at as they are."""
HIDDEN = ("url", "app", "unread", "transport", "tls_version", "alpn")
"""Columns that are kept masked: nothing is decided by them."""
PLACED = ("capture", "surface", "phase", "background")

type Mask = Callable[[str], str]


_INPUT = tuple(field.name for field in fields(Input) if field.name != "error")
_TYPES: dict[str, Any] = {
    "capture": CaptureFile,
    "sha256": str | None,
    "outcome": Outcome,
    "format": str | None,
    "surface": Surface | None,
    "damage": tuple[Damage, ...],
    "losses": tuple[Loss, ...],
    "flows": int,
    "loss_known": bool,
}
_Stored: Any = msgspec.defstruct("_Stored", [(name, _TYPES.get(name, tuple[str, ...])) for name in _INPUT])
_Rest: Any = msgspec.defstruct("_Rest", [("inputs", list[_Stored]), ("network", LocalFacts)])


def stored(observed: Observations, mask: Mask) -> dict[str, bytes] | None:
    """The files of these observations; None where they cannot be kept: an input is not whole, or a name had to be masked."""
    if any(entry.outcome is not Outcome.READ or entry.error or entry.damage for entry in observed.inputs):
        return None
    for name in DECIDING:
        if any(mask(text) != text for text in _texts(array_of(observed.flows, name))):
            return None
    if hidden_names(observed.flows, mask):
        return None
    if any(mask(text) != text for name in ("capture", "host") for text in _texts(array_of(observed.sightings, name))):
        return None
    flows = saying(observed.flows, {name: _masked(array_of(observed.flows, name), mask) for name in HIDDEN})
    sightings = saying(observed.sightings, {"path": _masked(array_of(observed.sightings, "path"), mask)})
    rest = _Rest(inputs=[_stored_input(without_values(entry, mask)) for entry in observed.inputs], network=observed.network)
    return {FLOWS_FILE: _parquet(flows), SIGHTINGS_FILE: _parquet(sightings), REST_FILE: msgspec.json.encode(rest)}


def _stored_input(entry: Input) -> Any:
    """Without the places where its files were: the next run has its own, and a path need be no text."""
    nowhere = replace(entry.capture, path=entry.capture.name, keylog=None)
    return _Stored(**{**{name: getattr(entry, name) for name in _INPUT}, "capture": nowhere})


def loaded(folder: Path) -> Observations | None:
    """The observations that these files hold; None where they are not there or not whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rest = msgspec.json.decode((folder / REST_FILE).read_bytes(), type=_Rest)
        flows = pq.read_table(folder / FLOWS_FILE)
        sightings = pq.read_table(folder / SIGHTINGS_FILE)
    except (OSError, ValueError, msgspec.MsgspecError, pa.ArrowException):
        return None
    if set(flows.column_names) != {*OBSERVED.names, *PLACED} or set(sightings.column_names) != set(SIGHTINGS.names):
        return None
    inputs = tuple(Input(**{name: getattr(entry, name) for name in _INPUT}) for entry in rest.inputs)
    return Observations(flows=flows, sightings=sightings, inputs=inputs, network=rest.network)


def _texts(array: "pa.Array") -> list[str]:
    """The distinct texts of a column of texts or of lists of them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    flat = array.flatten() if pa.types.is_list(array.type) else array
    return [text for text in pc.unique(flat).to_pylist() if text is not None]


def _masked(array: "pa.Array", mask: Mask) -> "pa.Array":
    import pyarrow as pa

    known = {text: mask(text) for text in _texts(array)}
    if all(text == hidden for text, hidden in known.items()):
        return array
    values = [
        None if value is None else [known[text] for text in value] if isinstance(value, list) else known[value]
        for value in array.to_pylist()
    ]
    return pa.array(values, array.type)


def _parquet(table: "pa.Table") -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    is_much, sink = len(table) > FEW_ROWS, pa.BufferOutputStream()
    pq.write_table(table, sink, compression=compression(len(table)), use_dictionary=is_much, write_statistics=is_much)
    data: bytes = sink.getvalue().to_pybytes()
    return data
