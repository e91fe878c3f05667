"""CoAP: the host of a request; options that lie name nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.coap import is_coap, uri_host

HEAD = b"\x40\x01\0\1"


@pytest.mark.parametrize(
    ("data", "host"),
    [
        (HEAD + b"\x34host\x84path", b"host"),
        (b"\x42\x02\0\1tk\x3d\x02device.example!", b"device.example!"),
        (HEAD + b"\x10\x24name", b"name"),
        (HEAD + b"\x84path", None),
        (HEAD + b"\xff\x34host", None),
        (HEAD + b"\x3d", None),
        (HEAD + b"\x3f", None),
        (HEAD + b"\x3cshort", None),
        (b"\x40\x45\0\1\x34host", None),
    ],
    ids=["short", "behind a token, long", "behind another option", "none", "in the payload", "cut", "reserved", "lies", "answer"],
)
def test_the_host_of_a_request(data: bytes, host: bytes | None) -> None:
    assert uri_host(data) == host


def test_a_shape_that_is_none() -> None:
    assert is_coap(HEAD) and not is_coap(b"\x80\x01\0\1") and not is_coap(b"\x49\x01\0\1") and not is_coap(b"\x40\x20\0\1")


@given(st.binary(max_size=60))
def test_any_bytes_return(data: bytes) -> None:
    uri_host(HEAD + data)
    uri_host(data)


LONG = b"h" * 300


@pytest.mark.parametrize(
    ("option", "host"),
    [(b"\x34host", b"host"), (b"\x3d\x02device.example!", b"device.example!"), (b"\x3e" + (300 - 269).to_bytes(2) + LONG, LONG)],
)
def test_an_option_that_is_not_all_there_names_nobody(option: bytes, host: bytes) -> None:
    """RFC 7252 section 3.1: a length of 13 or 269 and more stands in one or two bytes of its own; half a host is another."""
    whole = HEAD + option
    assert [uri_host(whole[:size]) for size in range(len(whole))] == [None] * len(whole)
    assert uri_host(whole) == uri_host(whole + b"\xffpayload") == host


@pytest.mark.parametrize("option", [b"\x3f" + b"h" * 300, b"\xf4" + b"h" * 300, b"\xd4\x00host", b"\xe4\x00\x00host"])
def test_reserved_numbers_and_later_options_name_nobody(option: bytes) -> None:
    """15 is for the payload's mark alone; 13 and 269 are other options than the host's."""
    assert uri_host(HEAD + option) is None
