import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import ExitCode, IntegrityError
from auditor.report import manifest
from auditor.report.manifest import Difference, Fate

from . import sample_audit

OUTPUTS = {"report.html": b"<!doctype html>", "audit.json": b"{}\n", "tables/flows.parquet": b"PAR1"}


def made() -> bytes:
    return manifest.encode(manifest.manifest(sample_audit.audit(), OUTPUTS, None))


def test_it_names_every_input_the_knowledge_used_and_every_output_by_digest() -> None:
    record = manifest.decode(made())
    audit = sample_audit.audit()
    assert [(entry.path, entry.sha256) for entry in record.inputs] == [(row.path, row.sha256) for row in audit.inputs]
    assert record.register.source_sha256 == audit.register.source_sha256
    assert record.catalog_sha256 == audit.catalog.sha256
    assert [output.path for output in record.outputs] == ["audit.json", "report.html", "tables/flows.parquet"]
    assert record.outputs[0].sha256 == "ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"


def test_the_bytes_are_canonical_json() -> None:
    data = made()
    assert data == json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


SPELLINGS: list[Callable[[bytes], bytes]] = [
    lambda data: data + b"\n",
    lambda data: data.replace(b'":', b'": ', 1),
    lambda data: json.dumps(json.loads(data)).encode(),
    lambda data: data.replace(b"demo", b"\\u0064emo", 1),
    lambda data: data[:-1] + b',"extra":1}',
    lambda data: data.replace(b'"schema":1', b'"schema":1.0'),
    lambda data: data.replace(b'"schema":1', b'"schema":2'),
    lambda data: b"",
    lambda data: b"[" * 100_000,
]


@pytest.mark.parametrize("spell", SPELLINGS)
def test_any_other_spelling_is_refused_with_the_exit_code_of_integrity(spell: Callable[[bytes], bytes]) -> None:
    with pytest.raises(IntegrityError) as caught:
        manifest.decode(spell(made()), "reports/demo/manifest.json")
    assert caught.value.exit_code is ExitCode.INTEGRITY
    assert "reports/demo/manifest.json" in str(caught.value)


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        manifest.decode(data)


CHANGES = [
    (OUTPUTS, ()),
    (OUTPUTS | {"report.html": b"x"}, (Difference("report.html", Fate.CHANGED),)),
    (OUTPUTS | {"evil.html": b"x"}, (Difference("evil.html", Fate.UNLISTED),)),
    ({"audit.json": b"{}\n"}, (Difference("report.html", Fate.MISSING), Difference("tables/flows.parquet", Fate.MISSING))),
]


@pytest.mark.parametrize(("files", "found"), CHANGES)
def test_a_file_that_is_missing_changed_or_unlisted_is_a_difference(
    files: dict[str, bytes], found: tuple[Difference, ...]
) -> None:
    assert manifest.differences(manifest.decode(made()), files) == found


def test_captures_are_compared_by_digest_and_one_that_was_missing_is_not_asked_for() -> None:
    record = manifest.decode(made())
    digests = {entry.path: str(entry.sha256) for entry in record.inputs}
    assert manifest.input_differences(record, digests) == ()
    changed = digests | {"app.mitm": "0" * 64}
    del changed["site.har"]
    assert manifest.input_differences(record, changed) == (
        Difference("app.mitm", Fate.CHANGED),
        Difference("site.har", Fate.MISSING),
    )


SPELLED = "f: not in canonical form (RFC 8785): it was edited or written by another program"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(made() + b"\n", SPELLED, id="line feed"),
        pytest.param(made().replace(b'"schema":1', b'"schema":9'), "f: schema 9 is not known", id="schema"),
    ],
)
def test_a_manifest_that_is_refused_is_named_with_the_reason(data: bytes, words: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        manifest.decode(data, "f")
    assert str(caught.value) == words


def test_what_is_no_manifest_is_named_by_its_path() -> None:
    with pytest.raises(IntegrityError, match=r"^f: not a manifest: \S"):
        manifest.decode(b"{}", "f")
    with pytest.raises(IntegrityError, match=r"^manifest.json: not a manifest: (?!None)"):
        manifest.decode(b"nothing")


def test_the_waivers_that_were_read_are_named_by_their_digest() -> None:
    for digest in (None, "ab" * 32):
        assert manifest.manifest(sample_audit.audit(), OUTPUTS, digest).waivers_sha256 == digest
