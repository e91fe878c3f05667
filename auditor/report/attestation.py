"""`attestation.json`: an audit and its manifest in, a signed statement of the result out.

An in-toto Statement v1 with the predicate `test-result` v0.1, in a DSSE envelope. Its subjects are the manifest, and through it
every input and output, and the policy text. An audit that could not see enough is not a passed test: it is FAILED, and its failed
tests are the measures of coverage.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from auditor.errors import IntegrityError, Source
from auditor.model.audit import Audit
from auditor.model.vocabulary import Result, Status
from auditor.report import dsse
from auditor.report.decision import Decision, blockers, decide, failed_gates
from auditor.report.manifest import FILE as MANIFEST_FILE
from auditor.report.manifest import canonical, sha256

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FILE = "attestation.json"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"


def statement(audit: Audit, manifest: bytes) -> dict[str, Any]:
    """The statement about the manifest's exact bytes."""
    passed, warned, failed = _tests(audit)
    subjects = [{"name": MANIFEST_FILE, "digest": {"sha256": sha256(manifest)}}]
    if audit.register.source_sha256:
        subjects.append({"name": f"policy:{audit.register.id}", "digest": {"sha256": audit.register.source_sha256}})
    return {
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": {
            "result": _result(audit),
            "configuration": [
                {"name": f"register:{audit.register.id}", "digest": {"sha256": audit.register.sha256}},
                {"name": "catalog", "digest": {"sha256": audit.catalog.sha256}},
            ],
            "passedTests": passed,
            "warnedTests": warned,
            "failedTests": failed,
        },
    }


def attest(audit: Audit, manifest: bytes, key: "Ed25519PrivateKey") -> bytes:
    """The signed statement."""
    return dsse.sign(canonical(statement(audit, manifest)), PAYLOAD_TYPE, key)


def verify(data: bytes, manifest: bytes, keys: Sequence["Ed25519PublicKey"], path: str = FILE) -> dict[str, Any]:
    """The statement, after its signature, its canonical form and the manifest's digest were checked.

    Raises:
        IntegrityError: one of them is wrong; the text says which.
    """
    return _about(dsse.verify_own(data, PAYLOAD_TYPE, keys, path), manifest, path)


def claimed(data: bytes, manifest: bytes, path: str = FILE) -> dict[str, Any]:
    """The statement, where nobody gave a key: checked as `verify` does, but for the signature, which proves nothing so.

    Raises:
        IntegrityError: it is no statement, or one about another manifest; the text says which.
    """
    return _about(dsse.unverified(data, path), manifest, path)


def _about(payload: bytes, manifest: bytes, path: str) -> dict[str, Any]:
    try:
        claimed: dict[str, Any] = msgspec.json.decode(payload, type=dict[str, Any])
        spelled = canonical(claimed)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise IntegrityError(f"the payload is no statement: {error}", Source(path)) from None
    if spelled != payload or claimed.get("_type") != STATEMENT or claimed.get("predicateType") != PREDICATE:
        raise IntegrityError("the payload is no canonical in-toto statement of a test result", Source(path))
    subjects = claimed.get("subject")
    named = [subject for subject in subjects if isinstance(subject, dict)] if isinstance(subjects, list) else []
    wanted = {"name": MANIFEST_FILE, "digest": {"sha256": sha256(manifest)}}
    if wanted not in named:
        raise IntegrityError("it is not the one that was signed: the attestation is for another manifest", Source(MANIFEST_FILE))
    return claimed


def _result(audit: Audit) -> str:
    if audit.verdict.result is not Result.PASS:
        return "FAILED"
    return "WARNED" if decide(audit) is Decision.GO_WITH_WAIVERS else "PASSED"


def _tests(audit: Audit) -> tuple[list[str], list[str], list[str]]:
    """Names of rules, gates and claims that passed, are only warned of, and failed. A name stands in one list."""
    failed = {row.rule for row in blockers(audit)}
    failed |= {f"coverage:{gate.name}" for gate in failed_gates(audit)}
    failed |= {f"claim:{claim.id}" for claim in audit.claims if claim.result == "contradicted"}
    warned = {row.rule for row in audit.findings if row.status in (Status.OPEN, Status.WAIVED)} - failed
    applied = {row.id for row in audit.catalog.applied} | {f"coverage:{gate.name}" for gate in audit.coverage.gates}
    applied |= {f"claim:{claim.id}" for claim in audit.claims if claim.result == "held"}
    return sorted(applied - failed - warned), sorted(warned), sorted(failed)
