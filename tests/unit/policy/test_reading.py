"""Bilingual policies of other structure and a clean one: every party read, in every encoding. Golden files, found by glob.

`AUDITOR_UPDATE_GOLDEN=1 pytest tests/unit/policy/test_reading.py` writes the expectations again.
"""

import dataclasses
import json
import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import policy
from auditor.catalog import destination_rules, register_file, rule_texts
from auditor.errors import CaptureError

FOLDER = Path(__file__).parents[2] / "golden" / "policies"
FILES = sorted(path for path in FOLDER.iterdir() if path.suffix in (".txt", ".html"))
TRUTH = tomllib.loads((FOLDER / "truth.toml").read_text(encoding="utf-8"))
"""What people read in them, by the file's stem."""
KNOWN = tuple(policy.KnownParty(party=party, names=(name,)) for name, party in destination_rules.load().party_names())
TEXTS = rule_texts.load()
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030")


def read(path: Path, data: bytes | None = None) -> policy.PolicyReading:
    data = path.read_bytes() if data is None else data
    return policy.read((policy.PolicyFile(name=path.name, data=data),), KNOWN)


def facts(reading: policy.PolicyReading) -> dict[str, object]:
    return {
        "title": reading.title,
        "version": reading.version,
        "effective": reading.effective,
        "languages": list(reading.languages),
        "controller": dataclasses.asdict(reading.controller),
        "parties": [{**dataclasses.asdict(p.party), "doubts": p.doubts} for p in reading.read_parties],
        "categories": [dataclasses.asdict(category) for category in reading.categories],
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_policy_reads_as_expected(path: Path) -> None:
    """Everything that is declared, with its lines."""
    found = json.dumps(facts(read(path)), ensure_ascii=False, indent=1) + "\n"
    expected = path.with_name(path.name + ".json")
    if os.environ.get("AUDITOR_UPDATE_GOLDEN"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_party_that_a_person_reads_is_read(path: Path) -> None:
    """No party lost, none too many, none twice; its purpose among those that were read."""
    if path.stem not in TRUTH:
        pytest.skip("the clean policy's parties are pinned with everything else it says")
    reading, truth = read(path), TRUTH[path.stem]
    found = {(party.name_en or "", party.name_zh or ""): party.purposes for party in reading.parties}
    wanted = {(english, chinese): purpose for english, chinese, purpose in truth["parties"]}
    assert sorted(found) == sorted(wanted)
    assert not [name for name, purpose in wanted.items() if purpose and purpose not in found[name]]
    assert [reading.controller.name_en or "", reading.controller.name_zh or ""] == truth["controller"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_encoding_changes_nothing(path: Path, encoding: str) -> None:
    """UTF-16 with and without its mark, GBK and the rest give the same facts."""
    text = path.read_text(encoding="utf-8").replace("utf-8", encoding)
    data = text.encode(encoding)
    assert facts(read(path, data)) == facts(read(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_written_register_reads_back(path: Path) -> None:
    """The register and data map of any policy are valid files, and hold what was read."""
    reading = read(path)
    text, data_map = policy.register_text(reading, "x"), policy.data_map_text(reading, "x")
    register = register_file.parse(text.encode(), "x.toml", data_map.encode(), "x.datamap.toml")
    assert register.parties == reading.parties
    assert register.categories == reading.categories
    assert policy.changes(reading, register) == ()
    assert all(f"# unconfirmed: {doubt}" in text for party in reading.read_parties for doubt in party.doubts)


def test_the_clean_policy_has_no_defect() -> None:
    """Not one finding of any rule."""
    assert policy.lint(read(FOLDER / "clean.txt"), rule_texts.load()) == ()


def test_several_files_are_one_policy() -> None:
    """Two language versions in two files give each party once."""
    english, chinese = (FOLDER / "clean.txt").read_text(encoding="utf-8").split("亮叶隐私政策", 1)
    files = (
        policy.PolicyFile(name="en.txt", data=english.encode()),
        policy.PolicyFile(name="zh.txt", data=("亮叶隐私政策" + chinese).encode("gb18030")),
    )
    reading = policy.read(files, KNOWN)
    assert [party.languages for party in reading.parties] == [("en", "zh-Hans")] * 3
    assert reading.parties[0].lines == ("en.txt:30", "zh.txt:30")
    assert policy.compare(reading, rule_texts.load()) == ()


def test_hidden_parts_of_a_page_declare_nothing() -> None:
    """Scripts, styles, comments: three parties stand in them, and none is read."""
    names = " ".join(party.name_en or "" for party in read(FOLDER / "tables.html").parties)
    assert not any(word in names for word in ("Hidden", "Fake", "Commented"))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600) | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_read_or_raise_a_capture_error(data: bytes) -> None:
    """Hostile bytes give a reading or a CaptureError; lint then never fails."""
    try:
        reading = policy.read((policy.PolicyFile(name="x", data=data),), KNOWN)
    except CaptureError:
        return
    policy.lint(reading, TEXTS)
    register_file.parse(policy.register_text(reading, "x").encode(), "x")


PIECES = st.sampled_from(
    (
        "Acme Ltd. - provides us with SMS. ",
        "小鸟公司——为我们提供推送服务,",
        "We collect your IMEI (such as ",
        "<td>",
        "<tr>",
        "\n\n",
        "| a | Company | Purpose |\n",
        "公司名称:",
        "链接:",
        "(1) ",
        "Account means ",
        "\u202e",
        "\x00",
        "https://a.b/",
        ": ",
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join))
def test_any_mixture_of_forms_reads_and_every_place_exists(text: str) -> None:
    """Lines and columns of findings lie inside the text."""
    try:
        reading = policy.read((policy.PolicyFile(name="x", data=text.encode("utf-8", "replace")),), KNOWN)
    except CaptureError:
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for finding in policy.lint(reading, TEXTS):
        assert 1 <= finding.line <= len(lines)
        assert 1 <= finding.column <= len(lines[finding.line - 1]) + 1


def test_a_page_of_nested_lists_and_descriptions_is_read_with_every_party() -> None:
    """Lists in lists, definition lists with short descriptions, links of parties that are nobody's contact."""
    page = """<html><body><h1>Privacy Policy</h1><p>Version 2 &middot; 2026-06-30</p><p>Acme Optics Inc. operates the app.</p>
    <h2>Sub-processors</h2><ul><li><b>Messages</b><ol><li>Birch Inc. &mdash; SMS</li></ol></li>
    <li><b>Analytics</b>: <a href="https://cedar.example/privacy">Cedar, Inc.</a></li></ul>
    <dl><dt>Dune, Inc.</dt><dd>Push notifications. Data: push token.</dd><dt>Elm S.à r.l.</dt><dd>Payment processing</dd></dl>
    <p>Write to privacy@acme.example</p></body></html>"""
    reading = policy.read((policy.PolicyFile(name="p.html", data=page.encode()),))
    assert [(party.name_en, party.purposes) for party in reading.parties] == [
        ("Birch Inc.", ("sms",)),
        ("Cedar, Inc.", ("analytics",)),
        ("Dune, Inc.", ("push",)),
        ("Elm S.à r.l.", ("payment",)),
    ]
    assert (reading.controller.name_en, reading.controller.domains) == ("Acme Optics Inc.", ("acme.example",))
    assert (reading.version, reading.effective) == ("2", "2026-06-30")
