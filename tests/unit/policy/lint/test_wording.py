"""Wordings that keep the meaning open."""

import pytest

from auditor.policy.lint.wording import advertising_without_party, consent_by_use, open_ended

from . import found


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We collect names, etc.", 1),
        ("We collect data such as names and the like.", 2),
        ("包括但不限于姓名等信息。", 2),
        ("平等、相等、等待", 0),
        ("We collect names.", 0),
        ("The etched nail is suchlike.", 0),
    ],
)
def test_open_words(text: str, count: int) -> None:
    """Each is told; words that only look alike are not."""
    assert len(found(open_ended, text)) == count


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("By using the app you consent to the transfer of your data.", True),
        ("您使用本产品即表示同意我们将信息传输至境外。", True),
        ("We ask for your consent to the transfer of your data.", False),
        ("By using the app you consent to these terms.", False),
    ],
)
def test_use_is_no_consent_to_transfers(text: str, is_found: bool) -> None:
    """Only where transfers are meant."""
    assert bool(found(consent_by_use, text)) is is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("We show advertising in our app.", True),
        ("我们会展示广告。", True),
        ("We show no advertising.", False),
        ("我们不展示广告。", False),
        ("We collect the advertising ID for statistics.", False),
        ("We show advertising.\n\nBirch Ltd. - provides us with advertising and push", False),
    ],
)
def test_advertising_needs_a_party(text: str, is_found: bool) -> None:
    """Unless it is denied, or the word is an identifier's name."""
    assert bool(found(advertising_without_party, text)) is is_found
