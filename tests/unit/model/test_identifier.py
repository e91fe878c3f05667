"""Names of keys are compared without case, separators and brackets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.identifier import normal_name, telling


@pytest.mark.parametrize(
    ("name", "expected"),
    [("X-Device_Id[]", "xdeviceid"), ("IMEI", "imei"), ("手机 号", "手机号"), ("ﬀ", "ff"), ("", ""), ("-_.", "")],
)
def test_a_name_is_its_letters_and_digits(name: str, expected: str) -> None:
    assert normal_name(name) == expected


@given(st.lists(st.text("iI mM_eE-é\n5", max_size=6), max_size=9), st.integers(0, 3))
def test_many_names_are_asked_like_one(names: list[str], often: int) -> None:
    """Of many names at once those that mean something are told, whatever signs stand in them."""
    asked = names * often * 500
    wanted = [name for name in asked if normal_name(name) == "imei"]
    assert [name for name in telling(asked, frozenset({"imei"})) if normal_name(name) == "imei"] == wanted
    assert len(asked) < 1024 or telling(asked, frozenset({"imei"})) == wanted
