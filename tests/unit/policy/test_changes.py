"""A changed text beside the register that a person confirmed."""

import dataclasses

from auditor import policy
from auditor.catalog import register_file

TEXT = "Version 1.0\n\nAcme Ltd. - provides us with SMS.\n\nBirch Inc. - provides us with payment.\n"


def reading(text: str) -> policy.PolicyReading:
    return policy.read((policy.PolicyFile(name="p.txt", data=text.encode()),))


def test_additions_removals_and_other_purposes_are_told() -> None:
    """Each with its line in the new text."""
    register = register_file.parse(policy.register_text(reading(TEXT), "x").encode(), "x")
    now = TEXT.replace("1.0", "1.1").replace("SMS", "SMS and push").replace("Birch Inc.", "Cedar Inc.")
    found = {(change.what, change.was, change.now, change.line) for change in policy.changes(reading(now), register)}
    assert found == {
        ("version", "1.0", "1.1", ""),
        ("purposes", "sms", "sms, push", "p.txt:3"),
        ("name_en", "Birch Inc.", "Cedar Inc.", "p.txt:5"),
    }


def test_the_confirmed_text_itself_has_no_changes() -> None:
    """Told by its hash, whatever the reader would make of it today."""
    read = reading(TEXT)
    register = register_file.parse(policy.register_text(read, "x").encode(), "x")
    assert policy.changes(read, dataclasses.replace(register, version="9")) == ()


def told(before: str, after: str) -> set[tuple[str, str, str, str]]:
    register = register_file.parse(policy.register_text(reading(before), "x").encode(), "x")
    return {(change.what, change.was, change.now, change.line) for change in policy.changes(reading(after), register)}


def test_a_party_that_came_or_went_is_told_by_its_name() -> None:
    """What came has its line in the new text, what went has none there; neither is compared with nobody."""
    fewer = "Version 1.0\n\nAcme Ltd. - provides us with SMS.\n"
    assert told(fewer, TEXT) == {("added", "", "Birch Inc.", "p.txt:5")}
    assert told(TEXT, fewer) == {("removed", "Birch Inc.", "", "")}


def test_a_name_that_is_not_given_is_empty() -> None:
    """And not the word None."""
    chinese = TEXT.replace("Birch Inc. - provides us with payment.", "北山有限公司——为我们提供支付服务。")
    assert ("added", "", "北山有限公司", "p.txt:5") in told("Acme Ltd. - provides us with SMS.\n", chinese)
    assert {("name_en", "Birch Inc.", "", "p.txt:5"), ("name_zh", "", "北山有限公司", "p.txt:5")} <= told(TEXT, chinese)
