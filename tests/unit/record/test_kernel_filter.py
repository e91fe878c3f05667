"""The kernel itself runs the programs: each is attached to a local datagram socket, which needs no rights."""

import ipaddress
import socket
from ctypes import addressof, create_string_buffer
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import UsageError
from auditor.record.kernel_filter import Target, compile_filter, drop_everything, is_name, parse_target

PRINTER = bytes.fromhex("02005e100001")
PHONE = bytes.fromhex("02005e100002")
NEAR_MISS = bytes.fromhex("02005e100101")
SO_ATTACH_FILTER = 26


def passes(program: bytes, frame: bytes) -> bool:
    """Whether the kernel lets the frame through."""
    sender, receiver = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with sender, receiver:
        instructions = create_string_buffer(program, len(program))
        receiver.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, pack("HL", len(program) // 8, addressof(instructions)))
        receiver.setblocking(False)
        sender.setblocking(False)
        sender.send(frame)
        try:
            return receiver.recv(65536) == frame
        except BlockingIOError:
            return False


def ethernet(destination: bytes, source: bytes, kind: int = 0x0800, payload: bytes = bytes(60)) -> bytes:
    return destination + source + pack(">H", kind) + payload


def ipv4(source: str, destination: str) -> bytes:
    addresses = ipaddress.IPv4Address(source).packed + ipaddress.IPv4Address(destination).packed
    return bytes([0x45]) + bytes(11) + addresses + bytes(20)


def ipv6(source: str, destination: str) -> bytes:
    addresses = ipaddress.IPv6Address(source).packed + ipaddress.IPv6Address(destination).packed
    return bytes([0x60]) + bytes(7) + addresses + bytes(20)


def arp(sender: str, target: str) -> bytes:
    return bytes(14) + ipaddress.IPv4Address(sender).packed + bytes(6) + ipaddress.IPv4Address(target).packed


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("02:00:5e:10:00:01", PRINTER),
        ("02-00-5E-10-00-01", PRINTER),
        ("02005e100001", PRINTER),
        ("0200.5e10.0001", PRINTER),
        (" 02:00:5E:10:00:01 ", PRINTER),
    ],
)
def test_reads_a_mac_in_every_usual_form(text: str, mac: bytes) -> None:
    assert parse_target(text) == Target(mac=mac)


@pytest.mark.parametrize("text", ["192.0.2.9", "2001:db8::9"])
def test_reads_an_address(text: str) -> None:
    assert parse_target(text).address == ipaddress.ip_address(text)


@pytest.mark.parametrize(
    "text", ["", "printer", "02:00:5e:10:00", "02:00-5e:10:00:01", "02:00:5e:10:00:01:02", "192.0.2.256", "٠٢:٠٠"]
)
def test_refuses_what_is_neither(text: str) -> None:
    with pytest.raises(UsageError, match="neither a MAC nor an IP address"):
        parse_target(text)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_target(text)
    except UsageError as error:
        assert "printer" in str(error)


@pytest.mark.parametrize(
    ("frame", "wanted"),
    [
        (ethernet(PRINTER, PHONE), True),
        (ethernet(PHONE, PRINTER), True),
        (ethernet(bytes([255] * 6), PRINTER, 0x0806), True),
        (ethernet(PHONE, NEAR_MISS), False),
        (ethernet(NEAR_MISS, PHONE), False),
        (ethernet(bytes([255] * 6), PHONE), False),
        (b"short", False),
        (PRINTER, True),
    ],
)
def test_a_mac_passes_frames_from_it_and_to_it_only(frame: bytes, wanted: bool) -> None:
    program = compile_filter(Target(mac=PRINTER), ethernet=True, loopback=False)
    assert passes(program, frame) is wanted


@pytest.mark.parametrize(
    ("address", "kind", "payload", "wanted"),
    [
        ("192.0.2.9", 0x0800, ipv4("192.0.2.9", "198.51.100.1"), True),
        ("192.0.2.9", 0x0800, ipv4("198.51.100.1", "192.0.2.9"), True),
        ("192.0.2.9", 0x0800, ipv4("198.51.100.1", "192.0.2.8"), False),
        ("192.0.2.9", 0x0806, arp("192.0.2.1", "192.0.2.9"), True),
        ("192.0.2.9", 0x0806, arp("192.0.2.9", "192.0.2.1"), True),
        ("192.0.2.9", 0x0806, arp("192.0.2.1", "192.0.2.2"), False),
        ("192.0.2.9", 0x86DD, ipv4("192.0.2.9", "198.51.100.1"), False),
        ("192.0.2.9", 0x0800, b"", False),
        ("2001:db8::9", 0x86DD, ipv6("2001:db8::9", "2001:db8::1"), True),
        ("2001:db8::9", 0x86DD, ipv6("2001:db8::1", "2001:db8::9"), True),
        ("2001:db8::9", 0x86DD, ipv6("2001:db8::1", "2001:db8::19"), False),
        ("2001:db8::9", 0x0800, ipv6("2001:db8::9", "2001:db8::1"), False),
    ],
)
def test_an_address_passes_its_packets_and_its_arp_only(address: str, kind: int, payload: bytes, wanted: bool) -> None:
    program = compile_filter(parse_target(address), ethernet=True, loopback=False)
    assert passes(program, ethernet(PHONE, NEAR_MISS, kind, payload)) is wanted


@pytest.mark.parametrize(
    ("address", "packet", "wanted"),
    [
        ("192.0.2.9", ipv4("192.0.2.9", "198.51.100.1"), True),
        ("192.0.2.9", ipv4("192.0.2.8", "198.51.100.1"), False),
        ("192.0.2.9", ipv6("2001:db8::1", "2001:db8::9"), False),
        ("2001:db8::9", ipv6("2001:db8::1", "2001:db8::9"), True),
        ("2001:db8::9", ipv4("192.0.2.9", "198.51.100.1"), False),
    ],
)
def test_a_link_without_ethernet_header_is_filtered_from_its_first_byte(address: str, packet: bytes, wanted: bool) -> None:
    assert passes(compile_filter(parse_target(address), ethernet=False, loopback=False), packet) is wanted


def test_without_a_target_everything_passes() -> None:
    assert passes(compile_filter(None, ethernet=True, loopback=False), b"anything")


def test_the_loopback_program_is_one_that_the_kernel_takes() -> None:
    assert passes(compile_filter(None, ethernet=True, loopback=True), b"anything")


def test_the_closing_program_lets_nothing_through() -> None:
    assert not passes(drop_everything(), ethernet(PRINTER, PHONE))


def test_a_mac_on_a_link_without_macs_is_refused() -> None:
    with pytest.raises(UsageError, match="has no MAC addresses"):
        compile_filter(Target(mac=PRINTER), ethernet=False, loopback=False)


@pytest.mark.parametrize(("text", "words"), [("02005e100001", "ether host 02:00:5e:10:00:01"), ("192.0.2.9", "host 192.0.2.9")])
def test_a_target_is_written_in_the_words_of_pcap_filter(text: str, words: str) -> None:
    assert str(parse_target(text)) == words


@pytest.mark.parametrize("text", ["nail-printer-42", "espressif", "hp", "beef", "O2Nails V11", "美甲"])
def test_what_is_no_address_can_be_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["02:00:5e:10:00:01", "192.168.4.20", "fe80::1", "02:00:5e:10:00", "192.168.4.256", "1.2.3", ""])
def test_an_address_that_was_mistyped_is_no_name(text: str) -> None:
    assert not is_name(text)
