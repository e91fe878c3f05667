"""What devices say of themselves: one case for each protocol, and any bytes for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.devices import told as module
from auditor.devices.packet import TCP, UDP, Packet
from auditor.devices.told import Trait, told
from tests.unit.devices.lan import MACS, PRINTER, dhcp_request, dns_name, mdns_answer, mqtt_connect, mqtt_publish

TXT = b"\x09ty=Nail 1\x0eusb_SER=SN0042\x03a=b"


def packet(transport: int, port: int, payload: bytes) -> Packet:
    return Packet(0, b"", b"", b"\xc0\xa8\x32\x28", b"\xc0\xa8\x32\x01", transport, 50_000, port, 24, 0, payload, 0)


CASES = {
    "a DHCP request": (
        packet(UDP, 67, dhcp_request(MACS[PRINTER], b"nail-printer-42", b"udhcp 1.36")),
        [
            (Trait.MAC, "c0:4e:30:11:12:07"),
            (Trait.DHCP_FINGERPRINT, "1,3,6,15"),
            (Trait.DHCP_NAME, "nail-printer-42"),
            (Trait.DHCP_VENDOR, "udhcp 1.36"),
        ],
    ),
    "an announcement by mDNS": (
        packet(
            UDP,
            5353,
            mdns_answer(
                ("_ipp._tcp.local", 12, dns_name("Nail Printer V11._ipp._tcp.local")),
                ("v11.local", 1, b"\xc0\xa8\x32\x28"),
                ("Nail Printer V11._ipp._tcp.local", 16, TXT),
            ),
        ),
        [
            (Trait.SERIAL, "SN0042"),
            (Trait.SERVICE, "_ipp._tcp"),
            (Trait.NAME, "nail printer v11"),
            (Trait.SERVICE, "_ipp._tcp"),
            (Trait.NAME, "v11"),
        ],
    ),
    "SSDP": (
        packet(
            UDP,
            1900,
            b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nSERVER: Linux/4.1 UPnP/1.0 O2/1\r\nUSN: uuid:00112233\r\n\r\n",
        ),
        [(Trait.SERVICE, "upnp:rootdevice"), (Trait.NAME, "Linux/4.1 UPnP/1.0 O2/1"), (Trait.NAME, "uuid:00112233")],
    ),
    "an SSDP search": (packet(UDP, 1900, b"M-SEARCH * HTTP/1.1\r\nST: ssdp:all\r\n\r\n"), []),
    "a NetBIOS registration": (
        packet(UDP, 137, b"\0\1\x29\x10\0\1\0\0\0\0\0\1\x20" + b"EOEBEJEMDBCACACACACACACACACACAAA" + b"\0\0\x20\0\1"),
        [(Trait.NAME, "nail1")],
    ),
    "MQTT's CONNECT as Alibaba Cloud wants it": (
        packet(TCP, 1883, mqtt_connect(b"a1demo.SN0042|securemode=3|", b"SN0042&a1demo0001", b"secret-password")),
        [
            (Trait.MQTT_CLIENT, "a1demo.SN0042|securemode=3|"),
            (Trait.MQTT_USER, "SN0042&a1demo0001"),
            (Trait.SERIAL, "SN0042"),
        ],
    ),
    "MQTT's PUBLISH": (packet(TCP, 1883, mqtt_publish(b"printers/42/state", b"{}")), [(Trait.MQTT_TOPIC, "printers/42/state")]),
    "TLS": (packet(TCP, 443, b"\x16\x03\x01\x02\x00\x01"), []),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_packet_tells(name: str) -> None:
    given_packet, wanted = CASES[name]
    assert [tuple(entry) for entry in told(given_packet)] == wanted


def test_a_password_is_never_told() -> None:
    found = told(packet(TCP, 1883, mqtt_connect(b"c1", b"user", b"secret-password")))
    assert all("secret" not in entry.text for entry in found)


def test_a_servers_reply_says_nothing_of_the_server() -> None:
    reply = bytearray(dhcp_request(MACS[PRINTER], b"nail-printer-42"))
    reply[0] = 2
    assert list(told(packet(UDP, 67, bytes(reply)))) == []


def test_texts_are_short_and_printable() -> None:
    found = list(told(packet(UDP, 67, dhcp_request(MACS[PRINTER], b"\x1b[2J" + b"x" * 200))))
    name = next(entry.text for entry in found if entry.what is Trait.DHCP_NAME)
    assert name.isprintable()
    assert len(name) <= 2 * module.MAX_TEXT


@given(st.sampled_from([(UDP, 67), (UDP, 5353), (UDP, 1900), (UDP, 137), (TCP, 1883)]), st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(where: tuple[int, int], data: bytes) -> None:
    for entry in told(packet(*where, data)):
        assert entry.text.isprintable()


@given(st.integers(0, 300), st.binary(min_size=1, max_size=3))
def test_a_bent_dhcp_request_is_read_without_an_error(at: int, noise: bytes) -> None:
    data = bytearray(dhcp_request(MACS[PRINTER], b"nail-printer-42", b"udhcp"))
    data[at : at + len(noise)] = noise
    assert isinstance(list(told(packet(UDP, 67, bytes(data)))), list)


@pytest.mark.parametrize(
    ("option", "names"),
    [
        (b"\x51\x08\x00\x00\x00nail9", ["nail9"]),
        (b"\x51\x03\x00\x00\x00", []),
        (b"\0\0\x0c\x05nail9", ["nail9"]),
        (b"\x0c\x05nail9\xff\x0c\x05other", ["nail9"]),
        (b"\x0c\x09nail9", ["nail9"]),
        (b"\x0c", []),
    ],
    ids=["the full name", "its flags alone", "behind padding", "before the end", "cut", "without a length"],
)
def test_the_name_in_an_option_of_dhcp(option: bytes, names: list[str]) -> None:
    """RFC 2132 sections 3.1, 3.2 and 3.14; RFC 4702 section 2: flags and two codes stand before the full name."""
    bare = dhcp_request(MACS[PRINTER], b"x", b"y")
    request = bare[:240] + option
    assert [entry.text for entry in told(packet(UDP, 67, request)) if entry.what is Trait.DHCP_NAME] == names
