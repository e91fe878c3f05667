import json
from collections.abc import Callable

import pytest

from auditor.errors import IntegrityError
from auditor.model.audit import Audit
from auditor.report import attestation, dsse, manifest

from . import sample_audit
from .test_decision import waived

PRIVATE, PUBLIC = dsse.generate()
KEY = dsse.private_key(PRIVATE, "key.pem")
KEYS = [dsse.public_key(PUBLIC, "key.pub")]
MANIFEST = manifest.encode(manifest.manifest(sample_audit.audit(), {"audit.json": b"{}"}, None))


def test_a_statement_is_about_the_manifest_and_the_policy() -> None:
    made = attestation.statement(sample_audit.audit(), MANIFEST)
    assert made["_type"] == "https://in-toto.io/Statement/v1"
    assert made["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    assert made["subject"][0] == {"name": "manifest.json", "digest": {"sha256": manifest.sha256(MANIFEST)}}
    assert made["subject"][1]["digest"]["sha256"] == sample_audit.audit().register.source_sha256


RESULTS = [
    (sample_audit.audit, "FAILED"),
    (sample_audit.passed, "PASSED"),
    (sample_audit.inconclusive, "FAILED"),
    (sample_audit.empty, "FAILED"),
    (lambda: waived(sample_audit.passed()), "WARNED"),
]


@pytest.mark.parametrize(("build", "result"), RESULTS)
def test_only_a_passed_audit_is_a_passed_test(build: Callable[[], Audit], result: str) -> None:
    assert attestation.statement(build(), MANIFEST)["predicate"]["result"] == result


def test_each_test_stands_in_one_list_and_what_was_not_tested_in_none() -> None:
    predicate = attestation.statement(sample_audit.audit(), MANIFEST)["predicate"]
    lists = [predicate[name] for name in ("passedTests", "warnedTests", "failedTests")]
    names = [name for names in lists for name in names]
    assert len(names) == len(set(names))
    assert "SEC-CLEARTEXT" in predicate["failedTests"]
    assert "coverage:packet_loss" in predicate["failedTests"]
    assert "claim:encryption" in predicate["failedTests"]
    assert "ID-IN-URL" in predicate["warnedTests"]
    assert "claim:closure" not in names


def test_a_signed_statement_is_verified_against_its_manifest() -> None:
    signed = attestation.attest(sample_audit.audit(), MANIFEST, KEY)
    assert attestation.verify(signed, MANIFEST, KEYS)["predicate"]["result"] == "FAILED"
    with pytest.raises(IntegrityError, match="another manifest"):
        attestation.verify(signed, MANIFEST + b" ", KEYS)


PAYLOADS = [
    b"{}",
    b"[]",
    b"nothing",
    b'{"_type": "https://in-toto.io/Statement/v1"}',
    manifest.canonical({"_type": attestation.STATEMENT, "predicateType": attestation.PREDICATE}),
    manifest.canonical({"_type": attestation.STATEMENT, "predicateType": attestation.PREDICATE, "subject": [1, None]}),
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_signed_payload_that_is_no_such_statement_is_refused(payload: bytes) -> None:
    with pytest.raises(IntegrityError):
        attestation.verify(dsse.sign(payload, attestation.PAYLOAD_TYPE, KEY), MANIFEST, KEYS)


def test_the_envelope_is_that_of_the_specification() -> None:
    signed = json.loads(attestation.attest(sample_audit.audit(), MANIFEST, KEY))
    assert set(signed) == {"payload", "payloadType", "signatures"}
    assert signed["payloadType"] == "application/vnd.in-toto+json"
