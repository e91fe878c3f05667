"""Short binary bytes: hollow are only those that decoding makes nothing of."""

import zlib

import cbor2
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.content_format import Opened
from auditor.decode.framed import FIRST
from auditor.decode.hollow import is_hollow
from auditor.decode.limits import Budget
from auditor.decode.message import decode
from auditor.decode.signs import signs_of
from auditor.model.content import Message, Piece
from auditor.model.vocabulary import Direction, Part


def opened(value: bytes) -> list[bytes]:
    """The values that decoding a payload finds in it, besides the payload."""
    piece = Piece(Part.PAYLOAD, "", value)
    message = Message(flow_id="f", number=0, direction=Direction.UP, at=None, host=None, protocol="tcp", pieces=(piece,))
    return [field.value for field in decode(message).fields][:-1]


@pytest.mark.parametrize(
    ("value", "is_nothing"),
    [
        (bytes.fromhex("83563c0f6f2a502d777686cd"), True),
        (bytes.fromhex("a4cf12ef56ab"), True),
        (bytes.fromhex("d41d8cd98f00b204e9800998ecf8427e"), True),
        (msgpack.packb([352099001761481]), False),
        (cbor2.dumps([352099001761481]), False),
        (b"\x08" + bytes.fromhex("89e8f9adf48650"), False),
        (zlib.compress(b"3520990017614813520990017614")[2:-4], False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"plain", False),
    ],
)
def test_values(value: bytes, is_nothing: bool) -> None:
    """Raw addresses and digests are nothing but themselves; numbers and packed text are found; images are none of its business."""
    assert is_hollow(value, signs_of(value), 0) == is_nothing


@given(st.binary(min_size=4, max_size=48), st.sampled_from([0, FIRST]))
def test_nothing_is_opened_in_what_is_hollow(value: bytes, before: int) -> None:
    """Decoding the bytes by themselves gives nothing but them, however many values were opened before."""
    if is_hollow(value, signs_of(value), 0):
        assert is_hollow(value, signs_of(value), before)
        assert opened(value) == []


def test_a_format_that_fails_leaves_the_telling_to_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails on the bytes is handed over, where any failure becomes an entry of what was not read."""

    class Failing:
        signs = -1

        def open(self, data: bytes, budget: Budget) -> Opened | None:
            raise ZeroDivisionError

    monkeypatch.setattr("auditor.decode.hollow.formats_of", lambda value, signs: (Failing(),))
    assert not is_hollow(b"\x83V<\x0f failing", signs_of(b"\x83V<\x0f failing"), 0)
