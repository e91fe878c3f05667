"""tar archives give their members, their names and notes, and what stands behind them."""

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.message import decode
from tests.unit.decode.messages import body, read

SECRET = b"352099001761481"


def archive(members: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """An archive of these members."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as opened:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size, member.uname = len(data), "somebody"
            opened.addfile(member, io.BytesIO(data))
    return file.getvalue()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_come_out_under_their_names_opened_further(form: int) -> None:
    """Of each form that is about."""
    found = read(archive({"log": b"x" * 700, "data": b'{"imei":"352099001761481"}'}, form))
    assert ("data.$.imei", SECRET) in [(path, value) for path, value, _ in found]
    assert (("log.note"), b"somebody") in [(path, value) for path, value, _ in found]


def test_names_of_any_length_and_bytes_behind_the_end() -> None:
    """A name of 300 bytes stands in a member of its own."""
    name = "n" * 285 + SECRET.decode()
    assert any(SECRET in value for _, value, _ in read(archive({name: b"nothing"})))
    assert any(value == SECRET for _, value, _ in read(archive({"log": b"nothing"}) + SECRET))


def test_a_cut_archive_is_said_and_what_was_there_is_read() -> None:
    """In its last member."""
    decoded = decode(body(archive({"one": b"imei=352099001761481&x=1", "two": b"y" * 2000})[:1800]))
    assert any(field.value == SECRET for field in decoded.fields)
    assert any("tar is cut short" in reason for reason in decoded.unread)


def test_links_and_paths_that_lead_out_are_names_only() -> None:
    """Nothing is written anywhere."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as opened:
        member = tarfile.TarInfo("../../etc/x")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        opened.addfile(member)
    assert b"/etc/passwd" in [value for _, value, _ in read(file.getvalue())]


@given(st.binary(max_size=600), st.integers(0, 511))
def test_any_header_is_survived(noise: bytes, at: int) -> None:
    """The magic stands, nothing else need be true."""
    data = bytearray(archive({"log": b"nothing"}))
    data[at : at + len(noise)] = noise
    data[257:262] = b"ustar"
    decode(body(bytes(data)))
