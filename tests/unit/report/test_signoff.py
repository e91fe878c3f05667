from dataclasses import replace

import msgspec
import pytest

from auditor.errors import IntegrityError
from auditor.model.vocabulary import Choice
from auditor.report import dsse, manifest, signoff
from auditor.report.manifest import sha256
from auditor.report.signoff import Record

QA, SECURITY = (dsse.private_key(dsse.generate()[0], "key.pem") for _ in range(2))
KEYS = [QA.public_key(), SECURITY.public_key()]
MANIFEST = b"{}"


def record(role: str, decision: Choice = Choice.APPROVE, manifest: bytes = MANIFEST) -> Record:
    return Record(
        who="A. B.",
        role=role,
        decision=decision,
        date="2026-11-22",
        note="",
        manifest_sha256=sha256(manifest),
        previous_sha256=None,
    )


def file() -> bytes:
    lines = signoff.append(b"", record("qa", Choice.REJECT), QA)
    lines = signoff.append(lines, record("security"), SECURITY)
    return signoff.append(lines, record("qa"), QA)


def test_decisions_are_read_back_oldest_first() -> None:
    assert [(entry.role, entry.decision) for entry in signoff.read(file(), KEYS)] == [
        ("qa", Choice.REJECT),
        ("security", Choice.APPROVE),
        ("qa", Choice.APPROVE),
    ]
    assert signoff.read(b"", KEYS) == ()


def test_the_last_decision_of_a_role_about_this_manifest_counts() -> None:
    lines = signoff.append(file(), record("legal", manifest=b"an earlier report"), QA)
    assert [(entry.role, entry.decision) for entry in signoff.current(signoff.read(lines, KEYS), MANIFEST)] == [
        ("qa", Choice.APPROVE),
        ("security", Choice.APPROVE),
    ]


@pytest.mark.parametrize("order", [(1, 2), (0, 2), (1, 0, 2), (0, 1, 1, 2), (0, 0)])
def test_a_line_taken_out_moved_or_doubled_breaks_the_chain(order: tuple[int, ...]) -> None:
    lines = file().splitlines(keepends=True)
    with pytest.raises(IntegrityError, match="does not follow"):
        signoff.read(b"".join(lines[number] for number in order), KEYS)


def test_a_line_of_a_stranger_is_refused_and_named() -> None:
    with pytest.raises(IntegrityError, match="line 2"):
        signoff.read(file(), [QA.public_key()])


@pytest.mark.parametrize("payload", [b"{}", b"x", b"[]"])
def test_a_signed_line_that_is_no_record_is_refused(payload: bytes) -> None:
    with pytest.raises(IntegrityError, match="no sign-off record"):
        signoff.read(dsse.sign(payload, signoff.PAYLOAD_TYPE, QA), KEYS)


def test_an_earlier_file_is_never_rewritten() -> None:
    assert signoff.append(file(), record("release"), QA).startswith(file())


def test_records_are_kept_by_their_names_and_the_page_to_sign_is_none() -> None:
    from fnmatch import fnmatchcase

    names = (signoff.FILE, "signoff-1.json", "signoff-1.json.dsse", "signoff.pdf", "audit.json")
    assert [fnmatchcase(name, signoff.KEPT) for name in names] == [True, True, True, False, False]


def _signed(payload: bytes) -> bytes:
    return dsse.sign(payload, signoff.PAYLOAD_TYPE, QA)


def _record_bytes(previous: str | None) -> bytes:
    return manifest.canonical(msgspec.to_builtins(replace(record("qa"), previous_sha256=previous)))


FOLLOWS = "the line does not follow the one before it: one was removed, added or moved"


@pytest.mark.parametrize("checked", [True, False], ids=["with keys", "as claimed"])
@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param(_signed(_record_bytes(None))[:-1], "f: the last line is cut", id="cut"),
        pytest.param(_signed(_record_bytes(None) + b" "), "f line 1: the record is not in canonical form", id="spelling"),
        pytest.param(_signed(_record_bytes("0" * 64)), f"f line 1: {FOLLOWS}", id="first"),
        pytest.param(2 * _signed(_record_bytes(None)), f"f line 2: {FOLLOWS}", id="second"),
    ],
)
def test_a_line_that_is_refused_is_named_with_the_reason(lines: bytes, words: str, checked: bool) -> None:
    """The same words with keys and without."""
    with pytest.raises(IntegrityError) as caught:
        signoff.read(lines, KEYS, "f") if checked else signoff.claimed(lines, "f")
    assert str(caught.value) == words


@pytest.mark.parametrize("payload", [b"{}", b"nothing", b"[" * 100_000], ids=["no record", "no JSON", "deep"])
def test_what_is_no_record_is_named_by_its_line(payload: bytes) -> None:
    with pytest.raises(IntegrityError, match=r"^f line 1: no sign-off record: \S"):
        signoff.read(_signed(payload), KEYS, "f")


def test_what_is_claimed_needs_no_key_and_what_is_read_does() -> None:
    assert signoff.claimed(file()) == signoff.read(file(), KEYS)
    with pytest.raises(IntegrityError, match=r"^signoff.ndjson line 1: no signature of the given key is valid"):
        signoff.read(file(), [])
    with pytest.raises(IntegrityError, match=r"^signoff.ndjson line 1: no DSSE envelope"):
        signoff.claimed(b"x\n")
