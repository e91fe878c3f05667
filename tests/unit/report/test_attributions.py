"""What `auditor attribute` prints: the answer and every rung, in each row format."""

import csv
import io
import json

import jsonschema
import pytest

from auditor.model.attribution import Attribution, Endpoint, Evidence
from auditor.model.tables import ATTRIBUTIONS
from auditor.model.vocabulary import Confidence, HostSource, Relation, Step, Surface
from auditor.report import attributions, table_schema

RUNG = Evidence(
    step=Step.SUFFIX,
    pattern="=1+1.example\x1b[31m",
    service="Push",
    entity="Push Co., Ltd.",
    entity_zh="推送公司",
    group="push",
    country="CN",
    party=None,
    purposes=("push",),
    confidence=Confidence.HIGH,
    source="docs",
    seen="2026-01-01",
    reason="listed",
)
ANSWER = Attribution(
    domain="push.example",
    service="Push",
    entity="Push Co., Ltd.",
    entity_zh="推送公司",
    group="push",
    country="CN",
    server_country=None,
    hosting=None,
    party=None,
    recipient="push",
    relation=Relation.UNDECLARED,
    tenant=None,
    purposes=("push",),
    step=Step.SUFFIX,
    confidence=Confidence.HIGH,
    reason="the suffix push.example\u202e",
    evidence=(RUNG,),
)
ASKED = Endpoint(surface=Surface.APP, host="api.push.example", host_source=HostSource.HTTP_HOST)


def rendered(form: str) -> str:
    return attributions.render([("api.push.example", ASKED, ANSWER)], form).decode()


def test_ndjson_has_every_column_and_rungs_as_objects() -> None:
    row = json.loads(rendered("ndjson"))
    assert set(ATTRIBUTIONS.names) <= row.keys()
    assert row["evidence"][0]["pattern"] == RUNG.pattern
    assert row["recipient"] == "push"


def test_csv_has_each_rung_as_json_text() -> None:
    (row,) = csv.DictReader(io.StringIO(rendered("csv")))
    (rung,) = json.loads(row["evidence"])
    assert json.loads(rung)["entity_zh"] == "推送公司"


def test_the_table_shows_the_answer_and_the_rung_and_no_escape_sequence() -> None:
    text = rendered("table")
    assert text.startswith("api.push.example\n  recipient      push\n")
    assert "suffix" in text
    assert r"\x1b[31m" in text
    assert not set("\x1b\u202e") & set(text)


def test_names_keep_the_order_in_which_they_were_asked() -> None:
    answers = [(name, ASKED, ANSWER) for name in ("z.example", "a.example")]
    lines = attributions.render(answers, "ndjson").splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["z.example", "a.example"]


@pytest.mark.parametrize("form", ["table", "ndjson"])
def test_no_name_gives_nothing(form: str) -> None:
    assert attributions.render([], form) == b""


def test_a_row_as_ndjson_obeys_its_published_schema() -> None:
    """Every rung is an object with exactly the keys that the schema names."""
    row = json.loads(rendered("ndjson"))
    schema = table_schema.row_schema(ATTRIBUTIONS)
    jsonschema.validate(row, schema, cls=jsonschema.Draft202012Validator)
    assert schema["properties"]["evidence"]["items"]["properties"].keys() == row["evidence"][0].keys()
