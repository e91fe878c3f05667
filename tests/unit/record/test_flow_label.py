from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.attribution import Attribution
from auditor.model.vocabulary import Confidence, Relation, Step
from auditor.record.flow_label import MARKS, label, printable
from tests.unit.record.attributions import ALIBABA, UNKNOWN


def test_the_comment_says_recipient_relation_phase_and_service() -> None:
    made = label(ALIBABA, "before_consent")
    assert made.comment == "alibaba_cloud declared before_consent: Alibaba Cloud OSS"


def test_without_a_service_the_comment_says_why() -> None:
    assert label(UNKNOWN, "print").comment == "203.0.113.7 unknown print: no name was seen"


def test_without_a_phase_the_comment_says_so() -> None:
    made = label(ALIBABA, None)
    assert made.comment.startswith("alibaba_cloud declared no_phase: ")
    assert "audit_phase" not in dict(made.facts)


@pytest.mark.parametrize(
    ("relation", "phase", "marked"),
    [
        (Relation.FIRST_PARTY, "before_consent", ""),
        (Relation.DECLARED, "print", ""),
        (Relation.DECLARED, None, ""),
        (Relation.DECLARED, "before_consent", ":warning:"),
        (Relation.DECLARED, "declined", ":warning:"),
        (Relation.SYSTEM, "before_consent", ""),
        (Relation.NETWORK, "before_consent", ""),
        (Relation.LOCAL, "before_consent", ""),
        (Relation.OTHER_SURFACE, "print", ":warning:"),
        (Relation.OTHER_PURPOSE, "print", ":warning:"),
        (Relation.SAME_GROUP, "print", ":warning:"),
        (Relation.UNDECLARED, "print", ":red_circle:"),
        (Relation.UNDECLARED, "before_consent", ":red_circle:"),
        (Relation.UNKNOWN, None, ":question:"),
    ],
)
def test_what_a_person_should_look_at_is_marked(relation: Relation, phase: str | None, marked: str) -> None:
    assert label(replace(ALIBABA, relation=relation), phase).marked == marked


def test_every_mark_is_one_that_mitmproxy_shows() -> None:
    from mitmproxy.utils import emoji

    assert set(emoji.emoji) >= MARKS


@given(st.text())
def test_nothing_that_steers_a_terminal_or_cannot_be_saved_stays(text: str) -> None:
    made = label(replace(UNKNOWN, recipient=text, reason=text), "print")
    for value in (made.comment, *(value for _, value in made.facts)):
        assert value.isprintable()
        assert value.encode("utf-8")


def test_signs_that_do_not_print_are_kept_as_escapes() -> None:
    assert printable("a\x1b[2J\u202e\ud800é") == "a\\x1b[2J\\u202e\\ud800é"


def test_the_facts_are_text_under_names_of_their_own() -> None:
    assert dict(label(ALIBABA, "print").facts) == {
        "audit_recipient": "alibaba_cloud",
        "audit_party": "alibaba_cloud",
        "audit_relation": "declared",
        "audit_phase": "print",
        "audit_service": "Alibaba Cloud OSS",
        "audit_entity": "Alibaba Cloud Computing Co., Ltd.",
        "audit_step": "suffix",
        "audit_confidence": "high",
        "audit_reason": "lies below aliyuncs.com",
    }


def test_a_long_reason_does_not_fill_the_screen() -> None:
    assert len(label(replace(UNKNOWN, reason="x" * 5000), "print").comment) == 200


def test_the_attributions_of_these_tests_are_whole() -> None:
    assert isinstance(ALIBABA, Attribution)
    assert (UNKNOWN.step, UNKNOWN.confidence) == (Step.NONE, Confidence.NONE)
