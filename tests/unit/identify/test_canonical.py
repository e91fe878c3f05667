"""All spellings of one value have one canonical form."""

import pytest

from auditor.identify.canonical import canonical
from auditor.identify.variants import spellings


@pytest.mark.parametrize(
    ("kind", "value", "form"),
    [
        ("mac", "00-1A-7D-DA-71-13", "001a7dda7113"),
        ("imei", "35-209900-176148-1", "35209900176148"),
        ("imeisv", "3520990017614823", "35209900176148"),
        ("phone", "139 0000 0199", "+8613900000199"),
        ("phone", "12", "12"),
        ("email", " Lin.Mei@Example.org ", "lin.mei@example.org"),
        ("oaid", "7C1F0B52-5D3E-4F7A-9A41-0D0E5D3F2A11", "7c1f0b525d3e4f7a9a410d0e5d3f2a11"),
        ("birth_date", "1991/4/7", "1991-04-07"),
        ("birth_date", "spring", "spring"),
        ("resident_id", "11010519491231002x", "11010519491231002X"),
        ("postal_address", "a   b", "a b"),
        ("password", "Ab", "Ab"),
        ("nickname", "e\u0301", "é"),
    ],
)
def test_canonical(kind: str, value: str, form: str) -> None:
    """Without separators, case and what does not belong to the identity."""
    assert canonical(kind, value) == form


@pytest.mark.parametrize(
    ("kind", "value"), [("mac", "001a7dda7113"), ("phone", "+8613900000199"), ("oaid", "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11")]
)
def test_spellings_share_it(kind: str, value: str) -> None:
    """A spelling in text, not reversed, made wider or as a number, leads back to the same form."""
    other = ("reversed", "integer", "raw", "short", ":hex", "slaac", "eui64", "listed")
    texts = [
        each.data.decode()
        for each in spellings(kind, value)
        if not each.binary and not any(word in each.variant for word in other)
    ]
    assert {canonical(kind, text) for text in texts} == {canonical(kind, value)}
