"""The family of formats: each once, in an order in which proof goes before guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode import signs
from auditor.decode.content_format import BrokenError
from auditor.decode.formats import FORMATS, formats_of
from auditor.decode.limits import USUAL, Budget, OverLimitError
from auditor.decode.zip_archive import Zip


def test_each_format_stands_once() -> None:
    """No format is tried twice."""
    names = [type(member).__name__ for member in FORMATS]
    assert len(set(names)) == len(names)


def test_every_format_has_a_sign() -> None:
    """A format without a sign would never be tried."""
    assert all(member.signs for member in FORMATS)
    assert any(isinstance(member, Zip) and member.signs == signs.BINARY for member in FORMATS)


def test_magic_goes_before_shape() -> None:
    """What a magic number proves is tried before what only looks like it."""
    order = [type(member).__name__ for member in FORMATS]
    assert order.index("Gzip") < order.index("Json") < order.index("Protobuf") < order.index("Base64")


@pytest.mark.parametrize("wanted", [signs.PAIRS | signs.BASE64, signs.LINES, signs.BRACKET | signs.HEX, 0])
def test_a_value_is_given_to_all_formats_of_its_signs_in_their_order(wanted: int) -> None:
    """No format that a sign calls for is left out, and none comes before its turn."""
    assert formats_of(b"value", wanted) == tuple(member for member in FORMATS if member.signs & wanted)


@given(st.binary(min_size=1, max_size=300), st.sampled_from([signs.BINARY, signs.WIRE, signs.BINARY | signs.LINES]))
def test_formats_that_a_first_byte_rules_out_would_refuse_the_value(value: bytes, wanted: int) -> None:
    """The table of first bytes and lengths only saves asking."""
    asked = formats_of(value, wanted)
    for member in FORMATS:
        if member.signs & wanted and member not in asked:
            try:
                assert member.open(value, Budget(USUAL)) is None
            except (BrokenError, OverLimitError) as fault:
                pytest.fail(f"{type(member).__name__}: {fault}")


def test_every_first_byte_of_a_binary_value_has_formats() -> None:
    """Those without a magic number are always asked, and the order stays."""
    for first in range(256):
        asked = formats_of(bytes([first]) * 300, signs.BINARY)
        assert list(asked) == [member for member in FORMATS if member in asked]
        assert {"Utf16", "Brotli", "Framed"} <= {type(member).__name__ for member in asked}
