"""The words for what a glance could not see are those of the closer look, in the order of a row."""

from auditor.capture import columns as c
from auditor.capture.marked import CUT_NOTE, ECH_NOTE, UNREADABLE_NOTE, notes


def test_each_mark_has_its_note() -> None:
    assert notes(c.UNREADABLE) == (UNREADABLE_NOTE,)
    assert notes(c.CUT_HELLO | c.ECH | c.SLOW) == (ECH_NOTE, CUT_NOTE)


def test_other_marks_say_nothing() -> None:
    assert notes(c.SLOW | c.ANSWERED | c.MORE_NAMES | c.WATCHED) == ()
