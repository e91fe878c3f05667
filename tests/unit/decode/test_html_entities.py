"""Character references of HTML, decimal, hexadecimal and named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.html_entities import Entities
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"&#51;&#x35;2", [b"352"]),
        (b"a &amp; b &lt;c&gt;", [b"a & b <c>"]),
        (b"&eacute;&#20320;", ["é你".encode()]),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Entities(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Entities(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
