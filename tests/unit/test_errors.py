"""Errors are one line: where, what, what to do; codes have one order."""

import pytest

from auditor.errors import (
    AuditError,
    CaptureError,
    ConfigError,
    DamagedError,
    ExitCode,
    Fault,
    IntegrityError,
    Source,
    UnknownFormatError,
    UsageError,
)


def test_the_codes_are_those_of_the_contract() -> None:
    assert {code.word: int(code) for code in ExitCode} == {
        "pass": 0,
        "fail": 1,
        "usage": 2,
        "inconclusive": 3,
        "integrity": 4,
        "internal": 70,
        "interrupted": 130,
    }


def test_of_several_causes_the_order_of_the_contract_decides() -> None:
    assert [int(code) for code in sorted(ExitCode, key=lambda code: -code.precedence)] == [130, 70, 4, 2, 1, 3, 0]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (UsageError("is wrong"), "is wrong"),
        (UsageError("is wrong", fix="mend it"), "is wrong (mend it)"),
        (CaptureError("is cut", Source("x.mitm")), "x.mitm: is cut"),
        (DamagedError("is cut", Source("x.mitm", "byte 5"), "again"), "x.mitm: byte 5: is cut (again)"),
        (ConfigError((Fault(Source("a", "line 1"), "one"), Fault(Source("b"), "two", "so"))), "a: line 1: one; b: two (so)"),
    ],
)
def test_an_error_says_where_what_and_what_to_do(error: AuditError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (AuditError, 70),
        (UsageError, 2),
        (CaptureError, 2),
        (UnknownFormatError, 2),
        (DamagedError, 2),
        (IntegrityError, 4),
    ],
)
def test_each_kind_has_its_code(kind: type[AuditError], code: int) -> None:
    assert kind("x").exit_code == code
