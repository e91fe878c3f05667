"""The supplied policy, exactly. Its text is not in the repository: the file is named by AUDITOR_POLICY_TEXT."""

import dataclasses
import os
from collections import defaultdict
from pathlib import Path

import pytest

from auditor import policy
from auditor.catalog import destination_rules, register_file, rule_texts

NAME = "o2nails-privacy-policy-v1.1.txt"
PATH = os.environ.get("AUDITOR_POLICY_TEXT", "")
pytestmark = pytest.mark.skipif(not PATH, reason="AUDITOR_POLICY_TEXT does not name the policy's text")

ENGLISH = {
    "alibaba_cloud": 175,
    "tencent_cloud": 177,
    "nexmo": 179,
    "ant_financial": 181,
    "apple": 183,
    "net263": 185,
    "paypal": 187,
    "baidu": 189,
    "google": 191,
}
CHINESE = {"nexmo": 43, "apple": 46, "paypal": 49, "google": 52}

ROWS = {
    "POL-LIST-EMPTY": {18, 30, 38, 97, 113, 129, 143},
    "POL-LINK-MISSING": {43, 46, 177, 179, 181, 183, 185, 189},
    "POL-LINK-HOMEPAGE": {49, 175, 187},
    "POL-LINK-VAGUE": {52, 191},
    "POL-ENTITY-CORRUPT": {183},
    "POL-ENTITY-INCOMPLETE": {52, 181, 191},
    "POL-LANG-PARTY-DIFF": {175, 177, 181, 185, 189},
    "POL-FOREIGN-BOILERPLATE": {163},
    "POL-TYPO-JOINED": {83, 137, 159},
    "POL-PURPOSE-MISSING": {10, 12, 14, 81, 83, 85},
    "POL-DEF-CONFLICT": {85, 87},
    "POL-DEF-GAP": {159},
    "POL-PARTY-NO-DATA": {175, 177, 179, 181, 183, 185, 187, 189, 191},
    "POL-ADS-NO-PARTY": {119},
    "POL-LEGAL-BASIS-MISSING": {54},
    "POL-RIGHTS-MISSING": {121},
    "POL-RETENTION-UNBOUNDED": {91},
    "POL-COMPLAINT-MISSING": {54},
    "POL-TRANSFER-CONSENT-BY-USE": {147},
    "POL-DEVICE-UNCOVERED": {63},
    "POL-AGE": {3, 57},
    "POL-CONTACT-DOMAIN": {151},
}
"""Rule to the lines of the catalogue's row (and their Chinese twins)."""


@pytest.fixture(scope="module")
def reading() -> policy.PolicyReading:
    known = tuple(policy.KnownParty(party=party, names=(name,)) for name, party in destination_rules.load().party_names())
    return policy.read((policy.PolicyFile(name=NAME, data=Path(PATH).read_bytes()),), known)


def test_nine_english_and_four_chinese_parties_with_their_lines(reading: policy.PolicyReading) -> None:
    """Each party once, its clause first, and no party too many."""
    english = {p.party.party: m.line for p in reading.read_parties if (m := p.in_language("en"))}
    chinese = {p.party.party: m.line for p in reading.read_parties if (m := p.in_language("zh-Hans"))}
    assert (english, chinese) == (ENGLISH, CHINESE)
    assert not any(party.doubts for party in reading.read_parties)


def test_the_bundled_register_is_what_the_text_says(reading: policy.PolicyReading) -> None:
    """Names, purposes, surfaces, links and lines of the register are those that a program reads, confirmed by a person."""
    register = register_file.load("o2nails-1.1")
    assert tuple(dataclasses.replace(party, confirmed=True) for party in reading.parties) == register.parties
    assert (reading.version, reading.effective) == (register.version, register.effective)
    assert reading.document.sha256 == register.source_sha256
    assert reading.controller.name_en == register.controller.name_en
    assert policy.changes(reading, register) == ()


def test_the_prefilled_data_map_is_the_bundled_one(reading: policy.PolicyReading) -> None:
    """What follows from the purposes follows the same way for every policy."""
    text, data_map = policy.register_text(reading, "o2nails-1.1"), policy.data_map_text(reading, "o2nails-1.1")
    read = register_file.parse(text.encode(), "r.toml", data_map.encode(), "r.datamap.toml")
    bundled = register_file.load("o2nails-1.1")
    assert set(read.uses) == set(bundled.uses)
    assert read.observability == bundled.observability


def test_every_automatic_row_of_the_catalogue_is_found(reading: policy.PolicyReading) -> None:
    """Each rule on exactly the lines of its row; the two that are too many to list on at least theirs."""
    found: dict[str, set[int]] = defaultdict(set)
    for finding in policy.lint(reading, rule_texts.load()):
        found[finding.rule].add(finding.line)
    assert {rule: lines for rule, lines in found.items() if rule in ROWS} == ROWS
    assert {63, 83, 85, 157, 175} <= found["POL-OPEN-ENDED"]
    assert {91, 133, 137, 143, 147, 151, 155} == found["POL-LANG-CLAUSE-DIFF"]
    assert set(found) == {*ROWS, "POL-OPEN-ENDED", "POL-LANG-CLAUSE-DIFF"}


def test_what_one_language_lacks_is_not_said_to_be_missing_from_the_policy(reading: policy.PolicyReading) -> None:
    """The Chinese text supplied is incomplete."""
    findings = policy.compare(reading, rule_texts.load())
    assert findings
    assert all(finding.message.endswith("not in the text supplied.") for finding in findings)
