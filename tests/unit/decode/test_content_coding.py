"""Content codings taken off as RFC 9110 says, and what is said where they are not what they seem."""

import gzip
import zlib

import brotli
import pytest

from auditor.decode.content_coding import Uncoded
from auditor.decode.limits import Budget, Limits

TEXT = b"imei=352099001761481"
GZIP = gzip.compress(TEXT, mtime=0)


def taken_off(data: bytes, header: str, *, certain: bool = True) -> Uncoded:
    """A body without the codings of a header."""
    uncoded = Uncoded(data, certain=certain)
    uncoded.take_off(header, Budget(Limits()))
    return uncoded


@pytest.mark.parametrize(
    ("data", "header", "words"),
    [
        (GZIP, "gzip", ("gzip",)),
        (brotli.compress(GZIP), "gzip, br", ("br", "gzip")),
        (zlib.compress(TEXT), "deflate", ("deflate",)),
        (TEXT, "identity", ()),
        (TEXT, "utf-8", ()),
        (TEXT, "gzip", ()),
    ],
)
def test_codings(data: bytes, header: str, words: tuple[str, ...]) -> None:
    """The last coding comes off first; names that mean nothing and bodies without their coding are left alone."""
    uncoded = taken_off(data, header)
    assert (uncoded.data, uncoded.words, uncoded.unread, uncoded.denied) == (TEXT, words, [], "")


@pytest.mark.parametrize(
    ("data", "header", "reason"),
    [
        (TEXT, "rot13", "content-encoding rot13"),
        (TEXT, ",".join(["gzip"] * 11), "11 content-encodings"),
        (GZIP[:20], "gzip", "content-encoding gzip is cut short"),
        (gzip.compress(bytes(4_000_000)), "gzip", "content-encoding gzip grows past the limit after"),
    ],
)
def test_what_cannot_be_undone_is_said(data: bytes, header: str, reason: str) -> None:
    """Unknown names, too many, cut data and bombs."""
    (said,) = taken_off(data, header).unread
    assert said.startswith(reason)


def test_a_coding_that_is_not_there() -> None:
    """It is denied, to be said where nothing else explains the body; of a recorder that takes codings off, nothing is said."""
    assert taken_off(b"\x01\x02\x03", "br").denied == "content-encoding br, but the body is not"
    assert taken_off(b"\x01\x02\x03", "br", certain=False).denied == ""
    assert taken_off(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "gzip").denied == ""
