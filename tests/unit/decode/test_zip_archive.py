"""ZIP archives give their members, whatever their directory says."""

import base64
import io
import struct
import time
import zipfile
import zlib

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


def member(name: bytes, data: bytes, size: int | None = None) -> bytes:
    """One packed member, with the size that it has or with another."""
    packed = zlib.compress(data, wbits=-15)
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, zlib.crc32(data), size or len(packed), len(data), len(name), 0)
    return b"PK\x03\x04" + head + name + packed


@pytest.mark.parametrize(
    "before",
    [member(b"a", b"first") + b"between", member(b"a", b"first", 0xFFFFFFFF), member(b"a", b"first", 60)],
    ids=["bytes between", "size elsewhere", "size that lies"],
)
def test_a_second_member_is_found_wherever_the_first_ends(before: bytes) -> None:
    """ZIP64 says sizes elsewhere (section 4.5.3); no reader of streams asks for them."""
    assert SECRET in [value for _, value, _ in read(before + member(b"b", b"imei=352099001761481&x=1"))]


def test_words_beside_members() -> None:
    """Extra fields, comments of members and of the archive, and what stands behind it or between two."""
    packed = base64.b64encode(zlib.compress(b"imei=352099001761481&x=1"))
    file, entry = io.BytesIO(), zipfile.ZipInfo("a")
    entry.extra, entry.comment = struct.pack("<HH", 0x7777, len(packed)) + packed, packed
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr(entry, b"x")
        opened.comment = packed
    found = read(file.getvalue() + member(b"b", b"x") + packed)
    assert {path.partition(".")[0] for path, value, _ in found if value == SECRET} == {"a", "between", "behind"}


def test_many_members_cost_their_bytes() -> None:
    """Not the square of their number."""
    begun = time.process_time()
    assert decode(body(member(b"a", b"x") * 60_000)).unread == ("request body: zip of more than 10000 members",)
    assert time.process_time() - begun < 5


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
