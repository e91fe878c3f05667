"""Walks through binary formats: what their readers read is never refused."""

import cbor2
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.cbor_items import Cbor
from auditor.decode.limits import USUAL, Budget
from auditor.decode.messagepack import MessagePack
from auditor.decode.protobuf_wire import Protobuf
from auditor.decode.triage_binary import holds, is_cbor, is_msgpack, is_protobuf

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.binary(max_size=8)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3), max_leaves=6
)
CONTAINERS = st.lists(VALUES, min_size=1, max_size=3) | st.dictionaries(st.text(max_size=4), VALUES, min_size=1, max_size=3)


@given(CONTAINERS)
def test_messagepack(value: object) -> None:
    data = msgpack.packb(value)
    assert is_msgpack(bytearray(data + b"\xff"), 0, len(data))
    assert not is_msgpack(bytearray(data + b"\xc0"), 0, len(data) + 1)


@given(CONTAINERS)
def test_cbor(value: object) -> None:
    data = cbor2.dumps(value)
    assert is_cbor(bytearray(data + b"\xff"), 0, len(data))
    assert not is_cbor(bytearray(data + b"\0"), 0, len(data) + 1)


@pytest.mark.parametrize(
    "data", [b"\x9f\x63abc\xff", b"\xbf\x61a\x19\x10\x00\xff", b"\xd9\xd9\xf7\x81\x63abc", b"\xc1\x81\x1a\x51\x4b\x67\xb0"]
)
def test_cbor_in_other_dress(data: bytes) -> None:
    assert is_cbor(bytearray(data), 0, len(data))


@pytest.mark.parametrize(
    "data", [b"\x0a\x03abc", b"\x08\x96\x01\x12\x04test", b"\x09" + bytes(8), b"\x15\0\0\0\1\x08\1", b"\x82\x01\x01x"]
)
def test_protobuf(data: bytes) -> None:
    assert is_protobuf(bytearray(data), 0, len(data))
    assert not is_protobuf(bytearray(data + b"\x0a\x09a"), 0, len(data) + 3)


@given(st.binary(min_size=2, max_size=40))
def test_what_a_reader_reads_is_never_refused(data: bytes) -> None:
    budget = Budget(USUAL)
    for member, is_one in ((MessagePack(), is_msgpack), (Cbor(), is_cbor), (Protobuf(), is_protobuf)):
        if member.open(data, budget) is not None:
            assert is_one(bytearray(data), 0, len(data)), type(member).__name__


def test_a_byte_is_there_or_not() -> None:
    assert holds(bytearray(b"abc"), 1, 3, ord("c"))
    assert not holds(bytearray(b"abc"), 1, 3, ord("a"))
