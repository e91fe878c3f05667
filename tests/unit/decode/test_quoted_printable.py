"""Quoted-printable, and equals signs that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import Budget, Limits, OverLimitError
from auditor.decode.quoted_printable import FoldedQuotedPrintable, QuotedPrintable
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"=33=35", [b"35"]),
        (b"ab=\ncd", [b"abcd"]),
        (b"a=1&b=2", None),
        (b"id=55 21 9", None),
        (b"id=0044", None),
        (b"ver=12; id=55", None),
        (b"v=E40F365012FC4B62|", None),
        (b"35=20875610=20763360=209", [b"35 875610 763360 9"]),
        (b"caf=E9", [b"caf\xe9"]),
        (b"a=3D1", [b"a=1"]),
        (b'a=x msg="' + b"=E5=A7=93" * 5 + b'=\n=E5" c=y', ['a=x msg="姓姓姓姓姓'.encode() + b'\xe5" c=y']),
        (b"a=" + b"TWFu" * 12 + b"TWE=\nb=c", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(QuotedPrintable(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(QuotedPrintable(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_lines_that_end_in_base64_are_not_folded() -> None:
    """A padding sign at the end of a line is no soft break, unless another line has one that is."""
    padded = b"1,abc,AEsAegBnADEATQBpADQAMgBNAFQASQB6AEwAagBRADEATgBqAGM=\r\n2,def\r\n"
    assert values(FoldedQuotedPrintable(), padded) is None
    folded = b"a word and then another one of a line that is long=\r\n as it gets\r\n"
    assert values(FoldedQuotedPrintable(), folded) == [folded.replace(b"=\r\n", b"")]


def test_a_form_within_is_read_before_it_is_cut() -> None:
    """Where every equals sign of a form is written `=3D`, none of them parts a name from a value."""
    assert values(FoldedQuotedPrintable(), b"a=3D1&val=3D424713600&z=3Dend") == [b"a=1&val=424713600&z=end"]
    assert values(FoldedQuotedPrintable(), b"a=3D1&val=7") is None
    assert values(FoldedQuotedPrintable(), b"view=3D") is None
    assert values(FoldedQuotedPrintable(), b"acetone=20&=20gel;=20call=20first!") == [b"acetone & gel; call first!"]
    assert values(FoldedQuotedPrintable(), b"w=80&h=80") is None
    assert values(FoldedQuotedPrintable(), b"n=34&m=35") is None


def test_a_folded_field_does_not_explain_a_binary_message() -> None:
    """Other formats cut the field out first, so that its length and its neighbours are no part of the text."""
    opened = FoldedQuotedPrintable().open(b"\x08\x01z\x60" + b"6d" * 37 + b"=\n" + b"6d" * 10 + b"}\xb5", Budget(Limits()))
    assert opened is not None
    assert not opened.whole
