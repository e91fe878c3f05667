"""PDF: packed streams come out; what cannot be opened is said; pictures and fonts are passed over."""

import contextlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import Budget, Limits, OverLimitError
from auditor.decode.pdf_streams import PdfStreams

TEXT = b"BT (hello) Tj ET"


def document(stream: bytes, head: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< " + head + b" >>\nstream\r\n" + stream + b"\nendstream\nendobj\n"


def opened(data: bytes) -> list[tuple[str, bytes]]:
    result = PdfStreams().open(data, Budget(Limits()))
    return [(inner.path, inner.value) for inner in result.inners] if result else []


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"/Filter /FlateDecode /Length 9", [("stream[0]", TEXT)]),
        (b"/Filter [/FlateDecode]", [("stream[0]", TEXT)]),
        (b"/Filter/FlateDecode/DecodeParms<</Columns 4>>", [("stream[0]", TEXT)]),
        (b"/Length 9", []),
        (b"/Subtype /Image /Filter /FlateDecode", []),
        (b"/Filter /DCTDecode", []),
    ],
)
def test_packed_streams_come_out(head: bytes, expected: list[tuple[str, bytes]]) -> None:
    """Pictures, fonts and what is not packed stay where they are."""
    assert opened(document(zlib.compress(TEXT), head)) == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (document(b"x", b"/Filter /LZWDecode"), "a filter that is not opened"),
        (document(b"x", b"/Filter [/ASCII85Decode /FlateDecode]"), "a filter that is not opened"),
        (document(zlib.compress(TEXT), b"/Filter /FlateDecode") + b"trailer <</Encrypt 3 0 R>>", "looks encrypted"),
        (document(b"\xff\xff\xff", b"/Filter /FlateDecode"), "is damaged"),
    ],
)
def test_what_is_not_opened_is_said(data: bytes, words: str) -> None:
    with pytest.raises(BrokenError, match=words):
        opened(data)


def test_a_bomb_stops_at_the_limit() -> None:
    data = document(zlib.compress(bytes(400_000_000 // 10)), b"/Filter /FlateDecode")
    with pytest.raises(OverLimitError):
        opened(data)


def test_no_pdf_is_none() -> None:
    assert PdfStreams().open(b"PDF", Budget(Limits())) is None


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_any_bytes(stream: bytes, head: bytes) -> None:
    """Texts, or a reason why not."""
    with contextlib.suppress(BrokenError, OverLimitError):
        opened(document(stream, b"/Filter /FlateDecode " + head))
