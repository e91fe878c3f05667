"""Text of older charsets and text with binary in it are told from records and ciphertext."""

from random import Random

import pytest

from auditor.decode.mostly_text import is_mostly_text


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        (b"plain text", True),
        (b"some text\x01with\x02binary\xff in it", True),
        ("姓名小蓝设备中国人民的一是在了不和有大这".encode("gb18030"), True),
        ("naïve café".encode("latin-1"), True),
        (bytes(40) + b"text", False),
        (bytes(range(256)), False),
        (Random(1).randbytes(500), False),
        (b"".join(bytes((0xC0, 0x80 | byte)) for byte in b"352099001761481"), False),
    ],
)
def test_samples(sample: bytes, expected: bool) -> None:
    """Half of it must be printable, or Chinese without control characters."""
    assert is_mostly_text(sample) is expected
