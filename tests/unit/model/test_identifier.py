"""Names of keys are compared without case, separators and brackets."""

import pytest

from auditor.model.identifier import normal_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [("X-Device_Id[]", "xdeviceid"), ("IMEI", "imei"), ("手机 号", "手机号"), ("ﬀ", "ff"), ("", ""), ("-_.", "")],
)
def test_a_name_is_its_letters_and_digits(name: str, expected: str) -> None:
    assert normal_name(name) == expected
