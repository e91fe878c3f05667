"""Base58 as wallets and short links write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.base58_text import Base58
from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"3yZe7d", [b"test"]),
        (
            b"1,4kRNwEXUF2YPSSbahgd2CVVPcMgAnDqnVwuAQ5ZuhuCF,x",
            [bytes.fromhex("37b2999eaa1cb90534b48cbcd495c64556f0178466f3299103c007aff23f42dc")],
        ),
        (b"1,4kRNwEXUF2YPSSbahgd2CVVPcMgAnDqnVwuAQ5ZuhuCFx,x", None),
        (b"not base58", None),
        (b"0OIl" * 8, None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Base58(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Base58(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
