"""DHCP and NetBIOS: devices name themselves; what is none of it is handed on as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.capture.naming import ANYONE, Names
from auditor.capture.talk_local import is_netbios, netbios_name
from tests.unit.capture.datagrams import datagrams
from tests.unit.capture.test_dhcp6 import DUID, LEASE, NAME, option
from tests.unit.capture.wire import dns_name

COOKIE = b"\x63\x82\x53\x63"


def _dhcp(kind: int, options: bytes, given_address: bytes = b"\xc0\xa8\1\x09") -> bytes:
    mac = bytes.fromhex("020000000001")
    return bytes([kind, 1, 6, 0]) + bytes(12) + given_address + bytes(8) + mac + bytes(10 + 192) + COOKIE + options


def _encoded(name: bytes, last: int = 0) -> str:
    return "".join(chr(65 + (byte >> 4)) + chr(65 + (byte & 15)) for byte in name.ljust(15) + bytes([last]))


def test_a_lease_names_its_address_for_everyone() -> None:
    names = Names()
    request, answer = _dhcp(1, b"\x0c\x07Printer\xff", bytes(4)), _dhcp(2, b"\x35\x01\x05\xff")
    story, messages = datagrams([(0, request), (1, answer)], 67, names)
    found = names.find("192.168.1.2", "192.168.1.9", 5)
    assert found is not None
    assert (found.name, story.application, story.is_up(0)) == ("printer", "dhcp", True)
    assert [(piece.name, piece.data) for piece in messages[0].pieces] == [
        ("client_mac", bytes.fromhex("020000000001")), ("host_name", b"Printer")
    ]  # fmt: skip


def test_a_request_gives_nobody_a_name() -> None:
    names = Names()
    datagrams([(0, _dhcp(1, b"\x0c\x07Printer\xff"))], 67, names)
    assert not names.pairs


@pytest.mark.parametrize(
    ("encoded", "name"),
    [
        (_encoded(b"LAPTOP"), "laptop"), (_encoded(b"LAPTOP").lower(), "laptop"), (_encoded(b"LAPTOP") + ".scope", "laptop"),
        (_encoded(b"LAPTOP")[:-1], None), ("Q" * 32, None), (_encoded(b""), None), (_encoded(b"\1\2__MSBROWSE__\2"), None), ("", None),
    ],
)  # fmt: skip
def test_netbios_names_are_decoded(encoded: str, name: str | None) -> None:
    assert netbios_name(encoded) == name


def test_a_registration_names_its_address() -> None:
    names = Names()
    name = dns_name(_encoded(b"LAPTOP"))
    record = b"\xc0\x0c\0\x20\0\1\0\0\0\0\0\6\0\0\xc0\xa8\1\x09"
    data = b"\0\7\x29\x10\0\1\0\0\0\0\0\1" + name + b"\0\x20\0\1" + record
    story, messages = datagrams([(0, data)], 137, names)
    assert story.all_names == ("laptop",)
    assert story.application == "nbns"
    assert [(piece.name, piece.data) for message in messages for piece in message.pieces] == [("registered", b"laptop")]


@pytest.mark.parametrize(("data", "shaped"), [(bytes(12), False), (b"\0\7\1\x10\0\1" + bytes(6), True), (b"", False)])
def test_the_shape_of_the_name_service(data: bytes, shaped: bool) -> None:
    assert is_netbios(data) is shaped


def test_what_cannot_be_read_is_handed_on() -> None:
    story, messages = datagrams([(0, b"\0\7\1\x10\0\1\xff\xff\0\0\0\0\xff"), (0, 9)], 137)
    assert (messages[0].pieces[0].data[-1:], story.all_unread()) == (b"\xff", ("payload: 9 bytes missing from the capture",))
    assert ANYONE == ""


@given(st.binary(max_size=40), st.binary(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_told(options: bytes, rest: bytes) -> None:
    datagrams([(0, _dhcp(1, options)), (1, _dhcp(2, rest)), (0, rest)], 67)
    datagrams([(0, b"\0\7\1\x10\0\1" + rest), (1, options)], 137)


def test_dhcp_for_ipv6_names_its_leases() -> None:
    names = Names()
    request, answer = b"\1abc" + option(1, DUID) + NAME, b"\7abc" + option(1, DUID) + LEASE
    story, messages = datagrams([(0, request), (1, answer), (0, b"no message")], 547, names)
    found = names.find("2001:db8::2", "2001:db8::9", 5)
    assert found is not None
    assert (found.name, story.application, story.is_up(0)) == ("printer.example", "dhcpv6", True)
    assert [[piece.name for piece in message.pieces] for message in messages] == [["client_duid", "fqdn"], ["client_duid"], [""]]
