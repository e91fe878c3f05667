"""Digits and letters that look like others are read as what they look like."""

import pytest

from auditor.decode.lookalikes import Lookalikes
from tests.unit.decode.messages import read, values
from tests.unit.identify.sessions import in_body

IMEI = "352099001761481"
SHIFTED = {"full width": 0xFEE0, "arabic": 0x660 - 0x30, "persian": 0x6F0 - 0x30, "mathematical": 0x1D7CE - 0x30}


@pytest.mark.parametrize("name", SHIFTED)
def test_other_digits(name: str) -> None:
    """Whatever script the digits are of, the value is found and the disguise is named."""
    (seen,) = in_body('{"t":"' + "".join(chr(ord(digit) + SHIFTED[name]) for digit in IMEI) + '"}')
    assert (seen.kind, seen.encodings) == ("imei", ("json", "unicode"))


@pytest.mark.parametrize("mark", ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u202e", "\u034f"])
def test_marks_of_no_width(mark: str) -> None:
    """Marks that nobody sees do not part a value."""
    (seen,) = in_body(mark.join(IMEI))
    assert seen.kind == "imei"


def test_ordinary_text_is_left_alone() -> None:
    """Chinese, accents and emoji are no disguise."""
    assert [value for _, value, _ in read("姓名：小蓝，很好。Ünïcode 😀".encode())] == ["姓名：小蓝，很好。Ünïcode 😀".encode()]


def test_long_texts() -> None:
    """Of a text of megabytes the blocks with such characters are written anew; what stands for many others takes no room."""
    wide = "".join(chr(0xFEE0 + ord(digit)) for digit in "352099001761481")
    text = "a" * ((1 << 16) - 5) + wide + "b" * (2 << 20)
    (plain,) = values(Lookalikes(), text.encode()) or []
    assert plain == text.encode().replace(wide.encode(), b"352099001761481")
    (plain,) = values(Lookalikes(), ("\ufdfa" * (1 << 18) + wide).encode()) or []
    assert plain.endswith(b"352099001761481")
    assert len(plain) < 2 << 20
