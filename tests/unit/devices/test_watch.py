"""Devices as their packets show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.capture.frames import ETHERNET
from auditor.devices import watch as module
from auditor.devices.packet import Packet, read_packet
from auditor.devices.told import Trait
from auditor.devices.watch import Device, DeviceWatch, is_local, is_public
from tests.unit.capture.wire import ACK, RST, SYN, packed
from tests.unit.devices.lan import MACS, PHONE, PRINTER, ROUTER, Lan, dhcp_request, mqtt_connect, mqtt_publish


def watched(lan: Lan) -> DeviceWatch:
    watch = DeviceWatch()
    for at, frame in lan.frames:
        packet = read_packet(ETHERNET, at, frame)
        if packet is not None:
            watch.take(packet)
    return watch


def device(lan: Lan, address: str) -> Device:
    return next(found for found in watched(lan).devices() if found.mac == MACS[address].hex(":"))


def test_addresses_come_from_arp_and_from_packets() -> None:
    lan = Lan()
    lan.arp(PRINTER, ROUTER)
    lan.udp(PHONE, 5000, PRINTER, 5001, b"x")
    assert device(lan, PRINTER).addresses == (PRINTER,)
    assert device(lan, PHONE).addresses == (PHONE,)


def test_a_public_address_is_a_devices_own_only_where_arp_says_so() -> None:
    lan = Lan()
    lan.tcp("198.51.100.1", 443, PRINTER, 50_000, ACK, b"x")
    assert device(lan, ROUTER).addresses == ()
    message = b"\0\1\x08\0\6\4\0\1" + MACS[ROUTER] + packed("192.0.2.1") + b"\0" * 10
    lan.add("192.0.2.1", PRINTER, message, 0x0806)
    assert device(lan, ROUTER).addresses == ("192.0.2.1",)


def test_arp_in_anothers_name_says_nothing() -> None:
    lan = Lan()
    lan.add(PRINTER, PHONE, b"\0\1\x08\0\6\4\0\2" + MACS[PHONE] + packed("192.168.50.1") + b"\0" * 10, 0x0806)
    assert device(lan, PRINTER).addresses == ()


def test_a_router_is_who_carries_packets_of_many_public_addresses() -> None:
    lan = Lan()
    for number in range(3):
        lan.tcp(f"198.51.100.{number + 1}", 443, PRINTER, 50_000, ACK, b"x")
    lan.udp(ROUTER, 53, PRINTER, 40_000, b"x")
    lan.tcp(PRINTER, 50_000, "198.51.100.1", 443, ACK, b"y")
    assert device(lan, ROUTER).is_router
    assert device(lan, ROUTER).addresses == (ROUTER,)
    assert not device(lan, PRINTER).is_router
    assert device(lan, PRINTER).goes_out
    assert not device(lan, ROUTER).goes_out


def test_open_ports_are_those_that_answered() -> None:
    lan = Lan()
    lan.talk(PHONE, PRINTER, 9100, b"@PJL INFO STATUS")
    lan.tcp(PRINTER, 9101, PHONE, 50_001, RST | ACK)
    lan.udp(PHONE, 40_000, PRINTER, 8600, b"who?")
    lan.udp(PRINTER, 8600, PHONE, 40_000, b"me")
    lan.tcp("198.51.100.1", 443, PRINTER, 50_000, SYN | ACK)
    assert device(lan, PRINTER).ports == ("tcp/9100", "udp/8600")
    assert device(lan, ROUTER).ports == ()
    assert device(lan, PHONE).ports == ()


def test_what_devices_say_of_themselves_is_theirs() -> None:
    lan = Lan()
    lan.udp("0.0.0.0", 68, "255.255.255.255", 67, b"")
    lan.frames[-1] = (lan.now, lan.frames[-1][1])
    lan.udp(PRINTER, 68, "255.255.255.255", 67, dhcp_request(MACS[PRINTER], b"nail-printer-42"))
    lan.talk(PRINTER, "198.51.100.18", 1884, mqtt_connect(b"client-0042", b"user") + b"")
    lan.tcp(PRINTER, 50_000, "198.51.100.18", 1884, ACK, mqtt_publish(b"printers/42/state", b"{}"))
    found = device(lan, PRINTER)
    assert found.of(Trait.DHCP_NAME) == ("nail-printer-42",)
    assert found.of(Trait.MQTT_CLIENT) == ("client-0042",)
    assert found.of(Trait.MQTT_TOPIC) == ("printers/42/state",)
    assert found.vendor is not None
    assert "Espressif" in found.vendor


def test_what_looks_like_a_topic_elsewhere_is_none() -> None:
    lan = Lan()
    lan.tcp(PRINTER, 50_000, "198.51.100.18", 9000, ACK, mqtt_publish(b"printers/42/state", b"{}"))
    assert device(lan, PRINTER).of(Trait.MQTT_TOPIC) == ()


def test_only_news_are_told() -> None:
    lan = Lan()
    lan.arp(PRINTER, ROUTER)
    lan.arp(PRINTER, ROUTER)
    watch = DeviceWatch()
    packets = [read_packet(ETHERNET, at, frame) for at, frame in lan.frames]
    assert [watch.take(packet) for packet in packets if packet] == [MACS[PRINTER], None]


def test_a_flood_of_made_up_devices_and_names_is_bounded() -> None:
    watch = DeviceWatch()
    for number in range(module.MAX_DEVICES + 50):
        mac = b"\x02" + number.to_bytes(5)
        for host in range(2):
            source = b"\x0a" + (number * 2 + host).to_bytes(3)
            watch.take(Packet(0, mac, mac, source, packed(PRINTER), 17, 1000 + host, 5353, 0, 0, b"", 0))
    assert len(watch.devices()) == module.MAX_DEVICES
    one = DeviceWatch()
    for number in range(500):
        source = b"\x0a\0" + number.to_bytes(2)
        one.take(Packet(0, MACS[PRINTER], b"", source, packed(PHONE), 6, number, 80, SYN | ACK, 0, b"", 0))
    (found,) = one.devices()
    assert len(found.addresses) == len(found.ports) == module.MAX_VALUES


@pytest.mark.parametrize(
    ("address", "local", "public"),
    [
        ("192.168.1.1", True, False),
        ("10.0.0.1", True, False),
        ("169.254.1.1", True, False),
        ("fe80::1", True, False),
        ("8.8.8.8", False, True),
        ("198.51.100.7", False, True),
        ("2001:db8::1", False, True),
        ("224.0.0.251", False, False),
        ("255.255.255.255", False, False),
        ("0.0.0.0", False, False),
        ("127.0.0.1", False, False),
    ],
)
def test_local_and_public_addresses(address: str, local: bool, public: bool) -> None:
    assert (is_local(packed(address)), is_public(packed(address))) == (local, public)


@given(st.lists(st.tuples(st.integers(0, 200), st.binary(min_size=1, max_size=5)), max_size=6))
def test_bent_frames_never_break_the_watch(bends: list[tuple[int, bytes]]) -> None:
    lan = Lan()
    lan.arp(PRINTER, ROUTER)
    lan.udp(PRINTER, 68, "255.255.255.255", 67, dhcp_request(MACS[PRINTER], b"nail-printer-42"))
    lan.talk(PRINTER, "198.51.100.18", 1883, mqtt_connect(b"client-0042", b"user"))
    for index, (at, frame) in enumerate(lan.frames):
        bent = bytearray(frame)
        for place, noise in bends:
            bent[place : place + len(noise)] = noise
        lan.frames[index] = (at, bytes(bent))
    for found in watched(lan).devices():
        texts = (found.vendor or "", *(text for _, said in found.traits for text in said))
        assert all(text.isprintable() for text in texts)
