"""AMQP 1.0: the host that a client opens; frames that lie name nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.amqp import opened_host

HEADERS = b"AMQP\3\1\0\0" + b"AMQP\0\1\0\0"
FRAME = b"\0\0\0\x40\2\0\0\0" + b"\0\x53\x10"


@pytest.mark.parametrize(
    ("fields", "host"),
    [
        (b"\xc0\x10\2\xa1\1c\xa1\7hub.net", b"hub.net"),
        (b"\xd0\0\0\0\x10\0\0\0\2\xb1\0\0\0\1c\xb1\0\0\0\7hub.net", b"hub.net"),
        (b"\xc0\x10\2\x40\xa1\7hub.net", b"hub.net"),
        (b"\xc0\x10\2\xa1\1c\x40", None),
        (b"\xc0\x10\2\xa1\1c\xa1\x7fhub.net", None),
        (b"\x45", None),
        (b"", None),
    ],
    ids=["small", "large", "behind no id", "no host", "lies", "empty list", "cut"],
)
def test_the_host_of_the_open_frame(fields: bytes, host: bytes | None) -> None:
    assert opened_host(HEADERS + FRAME + fields) == host


def test_what_begins_otherwise_is_none() -> None:
    assert opened_host(FRAME + b"\xc0\x10\2\xa1\1c\xa1\7hub.net") is None and opened_host(HEADERS) is None


@given(st.binary(max_size=60))
def test_any_bytes_return(data: bytes) -> None:
    opened_host(HEADERS + FRAME + data)
    opened_host(data)


@pytest.mark.parametrize("fields", [b"\xc0\x10\2\xa1\1c\xa1\7hub.net", b"\xd0\0\0\0\x10\0\0\0\2\x40\xb1\0\0\0\7hub.net"])
def test_a_frame_that_is_not_all_there_names_nobody_yet(fields: bytes) -> None:
    """Half a host is another host."""
    whole = HEADERS + FRAME + fields
    assert [opened_host(whole[:size]) for size in range(len(whole))] == [None] * len(whole)
    assert opened_host(whole) == opened_host(whole + b"more") == b"hub.net"
