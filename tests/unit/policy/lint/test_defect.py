"""Quotations in findings."""

import pytest

from auditor.policy.lint.defect import quoted, quoted_end


def test_quotations_are_short_and_cut_between_words() -> None:
    """A finding quotes the few words that it must."""
    text = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert quoted(text, 4, 20) == "two three four five ..."
    assert quoted_end(text, 20) == "... eleven twelve thirteen".replace("eleven ", "")
    assert quoted("short") == quoted_end("short") == "short"


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("one two", "one two", "one two"),
        ("one two x", "one two ...", "... two x"),
        ("one twofold", "one ...", "... twofold"),
        ("x two one", "x two ...", "... two one"),
        ("one twos. x", "one ...", "... twos. x"),
        ("one two. x", "one two ...", "... two. x"),
        ("anunbrokenword", "anunbro ...", "... kenword"),
        ("ab cdefghij", "ab ...", "... defghij"),
        (" one two ", "one ...", "... two"),
    ],
)
def test_a_quotation_of_seven_characters(text: str, begin: str, end: str) -> None:
    """What fits is whole; what does not is cut at a space, within a word only where there is none."""
    assert (quoted(text, 0, 7), quoted_end(text, 7)) == (begin, end)
