"""DHCP: name, hardware address and lease of a device, each where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.dhcp import read_dhcp


def _message(options: bytes, *, reply: bool = True, address: bytes = bytes([192, 168, 1, 7])) -> bytes:
    head = bytes([2 if reply else 1, 1, 6, 0]) + bytes(12) + address + bytes(8) + bytes.fromhex("001122334455") + bytes(10 + 192)
    return head + b"\x63\x82\x53\x63" + options


def test_reads_name_and_lease_of_a_reply() -> None:
    data = _message(b"\0\x35\x01\x05\x0c\x07Printer\x3c\x03abc\xff")
    message = read_dhcp(data)
    assert message is not None
    assert (message.is_reply, message.addresses, message.host) == (True, ("192.168.1.7",), "Printer")
    values = {field.name: data[field.start : field.end] for field in message.fields}
    assert values == {"client_mac": bytes.fromhex("001122334455"), "host_name": b"Printer", "vendor_class": b"abc"}


def test_a_request_has_no_lease() -> None:
    message = read_dhcp(_message(b"\xff", reply=False, address=bytes(4)))
    assert message is not None and (message.is_reply, message.addresses, message.host) == (False, (), None)


@pytest.mark.parametrize("data", [b"", bytes(300), _message(b"")[:239]])
def test_what_is_no_message_gives_none(data: bytes) -> None:
    assert read_dhcp(data) is None


@pytest.mark.parametrize(
    ("overload", "at", "read"), [(1, 108, True), (2, 44, True), (3, 108, True), (3, 44, True), (1, 44, False), (0, 108, False)]
)
def test_options_may_stand_in_other_fields(overload: int, at: int, read: bool) -> None:
    """RFC 2132 section 9.3; the place is where they stand."""
    data = bytearray(_message(bytes([52, 1, overload, 255])))
    data[at : at + 6] = b"\x0c\3box\xff"
    message = read_dhcp(bytes(data))
    assert message is not None and message.host == ("box" if read else None)
    assert [field.start for field in message.fields if field.name == "host_name"] == ([at + 2] if read else [])


@given(st.binary(max_size=100))
def test_any_options_return(options: bytes) -> None:
    assert read_dhcp(_message(options)) is not None


@pytest.mark.parametrize(
    "option", [b"\x51\x0e\4\0\0\3box\5local\0\xff", b"\x51\x0c\0\0\0box.local\xff"], ids=["as in DNS", "in ASCII"]
)
def test_the_full_name_is_read_in_both_forms(option: bytes) -> None:
    message = read_dhcp(_message(option))
    assert message is not None and (message.host, message.full_name) == (None, "box.local")
