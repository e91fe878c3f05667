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


SUBJECT = {"name": "manifest.json", "digest": {"sha256": manifest.sha256(MANIFEST)}}
SOUND = {"_type": attestation.STATEMENT, "predicateType": attestation.PREDICATE, "subject": [SUBJECT]}
NOT_CANONICAL = "f: the payload is no canonical in-toto statement of a test result"
ANOTHER = "manifest.json: it is not the one that was signed: the attestation is for another manifest"


def test_a_statement_with_a_sound_type_predicate_and_subject_is_taken() -> None:
    """Or the refusals below could be of something else."""
    signed = dsse.sign(manifest.canonical(SOUND), attestation.PAYLOAD_TYPE, KEY)
    assert attestation.verify(signed, MANIFEST, KEYS, "f") == SOUND


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        pytest.param(manifest.canonical(SOUND | {"_type": "x"}), NOT_CANONICAL, id="type"),
        pytest.param(manifest.canonical(SOUND | {"predicateType": "x"}), NOT_CANONICAL, id="predicate"),
        pytest.param(manifest.canonical(SOUND) + b" ", NOT_CANONICAL, id="spelling"),
        pytest.param(manifest.canonical(SOUND | {"subject": SUBJECT}), ANOTHER, id="no list"),
        pytest.param(manifest.canonical(SOUND | {"subject": []}), ANOTHER, id="no subject"),
        pytest.param(manifest.canonical(SOUND | {"subject": [SUBJECT | {"name": "x"}]}), ANOTHER, id="another name"),
    ],
)
def test_a_statement_that_is_refused_is_named_with_the_reason(payload: bytes, words: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        attestation.verify(dsse.sign(payload, attestation.PAYLOAD_TYPE, KEY), MANIFEST, KEYS, "f")
    assert str(caught.value) == words


def test_what_is_no_statement_is_named() -> None:
    with pytest.raises(IntegrityError, match=r"^f: the payload is no statement: \S"):
        attestation.verify(dsse.sign(b"nothing", attestation.PAYLOAD_TYPE, KEY), MANIFEST, KEYS, "f")
    with pytest.raises(IntegrityError, match=r"^attestation.json: no signature of the given key"):
        attestation.verify(dsse.sign(manifest.canonical(SOUND), attestation.PAYLOAD_TYPE, KEY), MANIFEST, [])


def test_a_statement_is_exactly_this() -> None:
    """Every key, and every test of the sample in its list: others' programs read it."""
    audit = sample_audit.audit()
    made = attestation.statement(audit, MANIFEST)
    predicate = made.pop("predicate")
    assert made == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "manifest.json", "digest": {"sha256": manifest.sha256(MANIFEST)}},
            {"name": f"policy:{audit.register.id}", "digest": {"sha256": audit.register.source_sha256}},
        ],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
    }
    assert predicate["configuration"] == [
        {"name": f"register:{audit.register.id}", "digest": {"sha256": audit.register.sha256}},
        {"name": "catalog", "digest": {"sha256": audit.catalog.sha256}},
    ]
    named = [name for key in ("passedTests", "warnedTests", "failedTests") for name in predicate[key]]
    rules = {row.id for row in audit.catalog.applied} | {row.rule for row in audit.findings}
    gates = {f"coverage:{gate.name}" for gate in audit.coverage.gates}
    claims = {f"claim:{claim.id}" for claim in audit.claims if claim.result in ("held", "contradicted")}
    assert set(named) == rules | gates | claims
    assert {f"claim:{claim.id}" for claim in audit.claims if claim.result == "held"} <= set(predicate["passedTests"])
