"""The family of formats: each once, in an order in which proof goes before guess."""

from auditor.decode import signs
from auditor.decode.formats import FORMATS, suggested
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


def test_suggested_are_all_of_a_sign_in_their_order() -> None:
    """No format that a sign calls for is left out, and none comes before its turn."""
    wanted = signs.BINARY | signs.BASE64
    assert suggested(FORMATS, wanted) == tuple(member for member in FORMATS if member.signs & wanted)
    assert suggested(FORMATS, 0) == ()
