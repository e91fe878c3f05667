"""What a session shows of its devices becomes planted."""

import pytest

from auditor.decode.message import decode
from auditor.identify.learned import learn, learn_addresses, with_learned
from auditor.model.content import Message, Piece
from auditor.model.session import PlantedValue, Subjects
from auditor.model.vocabulary import Part
from tests.unit.identify.sessions import message


def learned(told: Message) -> list[tuple[str, str]]:
    """Kind and value of what a message teaches."""
    return [(value.kind, value.value) for value in learn(told, decode(told).fields)]


def dhcp(mac: bytes, name: bytes) -> bytes:
    """A DHCP request."""
    head = bytes((1, 1, 6, 0)) + bytes(8) + bytes(4) + bytes((192, 168, 31, 9)) + bytes(8) + mac + bytes(10 + 64 + 128)
    return head + b"\x63\x82\x53\x63" + b"\x35\x01\x03" + bytes((12, len(name))) + name + b"\xff"


def test_dhcp() -> None:
    """The hardware address, the leased address and the host name."""
    told = message([Piece(Part.PAYLOAD, "", dhcp(bytes.fromhex("00005e0053a7"), b"V11-printer-0042"))], "dhcp")
    assert learned(told) == [("ip", "192.168.31.9"), ("mac", "00:00:5e:00:53:a7"), ("other", "V11-printer-0042")]


def test_dhcp_in_pieces() -> None:
    """A reader that takes DHCP apart itself teaches the same."""
    pieces = [Piece(Part.PAYLOAD, "client_mac", bytes.fromhex("00005e0053a7")), Piece(Part.PAYLOAD, "host_name", b"V11-0042")]
    assert learned(message(pieces, "dhcp")) == [("mac", "00:00:5e:00:53:a7"), ("other", "V11-0042")]


MAC = bytes.fromhex("00005e0053a7")
DUID = b"\0\1\0\1\x2b\x11\x22\x33" + MAC
OPTIONS: tuple[tuple[str, str, bytes, list[tuple[str, str]]], ...] = (
    ("dhcp", "client_identifier", b"\1" + MAC, [("mac", "00:00:5e:00:53:a7")]),
    ("dhcp", "client_identifier", b"\xff\0\0\0\1" + DUID, [("mac", "00:00:5e:00:53:a7"), ("other", DUID.hex())]),
    ("dhcp", "client_identifier", b"\0V11-0042", [("other", "V11-0042")]),
    ("dhcp", "client_id", b"\0V11-0042", [("other", "V11-0042")]),
    ("dhcp", "fqdn", b"\1\0\0V11-0042.lan", [("other", "V11-0042")]),
    ("dhcp", "fqdn", b"\5\0\0\x08V11-0042\3lan\0", [("other", "V11-0042")]),
    ("dhcp", "fqdn", b"\5", []),
    ("dhcpv6", "fqdn", b"\0\x08V11-0042\3lan\0", [("other", "V11-0042")]),
    ("dhcpv6", "client_duid", DUID, [("mac", "00:00:5e:00:53:a7"), ("other", DUID.hex())]),
    ("dhcpv6", "client_duid", b"\0\3\0\1" + MAC, [("mac", "00:00:5e:00:53:a7"), ("other", "00030001" + MAC.hex())]),
    (
        "dhcpv6",
        "client_duid",
        b"\0\4" + bytes(range(16)),
        [("other", "00010203-0405-0607-0809-0a0b0c0d0e0f"), ("other", "0004" + bytes(range(16)).hex())],
    ),
    ("dhcpv6", "client_duid", b"\0\1", []),
)


@pytest.mark.parametrize(("protocol", "name", "data", "expected"), OPTIONS)
def test_options_that_name_a_device(protocol: str, name: str, data: bytes, expected: list[tuple[str, str]]) -> None:
    """Client identifiers, DUIDs and full names of DHCP for both IP versions; the flags before them are no part of them."""
    assert learned(message([Piece(Part.PAYLOAD, name, data)], protocol)) == expected


def test_common_host_names_are_not_learned() -> None:
    """A name without a digit would be found everywhere."""
    told = message([Piece(Part.PAYLOAD, "", dhcp(bytes(6), b"localhost"))], "dhcp")
    assert ("other", "localhost") not in learned(told)


@pytest.mark.parametrize(
    ("name", "is_one_device"),
    [
        ("Galaxy-S23-Ultra", False),
        ("Pixel-6a", False),
        ("Redmi-Note-12-Pro", False),
        ("OPPO-Reno4-5G", False),
        ("SM-G991B", False),
        ("iPhone13", False),
        ("esp8266", False),
        ("HF-LPB100", False),
        ("ubuntu2204", False),
        ("mqtt_user1", False),
        ("ESP_7F3A21", True),
        ("esp8266-0042", True),
        ("Meis-Pixel-7", True),
        ("Galaxy-S23-of-Mei", True),
        ("android-9a7b3c5d1e2f4a60", True),
        ("NailPrinter-12", True),
        ("DESKTOP-AB12CD3", True),
        ("user_9f03ab01", True),
    ],
)
def test_what_all_devices_of_a_model_are_called_names_none(name: str, is_one_device: bool) -> None:
    """Every picture of that model would hold it."""
    told = message([Piece(Part.PAYLOAD, "host_name", name.encode())], "dhcp")
    assert learned(told) == ([("other", name)] if is_one_device else [])


def test_mdns_ssdp_and_mqtt() -> None:
    """Names under .local, UUIDs of SSDP, client ids of MQTT."""
    assert learned(message([Piece(Part.DNS, "question", b"v11-4711.local")], "mdns")) == [("other", "v11-4711")]
    assert learned(message([Piece(Part.DNS, "answer", b"brw3c2af41.local")], "dns")) == [("other", "brw3c2af41")]
    ssdp = b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nUSN: uuid:7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11::x\r\n\r\n"
    assert learned(message([Piece(Part.PAYLOAD, "", ssdp)], "ssdp")) == [("other", "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11")]
    client = Piece(Part.MQTT, "client_id", b"V11DEMO004711|securemode=3|")
    assert learned(message([client], "mqtt")) == [("other", "V11DEMO004711")]
    user = Piece(Part.MQTT, "username", b"nail-user-0042&a1productkey")
    assert learned(message([user], "mqtt")) == [("other", "nail-user-0042")]


def test_names_of_services_and_registered_names() -> None:
    """What a printer calls its service, and the name that a host registers; a name that somebody asks for is none of its own."""
    service = Piece(Part.DNS, "answer", b"Nail Studio 42._ipp._tcp.local")
    assert learned(message([service], "dns")) == [("other", "Nail Studio 42")]
    assert learned(message([Piece(Part.DNS, "registered", b"nailbx0042")], "nbns")) == [("other", "nailbx0042")]
    assert learned(message([Piece(Part.DNS, "question", b"nailbx0042")], "nbns")) == []


OWN = ("10.1.2.3", "100.64.3.7", "169.254.9.9", "172.16.0.9", "192.168.31.7", "fd12::7", "fe80::1c2d:3e4f")
OTHERS = ("8.8.8.8", "100.128.0.1", "127.0.0.1", "192.0.2.7", "198.51.100.7", "203.0.113.9", "198.18.0.1", "240.0.0.1", "255.255.255.255",
          "0.0.0.0", "224.0.0.251", "2001:db8::7", "2400::1", "::1", "ff02::fb", "no address")  # fmt: skip


def test_addresses() -> None:
    """Addresses that a client has in its own network; public ones, and those of documentation, say nothing of a device."""
    assert [value.value for value in learn_addresses([*OWN, *OTHERS, *OWN])] == sorted(OWN)


def test_with_learned() -> None:
    """Learned values come once, numbered by kind; a planted one keeps its label."""
    planted = Subjects(identifiers=(PlantedValue(label="printer-mac", kind="mac", value="00-00-5E-00-53-A7", owner="printer"),))
    values = [
        PlantedValue(label="", kind="mac", value=value, owner="learned") for value in ("00:00:5e:00:53:a7", "00:00:5e:00:53:09")
    ]
    both = with_learned(planted, (*values, *values))
    assert [(entry.label, entry.value) for entry in both.identifiers[1:]] == [("learned-mac-1", "00:00:5e:00:53:09")]
