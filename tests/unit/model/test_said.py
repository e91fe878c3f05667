"""Sentences in both languages stay in step."""

from auditor.model.said import Said, chinese, english


def test_each_language_in_order() -> None:
    """The nth of one is the nth of the other."""
    both = (Said("one", "一"), Said("two", "二"))
    assert (english(both), chinese(both)) == (("one", "two"), ("一", "二"))


def test_what_has_no_translation_is_equal_in_both() -> None:
    """A file's name is no wording."""
    assert Said.plain("app.mitm") == ("app.mitm", "app.mitm")
