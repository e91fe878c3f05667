"""DHCP for IPv6: name, identifier and leases of a device, each where it stands."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.dhcp6 import read_dhcp6
from tests.unit.capture.wire import dns_name, packed


def option(code: int, value: bytes) -> bytes:
    return struct.pack(">HH", code, len(value)) + value


DUID = bytes.fromhex("00030001020000000009")
LEASE = option(3, bytes(12) + option(5, packed("2001:db8::9") + bytes(8)))
NAME = option(39, b"\1" + dns_name("Printer.example"))


def test_reads_name_identifier_and_lease_of_a_reply() -> None:
    data = b"\7abc" + option(1, DUID) + LEASE + NAME
    message = read_dhcp6(data)
    assert message is not None
    assert (message.is_reply, message.addresses, message.host) == (True, ("2001:db8::9",), "printer.example")
    assert [(field.name, data[field.start : field.end][:2]) for field in message.fields] == [
        ("client_duid", DUID[:2]),
        ("fqdn", b"\1\7"),
    ]


def test_a_partial_name_has_no_final_dot() -> None:
    message = read_dhcp6(b"\1abc" + option(39, b"\0\7printer"))
    assert message is not None and (message.is_reply, message.host) == (False, "printer")


@pytest.mark.parametrize("data", [b"", bytes(40), b"\x0c" + bytes(40), b"\1abc" + option(99, b"x"), b"\1abc\0\x27\0\x7f\0"])
def test_what_says_nothing_gives_none(data: bytes) -> None:
    assert read_dhcp6(data) is None


@given(st.binary(max_size=80))
def test_any_options_return(data: bytes) -> None:
    read_dhcp6(b"\1abc" + option(1, DUID) + data)
    read_dhcp6(b"\1abc" + option(3, data) + data)
