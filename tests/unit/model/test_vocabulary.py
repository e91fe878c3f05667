"""The closed vocabularies hold the words of the contract, and severities have an order."""

import pytest

from auditor.model.vocabulary import KINDS, PURPOSES, FindingClass, HostSource, Outcome, Part, Relation, Severity, Step

WORDS = (
    (HostSource, "http_host connect tls_sni quic_sni dns_answer httpdns certificate mqtt none"),
    (Part, "url_path query header cookie body payload dns sni mqtt"),
    (
        Relation,
        "first_party declared other_surface other_purpose same_group undeclared system network local unknown",
    ),
    (
        Step,
        "exact tenant suffix group_suffix vendor_address dns_answer cname certificate prefix cloud_prefix port conflict none",
    ),
    (FindingClass, "clear vague ambiguous incorrect omitted not_assessable"),
    (Outcome, "read empty torn damaged unknown_format unreadable missing"),
    (
        KINDS,
        """imei imeisv meid imsi iccid serial mac android_id oaid aaid idfa idfv push_token phone email user_name password
        nickname birth_date postal_address card resident_id ip ssid bssid location image text token other""",
    ),
    (PURPOSES, "cloud_hosting cloud_database push sms email payment crash_reporting analytics customer_service other"),
)


@pytest.mark.parametrize(("vocabulary", "words"), WORDS)
def test_the_words_are_those_of_the_contract(vocabulary: tuple[str, ...], words: str) -> None:
    assert [str(word) for word in vocabulary] == words.split()


def test_severities_are_in_order() -> None:
    assert [word.rank for word in (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)] == [
        0,
        1,
        2,
        3,
        4,
    ]


def test_what_became_of_a_file_is_an_error_or_not() -> None:
    """What this tool left torn, and what holds nothing, was read."""
    assert [outcome.value for outcome in Outcome if outcome.is_error] == ["damaged", "unknown_format", "unreadable", "missing"]
