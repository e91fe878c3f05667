"""`manifest.json`: what went into a report and what came out, by SHA-256; canonical JSON (RFC 8785) in both directions.

The manifest is what gets signed, so it has exactly one spelling: reading demands the canonical bytes and nothing else.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from auditor.errors import IntegrityError, Source
from auditor.model.audit import Audit, Tool
from auditor.model.declaration import RegisterRow

FILE = "manifest.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One capture, as in the document's `inputs`."""

    path: str
    sha256: str | None
    """None: it was missing."""
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One file of the report folder."""

    path: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterHash:
    """The register that was judged against and the policy text that it was made from."""

    id: str
    version: str
    sha256: str
    source_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The whole manifest."""

    schema: int
    tool: Tool
    as_of: str
    session: str
    verdict: str
    inputs: tuple[Input, ...]
    register: RegisterHash
    catalog_sha256: str
    waivers_sha256: str | None
    """None: there was no waiver file."""
    outputs: tuple[Output, ...]


class Fate(StrEnum):
    """How a file differs from what the manifest says."""

    MISSING = "missing"
    CHANGED = "changed"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as the manifest says."""

    path: str
    fate: Fate


def manifest(audit: Audit, outputs: Mapping[str, bytes], waivers_sha256: str | None) -> Manifest:
    """The manifest of a report.

    Args:
        audit: the result document.
        outputs: every file of the report folder but the manifest, the attestation and the sign-off records.
        waivers_sha256: of the waiver file's bytes; None where there is none.
    """
    return Manifest(
        schema=SCHEMA_VERSION,
        tool=audit.tool,
        as_of=audit.as_of,
        session=audit.session.name,
        verdict=audit.verdict.result.value,
        inputs=tuple(Input(path=row.path, sha256=row.sha256, outcome=row.outcome.value) for row in audit.inputs),
        register=_register(audit.register),
        catalog_sha256=audit.catalog.sha256,
        waivers_sha256=waivers_sha256,
        outputs=tuple(Output(path=path, sha256=sha256(data), size=len(data)) for path, data in sorted(outputs.items())),
    )


def encode(record: Manifest) -> bytes:
    """The canonical bytes (RFC 8785), without a line feed."""
    return canonical(msgspec.to_builtins(record))


def decode(data: bytes, path: str = FILE) -> Manifest:
    """The manifest that these canonical bytes hold.

    Raises:
        IntegrityError: they are no manifest, or spell one in another way than RFC 8785 does.
    """
    try:
        record = msgspec.json.decode(data, type=Manifest)
        spelled = encode(record)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise _broken(path, f"not a manifest: {error}") from None
    if spelled != data:
        raise _broken(path, "not in canonical form (RFC 8785): it was edited or written by another program")
    if record.schema != SCHEMA_VERSION:
        raise _broken(path, f"schema {record.schema} is not known")
    return record


def differences(record: Manifest, files: Mapping[str, bytes]) -> tuple[Difference, ...]:
    """What of a report folder is not as its manifest says, by path.

    Args:
        record: the manifest.
        files: the folder's files but the manifest, the attestation and the sign-off records.
    """
    listed = {output.path: output.sha256 for output in record.outputs}
    found = [Difference(path, Fate.MISSING) for path in listed if path not in files]
    found += [
        Difference(path, Fate.CHANGED) for path, digest in listed.items() if path in files and sha256(files[path]) != digest
    ]
    found += [Difference(path, Fate.UNLISTED) for path in files if path not in listed]
    return tuple(sorted(found, key=lambda entry: (entry.path, entry.fate)))


def input_differences(record: Manifest, digests: Mapping[str, str]) -> tuple[Difference, ...]:
    """What of the captures is not as the manifest says. A capture that was missing then is not asked for now.

    Args:
        record: the manifest.
        digests: SHA-256 of each capture that is there, by its path in the manifest.
    """
    wanted = {entry.path: entry.sha256 for entry in record.inputs if entry.sha256 is not None}
    found = [Difference(path, Fate.MISSING) for path in wanted if path not in digests]
    found += [Difference(path, Fate.CHANGED) for path, digest in wanted.items() if path in digests and digests[path] != digest]
    return tuple(sorted(found, key=lambda entry: entry.path))


def canonical(value: object) -> bytes:
    """A JSON value in its one canonical spelling (RFC 8785: sorted by UTF-16 code units, shortest numbers, no spaces)."""
    import rfc8785

    return rfc8785.dumps(value)  # type: ignore[arg-type]


def sha256(data: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def _register(row: RegisterRow) -> RegisterHash:
    return RegisterHash(id=row.id, version=row.version, sha256=row.sha256, source_sha256=row.source_sha256)


def _broken(path: str, what: str) -> IntegrityError:
    return IntegrityError(what, Source(path))
