"""`signoff.ndjson`: people's decisions about a report, one signed line each, appended and never changed.

Each line is a DSSE envelope over a canonical record that names the manifest decided upon and the digest of the line before
it, so a line that is taken out, put in or moved breaks the chain. A decision may be revised only by a further line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from auditor.errors import IntegrityError, Source
from auditor.model.vocabulary import Choice
from auditor.report import dsse
from auditor.report.manifest import canonical, sha256

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FILE = "signoff.ndjson"
KEPT = "signoff*json*"
"""Names of people's records in a report folder, wherever it is: they survive the replacement of the report they are about."""
PAYLOAD_TYPE = "application/vnd.traffic-auditor.signoff+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One decision."""

    who: str
    role: str
    """qa, security, legal, release or another."""
    decision: Choice
    date: str
    """ISO date."""
    note: str
    manifest_sha256: str
    """Of the manifest that the person decided upon."""
    previous_sha256: str | None
    """Of the line before, without its line feed; None for the first."""


def append(lines: bytes, record: Record, key: "Ed25519PrivateKey") -> bytes:
    """The file with one more line; the record's `previous_sha256` is set here."""
    before = lines.removesuffix(b"\n").rpartition(b"\n")[2]
    linked = replace(record, previous_sha256=sha256(before) if lines else None)
    return lines + dsse.sign(canonical(msgspec.to_builtins(linked)), PAYLOAD_TYPE, key)


def read(lines: bytes, keys: Sequence["Ed25519PublicKey"], path: str = FILE) -> tuple[Record, ...]:
    """Every decision, oldest first, after each signature and the whole chain were checked.

    Raises:
        IntegrityError: a line is not signed by one of the keys, is no record, or does not follow the line before it.
    """
    return _chained(lines, lambda line, place: dsse.verify_own(line, PAYLOAD_TYPE, keys, place), path)


def claimed(lines: bytes, path: str = FILE) -> tuple[Record, ...]:
    """Every decision, oldest first, after the chain was checked, and no signature: what the file says, not who said it.

    Raises:
        IntegrityError: a line is no record, or does not follow the line before it.
    """
    return _chained(lines, dsse.unverified, path)


def _chained(lines: bytes, opened: Callable[[bytes, str], bytes], path: str) -> tuple[Record, ...]:
    records = []
    before: bytes | None = None
    if lines and not lines.endswith(b"\n"):
        raise IntegrityError("the last line is cut", Source(path))
    for number, line in enumerate(lines.split(b"\n")[:-1], 1):
        place = f"{path} line {number}"
        record = _record(opened(line + b"\n", place), place)
        if record.previous_sha256 != (None if before is None else sha256(before)):
            raise IntegrityError("the line does not follow the one before it: one was removed, added or moved", Source(place))
        records.append(record)
        before = line
    return tuple(records)


def current(records: Sequence[Record], manifest: bytes) -> tuple[Record, ...]:
    """The last decision of each role about this manifest; decisions about an earlier report do not count for this one."""
    digest = sha256(manifest)
    latest = {record.role: record for record in records if record.manifest_sha256 == digest}
    return tuple(latest[role] for role in sorted(latest))


def _record(payload: bytes, place: str) -> Record:
    try:
        record = msgspec.json.decode(payload, type=Record)
        spelled = canonical(msgspec.to_builtins(record))
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise IntegrityError(f"no sign-off record: {error}", Source(place)) from None
    if spelled != payload:
        raise IntegrityError("the record is not in canonical form", Source(place))
    return record
