"""The pcapng blocks between packets: interfaces, statistics, names; what is cut gives None or what stands before."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.pcapng_blocks import options, read_interface, read_names, read_secrets, read_statistics, section_order
from tests.unit.capture.wire import option, section


@pytest.mark.parametrize("big", [False, True])
def test_the_order_mark_says_the_byte_order(big: bool) -> None:
    assert section_order(section(big)) is big
    assert section_order(section(big)[:11]) is None
    assert section_order(b"\x0a\x0d\x0d\x0a" + bytes(8)) is None


@pytest.mark.parametrize("big", [0, 1])
def test_options_end_at_their_mark_or_where_they_are_cut(big: int) -> None:
    data = option(2, b"abc", big) + option(9, b"\x06", big)
    assert list(options(data + option(0, b"", big) + b"rest", 0, bool(big))) == [(2, b"abc"), (9, b"\x06")]
    assert list(options(data[:-5], 0, bool(big))) == [(2, b"abc")]


def test_an_interface_without_options_counts_microseconds() -> None:
    interface = read_interface(struct.pack("<HHI", 113, 0, 96), False)
    assert interface is not None
    assert interface.cells == (113, 96, 1, 1_000, 0, 0)
    assert read_interface(b"\0" * 7, False) is None


def test_statistics_count_what_was_lost_in_both_places() -> None:
    body = (
        struct.pack("<III", 0, 0, 0)
        + option(5, struct.pack("<Q", 3))
        + option(7, struct.pack("<Q", 4))
        + option(8, struct.pack("<Q", 90))
    )
    statistics = read_statistics(body, False)
    assert statistics is not None
    assert (statistics.dropped, statistics.delivered(7)) == (7, 90)
    assert read_statistics(body[:11], False) is None


def test_names_of_both_address_families_are_read() -> None:
    """What is learnt last counts: of several names that is the first."""
    four = bytes([192, 0, 2, 1]) + b"One.Example\0two.example\0"
    six = bytes(15) + b"\x01" + b"six.example\0"
    assert list(read_names(option(1, four) + option(2, six) + option(0, b""), False)) == [
        ("192.0.2.1", "two.example"),
        ("192.0.2.1", "one.example"),
        ("::1", "six.example"),
    ]


@given(st.binary(max_size=120), st.booleans())
def test_any_bytes_return(data: bytes, big: bool) -> None:
    section_order(data)
    list(options(data, 0, big))
    read_interface(data, big)
    list(read_names(data, big))
    statistics = read_statistics(data, big)
    if statistics is not None:
        statistics.timed(lambda high, low: high + low)


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b"KSLT\4\0\0\0keys", b"keys\n"),
        (b"KSLT\xff\xff\xff\xffkeys", b"keys\n"),
        (b"KLGW\4\0\0\0keys", b""),
        (b"KSLT", b""),
    ],
)
def test_reads_the_key_log_of_tls_alone(body: bytes, lines: bytes) -> None:
    assert read_secrets(body, big=False) == lines
