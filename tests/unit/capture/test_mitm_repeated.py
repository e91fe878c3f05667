"""Parts of frames that repeat: read once, and only where they are what mitmproxy writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.io import tnetstring
from mitmproxy.test import tflow

from auditor.capture.mitm_repeated import connection, header, metadata


def pair(name: bytes, value: bytes) -> bytes:
    """A header as mitmproxy writes it, without the last two bytes."""
    return tnetstring.dumps([name, value]).removesuffix(b",]")


@given(st.binary(max_size=30), st.binary(max_size=300))
def test_a_header_is_the_pair_that_mitmproxy_wrote(name: bytes, value: bytes) -> None:
    assert header(pair(name, value)) == (name, value)


@given(st.binary(max_size=40))
def test_any_bytes_are_the_header_that_mitmproxy_writes_so_or_a_value_error(data: bytes) -> None:
    try:
        found = header(data)
    except ValueError:
        return
    assert pair(*found) == data


@pytest.mark.parametrize(
    "data", [b"", b"x", b"9:3:abc,1:x", b"10:+3:abc,1:x", b"010:3:abc,1:x", b"10:3:abc;1:x", b"10:3:abc,2:x"]
)
def test_a_header_whose_lengths_are_not_its_own_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        header(data)


def test_what_repeats_is_read_once() -> None:
    data = tnetstring.dumps(tflow.tflow().client_conn.get_state()).partition(b":")[2][:-1]
    assert connection(data) is connection(bytes(bytearray(data)))
    assert connection(data).peer_ip == "127.0.0.1"
    assert metadata(b"1:a;1:b;") is metadata(bytes(bytearray(b"1:a;1:b;")))
    assert metadata(b"1:a;1:b;") == {"a": "b"}
