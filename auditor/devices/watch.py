"""Packets in, the devices of the local network out: addresses, names, maker, services and open ports of each.

Everything is bounded, because whoever is on the network may make up devices, names and ports as fast as it sends packets.
"""

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache

from auditor.devices.packet import ACK, ARP, RST, SYN, TCP, UDP, Packet
from auditor.devices.told import Trait, told
from auditor.devices.vendor import is_device, is_random, vendor_of

MAX_DEVICES = 1024
MAX_VALUES = 32
"""Values that a device keeps of each trait, and open ports."""
MAX_ASKED = 4096
"""Datagrams between local devices that may still be answered."""
ROUTED = 3
"""A device from which packets of so many public addresses come is a router."""
_MDNS, _SSDP = 5353, 1900
_MQTT_PORT = 1883


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What is known of a device, in the clear."""

    mac: str | None
    """Like 02:00:5e:10:00:01; None on links without one."""
    is_random: bool
    vendor: str | None
    addresses: tuple[str, ...]
    """Its own addresses: private and link-local ones of its packets, and whatever it tells by ARP."""
    traits: tuple[tuple[Trait, tuple[str, ...]], ...]
    """What it said of itself, in order of first appearance."""
    ports: tuple[str, ...]
    """Ports that answered, like tcp/9100."""
    is_router: bool
    """Whether packets of many public addresses come from its link address."""
    goes_out: bool
    """Whether it spoke to a public address itself."""
    packets: int
    first: int
    """UTC nanoseconds."""

    def of(self, trait: Trait) -> tuple[str, ...]:
        """The values of a trait."""
        return next((values for name, values in self.traits if name is trait), ())


@dataclass(slots=True)
class _Known:
    """A device while it is watched."""

    first: int
    packets: int = 0
    addresses: dict[bytes, None] = field(default_factory=dict)
    public: set[bytes] = field(default_factory=set)
    traits: dict[Trait, dict[str, None]] = field(default_factory=dict)
    ports: dict[str, None] = field(default_factory=dict)
    goes_out: bool = False
    version: int = 0
    """Counts what was learnt."""


class DeviceWatch:
    """All devices so far, by link address; by IP address where the link has none."""

    def __init__(self) -> None:
        self._known: dict[bytes, _Known] = {}
        self._asked: dict[tuple[bytes, int, bytes, int], None] = {}
        self._mqtt: set[tuple[bytes, int]] = set()

    def take(self, packet: Packet) -> bytes | None:
        """Takes a packet; the key of the device that something new is known of, None for most packets."""
        key = packet.source_mac or packet.source
        if packet.source_mac and not is_device(packet.source_mac):
            return None
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MAX_DEVICES or not (packet.source_mac or is_local(packet.source)):
                return None
            known = self._known[key] = _Known(packet.at, version=1)
            before = 0
        else:
            before = known.version
        known.packets += 1
        if packet.transport == ARP:
            self._arp(known, packet.source_mac, packet.payload)
        else:
            self._network(known, packet)
        return key if known.version != before else None

    def device(self, key: bytes) -> Device:
        """What is known of a device."""
        known = self._known[key]
        mac = key if len(key) == 6 else None
        return Device(
            mac=mac.hex(":") if mac else None,
            is_random=bool(mac) and is_random(key),
            vendor=vendor_of(mac) if mac else None,
            addresses=tuple(text_of(packed) for packed in known.addresses),
            traits=tuple((trait, tuple(values)) for trait, values in known.traits.items()),
            ports=tuple(sorted(known.ports, key=_port_order)),
            is_router=len(known.public) >= ROUTED,
            goes_out=known.goes_out,
            packets=known.packets,
            first=known.first,
        )

    def devices(self) -> tuple[Device, ...]:
        """All of them, in order of first appearance."""
        return tuple(self.device(key) for key in self._known)

    def _network(self, known: _Known, packet: Packet) -> None:
        source = packet.source
        self._address(known, source)
        if not known.goes_out and source in known.addresses and is_public(packet.target):
            known.goes_out = True
            known.version += 1
        if packet.transport == TCP:
            self._tcp(known, packet)
        elif packet.transport == UDP:
            self._udp(known, packet)

    def _address(self, known: _Known, packed: bytes) -> None:
        if packed in known.addresses or packed in known.public:
            return
        if is_local(packed):
            if len(known.addresses) < MAX_VALUES:
                known.addresses[packed] = None
                known.version += 1
        elif is_public(packed) and len(known.public) < ROUTED:
            known.public.add(packed)
            known.version += 1

    def _tcp(self, known: _Known, packet: Packet) -> None:
        if packet.flags & (SYN | ACK | RST) == SYN | ACK and is_local(packet.source):
            self._port(known, f"tcp/{packet.source_port}")
        payload = packet.payload
        if payload and payload[0] in (0x10, 0x30, 0x31, 0x32, 0x33) and packet.flags & SYN == 0:
            self._mqtt_said(known, packet)

    def _mqtt_said(self, known: _Known, packet: Packet) -> None:
        """A byte of 0x30 begins much that is no MQTT: topics count where a CONNECT was seen, or at MQTT's own port."""
        end = (packet.target, packet.target_port)
        for trait, text in told(packet):
            if trait is Trait.MQTT_TOPIC and end not in self._mqtt and packet.target_port != _MQTT_PORT:
                continue
            if trait is not Trait.MQTT_TOPIC and len(self._mqtt) < MAX_ASKED:
                self._mqtt.add(end)
            self._trait(known, trait, text)

    def _udp(self, known: _Known, packet: Packet) -> None:
        """Datagrams of protocols in which devices name themselves; and answers to a datagram, which show an open port."""
        for trait, text in told(packet):
            self._trait(known, trait, text)
        if not is_local(packet.source) or packet.target_port == _SSDP:
            return
        answered = (packet.target, packet.target_port, packet.source, packet.source_port)
        if answered in self._asked:
            self._port(known, f"udp/{packet.source_port}")
        elif packet.source_port == packet.target_port == _MDNS:
            self._port(known, f"udp/{_MDNS}")
        elif is_local(packet.target):
            if len(self._asked) >= MAX_ASKED:
                self._asked.pop(next(iter(self._asked)))
            self._asked[packet.source, packet.source_port, packet.target, packet.target_port] = None

    def _arp(self, known: _Known, mac: bytes, message: bytes) -> None:
        """RFC 826: hardware type 1, protocol IPv4, the sender's address. It is its own even where it is public."""
        own = message[14:18]
        if message[:8] != b"\0\1\x08\0\6\4\0" + message[7:8] or message[8:14] != mac or len(own) < 4 or not any(own):
            return
        if own not in known.addresses and len(known.addresses) < MAX_VALUES:
            known.addresses[own] = None
            known.version += 1

    def _port(self, known: _Known, port: str) -> None:
        if port not in known.ports and len(known.ports) < MAX_VALUES:
            known.ports[port] = None
            known.version += 1

    def _trait(self, known: _Known, trait: Trait, text: str) -> None:
        values = known.traits.setdefault(trait, {})
        if text not in values and len(values) < MAX_VALUES:
            values[text] = None
            known.version += 1


@lru_cache(maxsize=16384)
def is_local(packed: bytes) -> bool:
    """Whether an address belongs to a device of a local network: private or link-local, and one device's."""
    if len(packed) not in (4, 16):
        return False
    address = ipaddress.ip_address(packed)
    one = not (address.is_multicast or address.is_unspecified or address.is_loopback or packed == b"\xff\xff\xff\xff")
    return one and (address.is_private or address.is_link_local) and not _is_test_net(packed)


@lru_cache(maxsize=16384)
def is_public(packed: bytes) -> bool:
    """Whether an address is one device's beyond the local network; the documentation's networks count, as in any lab."""
    if len(packed) not in (4, 16):
        return False
    address = ipaddress.ip_address(packed)
    return (address.is_global and not address.is_multicast) or _is_test_net(packed)


def _is_test_net(packed: bytes) -> bool:
    """RFC 5737 and RFC 3849: Python calls them private."""
    return packed[:3] in (b"\xc0\x00\x02", b"\xc6\x33\x64", b"\xcb\x00\x71") or packed[:4] == b"\x20\x01\x0d\xb8"


@lru_cache(maxsize=16384)
def text_of(packed: bytes) -> str:
    """An address as in RFC 5952."""
    return str(ipaddress.ip_address(packed))


def _port_order(port: str) -> tuple[str, int]:
    transport, _, number = port.partition("/")
    return transport, int(number)
