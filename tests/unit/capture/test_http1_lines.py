"""The lines of a head: ends of every kind, folding, lengths; each keeps its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.http1_lines import MAX_HEADERS, chunk_size, content_length, head_lines, header_lines
from auditor.capture.placed import Placed
from auditor.model.content import Place


def test_lines_end_with_or_without_a_carriage_return() -> None:
    assert [line.data for line in head_lines(Placed(b"one\r\ntwo\nthree"))] == [b"one", b"two", b"three"]


def test_a_header_s_value_keeps_its_place() -> None:
    (line,) = head_lines(Placed(b"X-Id:  7 \r\n", (Place(0, 3, 100),)))
    assert header_lines([line]) == [("X-Id", Placed(b"7", (Place(0, 3, 107),)))]


def test_a_folded_line_belongs_to_the_header_before() -> None:
    found = header_lines(head_lines(Placed(b"A: 1\r\n 2\r\nB: 3\r\n")))
    assert [(name, value.data) for name, value in found] == [("A", b"1 2"), ("B", b"3")]


def test_the_number_of_lines_is_bounded() -> None:
    assert len(head_lines(Placed(b"a: b\n" * (2 * MAX_HEADERS)))) <= MAX_HEADERS + 1


@pytest.mark.parametrize(
    ("raw", "length"),
    [(None, None), (b"12", 12), (b" 12 ", 12), (b"5, 5", 5), (b"-1", None), (b"0x10", None), (b"", None), (b"9" * 20, None)],
)
def test_reads_a_length_or_nothing(raw: bytes | None, length: int | None) -> None:
    assert content_length(raw) == length


@given(st.binary(max_size=200))
def test_any_bytes_return(data: bytes) -> None:
    header_lines(head_lines(Placed(data)))
    content_length(data)


def test_the_last_line_of_many_holds_the_rest() -> None:
    """A server may read ten thousand headers: none is passed over."""
    lines = head_lines(Placed(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * (MAX_HEADERS + 500) + b"X-Id: 352099\r\n"))
    assert header_lines(lines[1:])[-1][1].data.endswith(b"\nX-Id: 352099")


@pytest.mark.parametrize(
    ("line", "expected"),
    [(b"1f\r\n", (31, b"")), (b" 2 ;x=y \r\n", (2, b"x=y")), (b"352099001761481x", (None, b"")), (b"-1", (None, b""))],
)
def test_chunk_sizes(line: bytes, expected: tuple[int | None, bytes]) -> None:
    """A size in hex, and what stands behind it."""
    size, extension = chunk_size(Placed(line))
    assert (size, extension.data) == expected
