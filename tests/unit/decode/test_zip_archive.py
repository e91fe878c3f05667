"""ZIP archives give their members, whatever their directory says."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.limits import Limits
from auditor.decode.message import decode
from tests.unit.decode.messages import body, read

SECRET = b"352099001761481"


def archive(*, method: int = zipfile.ZIP_DEFLATED, streamed: bool = False, **members: bytes) -> bytes:
    """An archive of these members."""
    file: io.BytesIO = io.BytesIO()
    if streamed:
        file.seek = lambda *_: (_ for _ in ()).throw(OSError())  # type: ignore[method-assign]
    with zipfile.ZipFile(file, "w", method) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_members(method: int) -> None:
    """Each member comes out under its name, opened further."""
    found = read(archive(method=method, log=b"x" * 50, data=b'{"imei":"352099001761481"}'))
    assert ("data.$.imei", SECRET) in [(path, value) for path, value, _ in found]


def test_streamed_archive() -> None:
    """Sizes behind the members do not matter."""
    assert SECRET in [value for _, value, _ in read(archive(streamed=True, a=b"first", b=b"imei=352099001761481&x=1"))]


def test_member_that_the_directory_leaves_out() -> None:
    """Members are read from the front, where every one stands."""
    data = archive(a=b"imei=352099001761481&x=1")
    assert SECRET in [value for _, value, _ in read(data[: data.index(b"PK\x01\x02")])]


def test_what_cannot_be_opened_is_said() -> None:
    """Encrypted members, other methods, damage and bombs."""
    data = bytearray(archive(a=b"abc" * 50))
    data[6] |= 1
    assert decode(body(bytes(data))).unread == ("request body: zip: looks encrypted",)
    data[6], data[8] = 0, 12
    assert decode(body(bytes(data))).unread == ("request body: zip member of method 12 is not opened",)
    assert decode(body(archive(a=b"abc" * 50)[:36])).unread == ("request body: zip is cut short",)
    bomb = decode(body(archive(a=b"\0" * 9_000_000)), Limits(inflated=1_000_000))
    assert bomb.unread == ("request body: zip grows past the limit after 1000000 bytes",)


@given(st.binary(max_size=120), st.integers(0, 200), st.integers(0, 255))
def test_damaged_archives(data: bytes, at: int, byte: int) -> None:
    """Any damage gives values or a reason, never an error."""
    wounded = bytearray(archive(a=data))
    wounded[at % len(wounded)] = byte
    assert all("failed" not in reason for reason in decode(body(bytes(wounded))).unread)
