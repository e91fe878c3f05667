import pytest

from auditor.errors import IntegrityError
from auditor.model.vocabulary import Choice
from auditor.report import attestation, audit_json, dsse, manifest, signoff
from auditor.report.manifest import Difference, Fate
from auditor.report.seal import check, seal
from auditor.report.signoff import Record

from . import sample_audit

PRIVATE, PUBLIC = dsse.generate()
KEY = dsse.private_key(PRIVATE, "key.pem")
KEYS = [dsse.public_key(PUBLIC, "key.pub")]
OTHER = [dsse.public_key(dsse.generate()[1], "other.pub")]


def folder(*, signed: bool = True) -> dict[str, bytes]:
    audit = sample_audit.audit()
    files = {"audit.json": audit_json.encode(audit), "report.html": b"<!doctype html>", "tables/flows.parquet": b"PAR1"}
    return files | seal(audit, files, "a" * 64, KEY if signed else None)


def approval(who: str, files: dict[str, bytes]) -> Record:
    return Record(
        who=who,
        role="qa",
        decision=Choice.APPROVE,
        date="2026-11-22",
        note="",
        manifest_sha256=manifest.sha256(files[manifest.FILE]),
        previous_sha256=None,
    )


def test_a_sealed_folder_is_whole_and_signed() -> None:
    checked = check(folder(), KEYS)
    assert checked.differences == ()
    assert checked.signed is True
    assert checked.manifest.waivers_sha256 == "a" * 64


def test_without_a_key_a_signature_is_neither_right_nor_wrong() -> None:
    assert check(folder(), []).signed is None
    assert check(folder(signed=False), KEYS).signed is False


def test_sealing_again_gives_the_same_bytes() -> None:
    files = folder()
    assert seal(sample_audit.audit(), files, "a" * 64, KEY) == {name: files[name] for name in (manifest.FILE, attestation.FILE)}


TAMPERED = [
    ({"report.html": b"<!doctype html><p>"}, Difference("report.html", Fate.CHANGED)),
    ({"evil.js": b""}, Difference("evil.js", Fate.UNLISTED)),
]


@pytest.mark.parametrize(("change", "difference"), TAMPERED)
def test_a_changed_file_is_named(change: dict[str, bytes], difference: Difference) -> None:
    assert check(folder() | change, KEYS).differences == (difference,)


def test_a_removed_file_is_named() -> None:
    files = folder()
    del files["tables/flows.parquet"]
    assert check(files, KEYS).differences == (Difference("tables/flows.parquet", Fate.MISSING),)


def test_a_manifest_made_anew_over_a_changed_report_is_betrayed_by_the_signature() -> None:
    files = folder() | {"report.html": b"changed"}
    forged = files | seal(sample_audit.audit(), files, "a" * 64, None)
    for keys in ([], KEYS):
        with pytest.raises(IntegrityError, match="another manifest"):
            check(forged, keys)


@pytest.mark.parametrize("broken", [b"", b"{}", b'{"payload":', dsse.sign(b"{}", attestation.PAYLOAD_TYPE, KEY)])
def test_what_is_no_statement_is_no_signature_of_anybody(broken: bytes) -> None:
    """Also where no key is given: a report must not be called signed because a file has the name of a signature."""
    with pytest.raises(IntegrityError, match=r"attestation\.json"):
        check(folder() | {attestation.FILE: broken}, [])


def test_a_signature_of_another_key_is_refused() -> None:
    with pytest.raises(IntegrityError, match="no signature of the given key"):
        check(folder(), OTHER)


def test_a_manifest_that_says_something_else_than_the_document_is_refused() -> None:
    files = folder(signed=False)
    files[manifest.FILE] = files[manifest.FILE].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    with pytest.raises(IntegrityError, match="something else"):
        check(files, [])


def test_a_folder_without_a_manifest_is_no_sealed_report() -> None:
    files = folder()
    del files[manifest.FILE]
    with pytest.raises(IntegrityError, match="no manifest"):
        check(files, [])


def test_decisions_about_this_report_are_read_and_a_strangers_are_refused() -> None:
    files = folder()
    record = approval("A. B.", files)
    files[signoff.FILE] = signoff.append(b"", record, KEY)
    assert [decision.role for decision in check(files, KEYS).decisions] == ["qa"]
    assert check(files, KEYS).differences == ()
    files[signoff.FILE] = files[signoff.FILE].replace(b'"sig":"', b'"sig":"AA', 1)
    with pytest.raises(IntegrityError):
        check(files, KEYS)


def test_a_broken_seal_is_named_with_what_to_think_of_it() -> None:
    with pytest.raises(IntegrityError) as caught:
        check({}, [])
    assert str(caught.value) == "manifest.json: there is no manifest (the report was not sealed, or the file was removed)"
    files = folder(signed=False)
    files[manifest.FILE] = files[manifest.FILE].replace(b'"verdict":"fail"', b'"verdict":"pass"')
    with pytest.raises(IntegrityError) as caught:
        check(files, [])
    assert str(caught.value) == "manifest.json: it says something else than audit.json"


def test_a_missing_document_is_a_difference_and_a_changed_one_is_not_read() -> None:
    """What is not as it was sealed is named; nothing is said of what stands in it."""
    files = folder(signed=False)
    assert check({name: data for name, data in files.items() if name != "audit.json"}, []).differences == (
        Difference("audit.json", Fate.MISSING),
    )
    assert check(files | {"audit.json": b"{"}, []).differences == (Difference("audit.json", Fate.CHANGED),)


def test_decisions_count_as_history_and_are_told_only_with_a_key() -> None:
    """Without one anybody could have written them: their chain is checked, and nobody's decision is shown."""
    files = folder()
    decision = approval("A", files)
    files[signoff.FILE] = signoff.append(signoff.append(b"", decision, KEY), decision, KEY)
    with_key, without = check(files, KEYS), check(files, [])
    assert (with_key.history, [row.role for row in with_key.decisions]) == (2, ["qa"])
    assert (without.history, without.decisions, without.signed) == (2, (), None)
