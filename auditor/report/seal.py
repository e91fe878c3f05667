"""Seals a report folder and checks the seal: file names with their bytes in, the manifest and attestation or what is wrong out.

The manifest covers every other file of the folder; the attestation covers the manifest; sign-off records are people's and stand
outside of both. Whoever can write the folder can write a fitting manifest too: only a signature that is checked against a key
from elsewhere proves where a report comes from, and `Checked.signed` says whether there was one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.errors import IntegrityError, Source
from auditor.model.audit import Audit
from auditor.report import attestation, audit_json, manifest, signoff
from auditor.report.manifest import Difference, Manifest
from auditor.report.signoff import Record

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

OUTSIDE = (manifest.FILE, attestation.FILE, signoff.FILE)
"""Files that the manifest does not list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of a report folder found. The report is whole when `differences` is empty."""

    manifest: Manifest
    differences: tuple[Difference, ...]
    signed: bool | None
    """True: a given key has signed it. None: there is a signature, but no key was given. False: there is none."""
    decisions: tuple[Record, ...]
    """The last decision of each role about this very report; empty without a key."""
    history: int
    """Decisions on record, about this report and earlier ones; without a key only their chain was checked."""


def seal(
    audit: Audit, files: Mapping[str, bytes], waivers_sha256: str | None, key: "Ed25519PrivateKey | None"
) -> dict[str, bytes]:
    """The files that seal a folder: the manifest, and the attestation where a key is given.

    Args:
        audit: the result document.
        files: everything that the folder holds; sealing files among them are left out.
        waivers_sha256: of the waiver file; None where there is none.
        key: the key to sign with.
    """
    record = manifest.encode(manifest.manifest(audit, _covered(files), waivers_sha256))
    if key is None:
        return {manifest.FILE: record}
    return {manifest.FILE: record, attestation.FILE: attestation.attest(audit, record, key)}


def check(files: Mapping[str, bytes], keys: Sequence["Ed25519PublicKey"]) -> Checked:
    """What is left of the seal.

    Args:
        files: everything that the folder holds now.
        keys: public keys from elsewhere; with none, hashes are checked, and what is signed is read, but no signature.

    Raises:
        IntegrityError: no manifest, a manifest that is not canonical, a signature that does not hold, a document that belongs
            to another manifest, or a chain of decisions that is broken.
    """
    if manifest.FILE not in files:
        raise IntegrityError("there is no manifest", Source(manifest.FILE), "the report was not sealed, or the file was removed")
    data = files[manifest.FILE]
    record = manifest.decode(data)
    differences = manifest.differences(record, _covered(files))
    if audit_json.FILE in files and not differences:
        _check_document(record, files[audit_json.FILE])
    lines = files.get(signoff.FILE, b"")
    history = signoff.read(lines, keys) if keys else signoff.claimed(lines)
    return Checked(
        manifest=record,
        differences=differences,
        signed=_signed(files.get(attestation.FILE), data, keys),
        decisions=signoff.current(history, data) if keys else (),
        history=len(history),
    )


def _covered(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name not in OUTSIDE}


def _check_document(record: Manifest, data: bytes) -> None:
    """The manifest says the same as the document that it covers."""
    audit = audit_json.decode(data)
    outputs = {output.path: b"" for output in record.outputs}
    expected = manifest.manifest(audit, outputs, record.waivers_sha256)
    same = (record.tool, record.as_of, record.session, record.verdict, record.inputs, record.register, record.catalog_sha256)
    if same != (
        *(expected.tool, expected.as_of, expected.session, expected.verdict),
        *(expected.inputs, expected.register, expected.catalog_sha256),
    ):
        raise IntegrityError("it says something else than audit.json", Source(manifest.FILE))


def _signed(envelope: bytes | None, record: bytes, keys: Sequence["Ed25519PublicKey"]) -> bool | None:
    if envelope is None:
        return False
    if not keys:
        attestation.claimed(envelope, record)
        return None
    attestation.verify(envelope, record, keys)
    return True
