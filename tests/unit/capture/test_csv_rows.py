"""CSV of other tools, under limits."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.capture.csv_rows import CsvRow, csv_rows, header_of
from auditor.model.reading import Damage


def rows(data: bytes, folder: Path) -> tuple[list[CsvRow], list[Damage]]:
    """What a file of these bytes holds."""
    path = folder / "x.csv"
    path.write_bytes(data)
    damage: list[Damage] = []
    return list(csv_rows(str(path), damage)), damage


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (b"A, b ,C\n1,2,3", ("a", "b", "c")),
        (b"\xef\xbb\xbfTime,Host", ("time", "host")),
        (b'"a,b",c\r\n', ("a,b", "c")),
        (b'"open', ()),
        (b"\xff\xfe", ()),
        (b"", ()),
    ],
)
def test_headers(head: bytes, names: tuple[str, ...]) -> None:
    """Lower case, without blanks and byte-order mark; nothing where the first line is none."""
    assert header_of(head) == names


def test_rows_know_their_lines_and_columns(tmp_path: Path) -> None:
    """Quoted line breaks count as lines, empty lines are gone over, and a blank cell is no text."""
    found, damage = rows(b'Time,Host\n1,"a\nb"\n\n2, \n3\n', tmp_path)
    assert [(row.line, row.text("host"), row.text("host", "time")) for row in found] == [(3, "a\nb", "a\nb"), (5, None, "2")]
    assert [(entry.where, entry.what) for entry in damage] == [("line 6", "1 values under 2 columns")]


def test_endless_fields_end_the_reading(tmp_path: Path) -> None:
    """A field beyond the limit is damage with its line; what came before is kept."""
    found, damage = rows(b"a,b\n1,2\n3," + b"x" * 70_000 + b"\n", tmp_path)
    assert (len(found), damage[0].where) == (1, "line 3")


@given(data=st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_bytes_return(data: bytes, tmp_path: Path) -> None:
    """As rows or as damage."""
    rows(data, tmp_path)
    header_of(data)
