"""The texts of the rules: every rule there, in both languages, citing only what may be cited."""

import re

import pytest

from auditor.catalog import reference_list, rule_texts
from auditor.errors import ConfigError
from auditor.model.vocabulary import FindingClass, Severity

EXPECTED = {
    "FLOW-PARTY-OMITTED": "high",
    "FLOW-PARTY-WRONG-SURFACE": "high",
    "FLOW-PARTY-ONE-LANGUAGE": "medium",
    "FLOW-ENTITY-DIFFERS": "medium",
    "FLOW-SERVER-API": "high",
    "FLOW-PURPOSE-MISMATCH": "high",
    "FLOW-DATA-VAGUE": "medium",
    "FLOW-DATA-OMITTED": "high",
    "FLOW-BEFORE-CONSENT": "critical",
    "FLOW-AFTER-REFUSAL": "critical",
    "ID-IMMUTABLE": "high",
    "ID-LINKED": "critical",
    "ID-HASHED": "medium",
    "ID-SHARED": "medium",
    "ID-IN-URL": "medium",
    "XFER-UNDISCLOSED-COUNTRY": "high",
    "SEC-CLEARTEXT": "high",
    "SEC-TLS-OLD": "medium",
    "SEC-CERT-ACCEPTED": "critical",
    "SEC-PAYLOAD-ENCRYPTED": "info",
    "DEV-OPEN-AP": "high",
    "DEV-DEFAULT-KEY": "high",
    "DEV-UNAUTH-CMD": "high",
    "DEV-UPDATE-UNPROTECTED": "high",
    "CHILD-ID": "critical",
    "FREQ-EXCESS": "medium",
    "IDLE-BEACON": "medium",
    "COV-UNDECRYPTED": "info",
    "COV-OPAQUE-PAYLOAD": "info",
    "COV-PHASE-MISSING": "info",
    "COV-LEG-UNSEEN": "info",
    "DECL-NOT-OBSERVED": "info",
    "CLAIM-CONTRADICTED": "high",
}

ASKED = {
    "POL-ENTITY-STALE",
    "POL-LANG-MEANING-DIFF",
    "POL-SENTENCE-BROKEN",
    "POL-GRAMMAR",
    "POL-CHILD-AGE",
    "POL-DOC-DIFF",
}

ONE = """\
schema = 1
[[rule]]
id = "X-1"
title = "t"
title_zh = "题"
rationale = "r"
rationale_zh = "由"
severity = "high"
class = "omitted"
message = "{recipient}"
message_zh = "{recipient}"
fix = "f"
fix_zh = "改"
owner = "legal"
topics = ["cleartext"]
references = ["cwe-319"]
"""


def test_every_finding_rule_has_its_default_severity() -> None:
    """The ids and severities that the findings use."""
    found = {rule.id: str(rule.severity) for rule in rule_texts.load() if not rule.id.startswith("POL-")}
    assert found == EXPECTED


def test_lint_rules_that_a_person_must_answer_say_so() -> None:
    """30 rules for the policy's text, six of them questions."""
    policy = [rule for rule in rule_texts.load() if rule.id.startswith("POL-")]
    assert len(policy) == 30
    assert {rule.id for rule in policy if not rule.automatic} == ASKED


def test_chinese_texts_are_chinese_and_english_ones_are_not() -> None:
    """No text was forgotten or put into the wrong field."""
    for rule in rule_texts.load():
        for text in (rule.title_zh, rule.rationale_zh, rule.message_zh, rule.fix_zh):
            assert re.search(r"[\u4e00-\u9fff]", text), rule.id
        for text in (rule.title, rule.rationale, rule.message, rule.fix):
            assert not re.search(r"[\u4e00-\u9fff]", text), rule.id


def test_both_messages_of_a_rule_use_the_same_fields() -> None:
    """A reader of either language is told the same."""
    for rule in rule_texts.load():
        assert set(re.findall(r"{(\w+)}", rule.message)) == set(re.findall(r"{(\w+)}", rule.message_zh)), rule.id


def test_messages_fill_in() -> None:
    """Every template takes the fields that a finding has."""
    fields = dict.fromkeys(rule_texts.MESSAGE_FIELDS, "x")
    assert all(rule.message.format(**fields) and rule.message_zh.format(**fields) for rule in rule_texts.load())


def test_no_text_calls_anything_a_violation() -> None:
    """The tool gives no legal advice."""
    for rule in rule_texts.load():
        assert not re.search(r"violat|illegal|unlawful|违法|违规", " ".join((rule.message, rule.message_zh, rule.rationale))), (
            rule.id
        )


def test_only_the_information_on_declared_parties_cites_nothing() -> None:
    """Every other rule points at something."""
    assert {rule.id for rule in rule_texts.load() if not rule.references} == {"DECL-NOT-OBSERVED"}


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ('"cwe-319"', '"cwe-3190"', "line 16: unknown reference 'cwe-3190' (did you mean 'cwe-319'?)"),
        ('"cwe-319"', '"bcp-195"', "'bcp-195' is partly: only verified references are cited by default"),
        ('"cwe-319"', '"cwe-598"', "'cwe-598' applies to none of cleartext"),
        ('"cleartext"', '"clear"', "line 15: unknown topic 'clear' (did you mean 'cleartext'?)"),
        ('"{recipient}"', '"{reciever}"', "line 10: unknown field {reciever} in 'message'"),
        ('"{recipient}"', '"{"', "line 10: 'message' is no template"),
        ('"high"', '"hihg"', "line 8: unknown severity 'hihg' (did you mean 'high'?)"),
        ("owner", "ownr", "line 14: unknown key 'ownr'"),
    ],
)
def test_faults_have_lines(good: str, bad: str, told: str) -> None:
    """A slip in a file is told with its line and the nearest word."""
    with pytest.raises(ConfigError) as raised:
        rule_texts.parse((("x.toml", ONE.replace(good, bad, 1)),), reference_list.load())
    assert told in str(raised.value)


def test_a_good_rule_reads() -> None:
    """The template of the faults above is itself without fault."""
    (rule,) = rule_texts.parse((("x.toml", ONE),), reference_list.load())
    assert (rule.severity, rule.finding_class, rule.automatic) == (Severity.HIGH, FindingClass.OMITTED, True)


def test_an_id_in_two_files_is_a_fault() -> None:
    """Ids are unique over all files."""
    with pytest.raises(ConfigError, match="'X-1' stands twice"):
        rule_texts.parse((("x.toml", ONE), ("y.toml", ONE)), reference_list.load())
