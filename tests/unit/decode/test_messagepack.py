"""MessagePack: maps and arrays that fill the value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgpack import packb

from auditor.decode.content_format import BrokenError
from auditor.decode.limits import Budget, Limits, OverLimitError
from auditor.decode.messagepack import MessagePack
from tests.unit.decode.messages import values


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (packb({"imei": "3520", "n": [1, 35209900]}), [b"3520", b"35209900"]),
        (packb([b"bytes", 1.5]), [b"bytes", b"1.5"]),
        (b"\x91" * 500 + b"\1", None),
        (packb({"a": 1}) + b"rest", None),
        (b"\xdf\xff\xff\xff\xff", None),
    ],
)
def test_values(data: bytes, found: list[bytes] | None) -> None:
    """What is found in a value; None where it is not of the format."""
    assert values(MessagePack(), data) == found


@pytest.mark.parametrize(("item", "found"), [("abc", True), (1, False), (None, False)])
def test_more_items_than_there_is_room_for(item: object, found: bool) -> None:
    """Of a container without end the first leaves come out and it is said; one without leaves is no format that could be read."""
    opened = MessagePack().open(packb([item] * 1000), Budget(Limits(fields=50)))
    assert (opened is not None) is found
    if opened:
        assert len(list(opened.inners)) == 149
        assert opened.cut == "more than 50 values"


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Values, nothing, or a reason: never another error."""
    try:
        values(MessagePack(), data or b"x")
    except (BrokenError, OverLimitError) as fault:
        assert str(fault)


def test_documents_one_behind_the_other() -> None:
    """As logs are sent; a few bytes that read so are chance."""
    log = packb({"event": "launch", "text": "hello"}) * 3 + packb({"imei": "352099001761481"})
    assert (values(MessagePack(), log) or [])[-1] == b"352099001761481"
    assert values(MessagePack(), packb({"a": "abc"}) + packb([7])) is None
    assert values(MessagePack(), log + b"\x07") is None


def test_names_in_disguise() -> None:
    """A name that shows a sign is a value, too."""
    assert values(MessagePack(), packb({"Zm9vYmFyYmF6cXV4": "abc", "a plain long name": "def"})) == [
        b"Zm9vYmFyYmF6cXV4", b"abc", b"def",
    ]  # fmt: skip
