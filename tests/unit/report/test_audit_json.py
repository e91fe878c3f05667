import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.model.audit import Audit
from auditor.report import audit_json

from . import sample_audit

DOCUMENTS = (sample_audit.audit, sample_audit.passed, sample_audit.inconclusive, sample_audit.empty, sample_audit.hostile)


@pytest.mark.parametrize("build", DOCUMENTS)
def test_a_document_survives_the_round_trip(build: Callable[[], Audit]) -> None:
    assert audit_json.decode(audit_json.encode(build())) == build()


def test_the_bytes_are_sorted_stable_and_end_with_a_line_feed() -> None:
    data = audit_json.encode(sample_audit.audit())
    assert data == audit_json.encode(sample_audit.audit())
    assert data.endswith(b"}\n")
    document = json.loads(data)
    assert list(document) == sorted(document)
    assert list(document["findings"][0]) == sorted(document["findings"][0])


def test_chinese_is_written_as_it_is() -> None:
    assert "同意前发送个人信息" in audit_json.encode(sample_audit.audit()).decode()


def test_a_finding_has_its_class_under_the_published_name() -> None:
    finding = json.loads(audit_json.encode(sample_audit.audit()))["findings"][0]
    assert finding["class"] == "omitted"
    assert "finding_class" not in finding


@pytest.mark.parametrize("build", DOCUMENTS)
def test_every_document_obeys_the_published_schema(build: Callable[[], Audit]) -> None:
    schema = json.loads(audit_json.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(audit_json.encode(build())), schema, cls=jsonschema.Draft202012Validator)


def test_the_schema_refuses_a_key_that_it_does_not_know() -> None:
    document = json.loads(audit_json.encode(sample_audit.audit()))
    document["verdict"]["reslut"] = "pass"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json.loads(audit_json.schema()))


def test_the_schema_in_the_documentation_is_this_one() -> None:
    published = Path(__file__).parents[3] / "docs" / "schema" / "audit.json"
    assert published.read_bytes() == audit_json.schema()


WRONG = [
    (b"", "not valid JSON"),
    (b"{", "not valid JSON"),
    (b"[" * 100_000, "not an audit document"),
    (b'{"x":' + b"[" * 100_000, "not valid JSON"),
    (b"\xff\xfe", "not valid JSON"),
    (b"[]", "not an audit document"),
    (b"{}", "schema"),
    (b'{"schema": "1"}', "schema"),
]


@pytest.mark.parametrize(("data", "words"), WRONG)
def test_a_foreign_document_is_a_fault_that_names_the_file(data: bytes, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        audit_json.decode(data, "reports/demo/audit.json")
    assert "reports/demo/audit.json" in str(caught.value)


def test_a_document_of_another_schema_version_is_refused() -> None:
    data = audit_json.encode(sample_audit.audit()).replace(b'"schema": 1', b'"schema": 2')
    with pytest.raises(ConfigError, match="schema 2"):
        audit_json.decode(data)


def test_a_misspelt_word_of_a_vocabulary_is_refused_with_its_place() -> None:
    data = audit_json.encode(sample_audit.audit()).replace(b'"critical"', b'"kritical"', 1)
    with pytest.raises(ConfigError, match=r"kritical.*\$"):
        audit_json.decode(data)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_a_config_error(data: bytes) -> None:
    with pytest.raises(ConfigError):
        audit_json.decode(data)


@settings(deadline=None)
@given(st.integers(min_value=0), st.binary(min_size=1, max_size=4))
def test_a_damaged_document_gives_a_document_or_a_config_error(place: int, patch: bytes) -> None:
    whole = audit_json.encode(sample_audit.empty())
    at = place % len(whole)
    with contextlib.suppress(ConfigError):
        audit_json.decode(whole[:at] + patch + whole[at + len(patch) :])
