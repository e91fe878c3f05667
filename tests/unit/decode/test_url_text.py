"""URLs as values: segments and pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.signs import ADDRESS, signs_of
from auditor.decode.url_text import Url
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"https://a.example/p/q?id=3520&x=%41#f", [b"p", b"q", b"3520", b"%41", b"f"]),
        (b"/p/q?id=3520&x=%41#f", [b"p", b"q", b"3520", b"%41", b"f"]),
        (b"https://3520:x@zm9vymfyymf6cxv4.a.example/p?q=1", [b"3520:x", b"zm9vymfyymf6cxv4", b"p", b"1"]),
        (b"/9j/4AAQSkZJRgABAQ==", None),
        (b"/p?q", None),
        (b"geo:1,2", None),
        (b"no url", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Url(), data) == found


ADDRESSES = st.lists(
    st.sampled_from([*"/?#=&%:a1 é", "https://", "h.example", "data://", "/p", "%41", "name=", "\n"]), max_size=9
)


@given(ADDRESSES.map(lambda parts: "".join(parts).encode()))
def test_what_is_told_as_an_address_is_one_with_something_in_it(data: bytes) -> None:
    """An address shows no other sign, so nothing else would be tried."""
    if signs_of(data) & ADDRESS:
        assert signs_of(data) == ADDRESS
        assert values(Url(), data)


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Url(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
