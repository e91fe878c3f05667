"""What is all there is of a value or a line."""

import pytest

from auditor.decode.alone import is_alone

RUN = b"QUJD" * 6


@pytest.mark.parametrize(
    ("before", "after", "alone"),
    [
        (b"", b"", True),
        (b"", b"\r\n", True),
        (b"HELO\n", b"", True),
        (b"HELO\r\n", b"\r\nbye", True),
        (b"", b"\nbye", True),
        (b"HELO ", b"", False),
        (b"", b" bye", False),
        (b"x" * 5000 + b"\n", b"\n", False),
    ],
)
def test_a_run_alone(before: bytes, after: bytes, alone: bool) -> None:
    """A whole value or a line, not a word; of long values no lines are looked at."""
    assert is_alone(before + RUN + after, len(before), len(before) + len(RUN)) is alone


def test_a_short_line_is_a_word() -> None:
    """Names stand in lines, too."""
    assert not is_alone(b"one\nAndroidDevice\nthree", 4, 17)
