"""Bytes to text: every encoding that policies come in, and what is no text."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import CaptureError, DamagedError, UnknownFormatError
from auditor.policy.encoding import LIMIT, decode

CHINESE = "本政策说明我们如何收集和使用您的个人信息。"
TRADITIONAL = "本政策說明我們如何收集和使用您的個人資訊。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (CHINESE + "abc", "utf-16"),
        (CHINESE + "abc", "utf-16-le"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "utf-8-sig"),
        ("Données personnelles à Genève", "cp1252"),
    ],
)
def test_undeclared_encodings_are_told_apart(text: str, encoding: str) -> None:
    """A mark, zero bytes or frequent characters decide."""
    assert decode(text.encode(encoding), "p").lstrip("\ufeff") == text


def test_a_declared_encoding_is_believed_unless_the_bytes_are_utf8() -> None:
    """Pages often keep an old declaration after they were converted."""
    page = f'<meta charset="big5"><p>{TRADITIONAL}</p>'
    assert decode(page.encode("big5"), "p") == page
    assert decode(page.encode("utf-8"), "p") == page


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf\n", b"\xff\xfe"])
def test_an_empty_file_is_damaged(data: bytes) -> None:
    """Nothing to read is not the same as nothing declared."""
    with pytest.raises(DamagedError, match="empty"):
        decode(data, "p")


@pytest.mark.parametrize("data", [b"%PDF-1.7 ...", b"PK\x03\x04...", b"\x89PNG...", bytes(range(32)) * 20])
def test_other_formats_are_unknown_not_damaged(data: bytes) -> None:
    """A PDF is to be saved as text first."""
    with pytest.raises(UnknownFormatError, match="save it as plain text"):
        decode(data, "p")


def test_damaged_utf8_tells_its_byte() -> None:
    """A file with one bad byte is not taken for GBK."""
    data = (CHINESE * 20).encode()
    with pytest.raises(DamagedError, match="p: byte 300: not valid UTF-8"):
        decode(data[:300] + b"\xff" + data[301:], "p")


def test_a_file_over_the_limit_is_refused() -> None:
    """With the limit in the message."""
    with pytest.raises(DamagedError, match="longer than 64 MiB"):
        decode(b"a" * (LIMIT + 1), "p")


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_raise_a_capture_error(data: bytes) -> None:
    """Never another error."""
    with contextlib.suppress(CaptureError):
        assert decode(data, "p")


def test_a_stray_zero_does_not_make_utf8_something_else() -> None:
    """Sound UTF-8 with signs beyond ASCII stays UTF-8, also with a NUL in it."""
    text = "小鸟公司——为我们提供推送服务,公司名称:" * 5 + "\x00"
    assert decode(text.encode(), "x") == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Privacy policy".encode("utf-16-le"), "Privacy policy"),
        ("Privacy policy".encode("utf-16-be"), "Privacy policy"),
        (("隐私政策" * 24 + "abcd").encode("utf-16-le"), "隐私政策" * 24 + "abcd"),
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\x01\x02" + b"a" * 98, "\x01\x02" + "a" * 98),
    ],
    ids=[
        "little end first",
        "big end first",
        "four ASCII characters in a hundred",
        "ends of lines",
        "two odd characters in a hundred",
    ],
)
def test_text_is_text_with_few_signs_of_it(data: bytes, text: str) -> None:
    """Zeros tell UTF-16, one byte in fifty is enough; as many odd control characters make no binary."""
    assert decode(data, "p") == text


def test_more_odd_characters_than_one_in_fifty_are_binary() -> None:
    with pytest.raises(UnknownFormatError, match="binary data"):
        decode(b"\x01\x02\x03" + b"a" * 97, "p")
