"""What can be read and what cannot: ciphertext and unknown formats are said, text and media are not."""

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.message import decode
from auditor.decode.opacity import is_even, why_unreadable
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Direction, Part

RANDOM = random.Random(3)
CIPHERTEXT = RANDOM.randbytes(400)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(CIPHERTEXT, "looks encrypted or packed, 400 bytes", id="ciphertext"),
        pytest.param(CIPHERTEXT[:64], "looks encrypted or packed, 64 bytes", id="short ciphertext"),
        pytest.param(CIPHERTEXT[:32], "32 bytes of no known format, searched as they stand", id="too short to tell"),
        pytest.param(CIPHERTEXT[:15], "", id="a number or a counter"),
        pytest.param(b"plain text, and more of it", "", id="text"),
        pytest.param("姓名：小蓝，地址：杭州市".encode("gb18030"), "", id="Chinese in its older charset"),
        pytest.param("prénom=René&âge=30".encode("latin-1"), "", id="latin-1"),
        pytest.param('{"imei":"352099001761481"}'.encode("cp037"), "26 bytes of no known format", id="ebcdic"),
        pytest.param(bytes(byte ^ 0xAA for byte in b"imei=352099001761481&v=2"), "24 bytes of no known format", id="xor"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + CIPHERTEXT, "", id="image"),
        pytest.param(b"\x89PNG\r\n" + CIPHERTEXT, "looks encrypted", id="the beginning of an image"),
        pytest.param(b"BZh91AY&SY" + CIPHERTEXT, "bzip2, a compression that is not opened", id="bzip2"),
        pytest.param(b"\xfd7zXZ\0" + CIPHERTEXT, "xz, a compression that is not opened", id="xz"),
        pytest.param(b"\x01\x02\x03\x04" + b"device log line of plain text " * 5, "", id="text with a binary head"),
    ],
)
def test_why(data: bytes, reason: str) -> None:
    """Each kind of bytes with its reason."""
    found = why_unreadable(data)
    assert found.startswith(reason)
    assert bool(found) is bool(reason)


def test_even_spread() -> None:
    """Compressed data are as even as ciphertext; text is not."""
    assert is_even(zlib.compress(bytes(RANDOM.choices(range(256), k=3000))))
    assert not is_even(b"the quick brown fox jumps over the lazy dog" * 20)
    assert not is_even(CIPHERTEXT[:63])


def sent(data: bytes, protocol: str = "http", part: Part = Part.BODY, coding: bytes = b"") -> tuple[str, ...]:
    """The `unread` of a message with these bytes."""
    pieces = (Piece(Part.HEADER, "content-encoding", coding), Piece(part, "", data))
    return decode(
        Message(flow_id="f", number=0, direction=Direction.UP, at=None, host="h", protocol=protocol, pieces=pieces)
    ).unread


def test_what_a_message_says() -> None:
    """An encrypted body, also wrapped in JSON or in an MQTT payload; not a raw stream, nor a signature beside text."""
    from base64 import b64encode

    wrapped = b'{"v":1,"data":"' + b64encode(CIPHERTEXT) + b'"}'
    signed = b'{"text":"' + b"hello " * 200 + b'","sign":"' + b64encode(CIPHERTEXT[:256]) + b'"}'
    assert sent(CIPHERTEXT) == ("request body: looks encrypted or packed, 400 bytes",)
    assert sent(wrapped) == ("request body: looks encrypted or packed, 400 bytes",)
    assert sent(CIPHERTEXT, "mqtt", Part.PAYLOAD) == ("request payload: looks encrypted or packed, 400 bytes",)
    assert sent(signed) == ()
    assert sent(CIPHERTEXT, "tcp", Part.PAYLOAD) == ()


def test_an_unknown_coding_is_another_matter() -> None:
    """Of a body whose coding is not known nobody says that it is encrypted."""
    assert sent(CIPHERTEXT, coding=b"rot13") == ("request body: content-encoding rot13",)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """There is an answer for all bytes, and it holds none of them."""
    assert "\n" not in why_unreadable(data)
