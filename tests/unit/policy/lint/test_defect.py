"""Quotations in findings."""

from auditor.policy.lint.defect import quoted, quoted_end


def test_quotations_are_short_and_cut_between_words() -> None:
    """A finding quotes the few words that it must."""
    text = "one two three four five six seven eight nine ten eleven twelve thirteen"
    assert quoted(text, 4, 20) == "two three four ..."
    assert quoted_end(text, 20) == "... eleven twelve thirteen".replace("eleven ", "")
    assert quoted("short") == quoted_end("short") == "short"
