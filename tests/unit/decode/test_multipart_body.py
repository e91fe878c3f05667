"""Multipart bodies, strictly forward; a missing end costs nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import OverLimitError
from auditor.decode.multipart_body import Multipart
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'--B\r\nContent-Disposition: form-data; name="d"\r\n\r\n3520\r\n--B--\r\n', [b"3520"]),
        (b'--B\nA: b; filename="f.png"\n\nx\n--B--', [b"f.png", b"x"]),
        (b"--B\r\nA: b\r\n\r\n3520", [b"3520"]),
        (b'--B\r\nA: b; filename="a;b;c.jpg"\r\n\r\nx\r\n--B--', [b"a;b;c.jpg", b"x"]),
        (b"-- no\nboundary", None),
        (b"read on\r\n--B\r\nA: b\r\n\r\n3520", [b"read on", b"3520"]),
        (b"--B\r\nA: b\r\n\r\n3520\r\n--B--\r\n and on\r\n", [b"3520", b"and on"]),
        (b"--B\r\nContent-Type: text/plain; charset=utf-8\r\nX-Id: 990\r\n 176\r\n\r\n3520", [b"990\r\n 176", b"3520"]),
        (b"--B\r\nContent-Type: text/plain; id=990\r\n\r\n3520", [b"text/plain; id=990", b"3520"]),
        (
            b"--B\r\nContent-Disposition: form-data; name=Zm9vYmFyYmF6cXV4; filename=a; filename*=utf-8''b; x=y\r\n\r\n3520",
            [b"Zm9vYmFyYmF6cXV4", b"a", b"utf-8''b", b"y", b"3520"],
        ),
        (b"--Zm9vYmFyYmF6cXV4\r\nA: b\r\n\r\n3520", [b"Zm9vYmFyYmF6cXV4", b"3520"]),
        (b"\x82\xa1k\xc4\x22\r\n--B\r\nA: b\r\n\r\n3520\r\n--B--\r\n", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(Multipart(), data) == found


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(Multipart(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)
