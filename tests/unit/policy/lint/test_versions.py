"""Language versions against each other."""

from auditor.policy.lint.versions import clause_differences, party_differences

from . import found

ENGLISH = "Acme Ltd. - provides us with SMS and receives your phone number.\n\n# Children\n\nWe collect no data of children.\n"
CHINESE = "Acme Ltd.——为我们提供短信服务，接收您的手机号。\n\n# 未成年人\n\n我们不收集儿童的信息。\n"


def test_equal_versions_differ_in_nothing() -> None:
    """In one file or in two."""
    for texts in ((ENGLISH + "\n" + CHINESE,), (ENGLISH, CHINESE)):
        assert found(party_differences, *texts) == []
        assert found(clause_differences, *texts) == []


def test_a_party_or_purpose_of_one_language() -> None:
    """Told at the place that has it."""
    more = "Birch Ltd. - provides us with payment for our shop.\n"
    assert found(party_differences, ENGLISH + "\n" + more, CHINESE) == [(7, "Birch Ltd. (L7) in zh-Hans")]
    other = CHINESE.replace("短信服务", "短信和推送服务")
    assert found(party_differences, ENGLISH, other) == [(1, "purpose push of Acme Ltd. (L1) in en")]


def test_a_clause_of_one_language() -> None:
    """Its topic is named."""
    assert found(clause_differences, ENGLISH + "\n# Cookies\n\nWe use cookies.\n", CHINESE) == [
        (9, "clause on cookies (L9) in zh-Hans")
    ]


def test_dates_that_differ_are_told_in_both_versions() -> None:
    """Equal ones, and one that only one version gives, are not."""
    dated = "Effective 3 March 2026\n\n" + ENGLISH
    assert sorted(found(clause_differences, dated, "生效日期：2026年3月5日\n\n" + CHINESE)) == [
        (1, "date 2026-03-03 (L1) in zh-Hans"),
        (1, "date 2026-03-05 (L1) in en"),
    ]
    assert found(clause_differences, dated, "生效日期：2026年3月3日\n\n" + CHINESE) == []
    assert found(clause_differences, dated, CHINESE) == []


def test_data_and_definitions_of_one_language() -> None:
    """Where the other collects or defines nothing at all, its clauses may be elsewhere: that is another rule's business."""
    english = "We collect your email address and your IMEI to help you.\n\n" + ENGLISH
    chinese = "为了帮助您，我们收集您的邮箱地址。\n\n" + CHINESE
    assert found(clause_differences, english, chinese) == [(1, "collected imei (L1) in zh-Hans")]
    assert [detail for _, detail in found(clause_differences, english, CHINESE) if detail.startswith("collected")] == []
    terms = "Device information means device model and IMEI.\n\nAccount information means name and email.\n\n"
    said = "设备信息是指设备型号、IMEI。\n\n"
    told = [detail for _, detail in found(clause_differences, terms + ENGLISH, said + CHINESE)]
    assert [detail for detail in told if "definitions" in detail] == [
        "1 of 2 definitions (Device information, Account information) in zh-Hans"
    ]
    assert not any("2 of 2" in detail for _, detail in found(clause_differences, terms + ENGLISH, CHINESE))
