"""The local network as a report shows it: devices, what they say to each other, and what a set-up cannot see. All masked."""

from dataclasses import dataclass

from auditor.model.said import Said
from auditor.model.vocabulary import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRow:
    """One device that packet captures show."""

    device: str
    """Its name in this report: `printer`, `router`, `device 1` ..."""
    role: str
    """printer, router or device."""
    mac: str | None
    """Masked; None where the link has no such address."""
    mac_random: bool
    """Whether it was made up by the device, so that it says nothing of a maker."""
    vendor: str | None
    """The maker of the network chip, by the address's prefix."""
    addresses: tuple[str, ...]
    dhcp_name: str | None
    dhcp_vendor: str | None
    """What DHCP calls the vendor class (option 60)."""
    dhcp_fingerprint: str | None
    """The options that its DHCP client asks for, in its order (option 55), like `1,3,6,15`."""
    names: tuple[str, ...]
    """From mDNS, SSDP and NetBIOS."""
    services: tuple[str, ...]
    """Like `_ipp._tcp`."""
    mqtt_clients: tuple[str, ...]
    mqtt_users: tuple[str, ...]
    mqtt_topics: tuple[str, ...]
    serials: tuple[str, ...]
    ports: tuple[str, ...]
    """Ports that answered, like `tcp/9100`."""
    captures: tuple[str, ...]
    first: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRow:
    """What one device says to another at one port, without leaving the local network."""

    client: str
    """The device's name, else its address."""
    server: str
    client_ip: str
    server_ip: str
    server_port: int | None
    """None: many ports, or a transport without ports."""
    transport: str
    application: str | None
    multicast: bool
    visibility: Visibility | None
    answered: bool
    flows: int
    packets_up: int
    packets_down: int
    bytes_up: int
    bytes_down: int
    phases: tuple[str, ...]
    first: str | None
    commands: tuple[str, ...]
    """What was asked in the clear, like `http /print` or `PJL`; never content."""
    evidence: tuple[str, ...]
    """`CAPTURE#FLOW_ID` of the first flows, at most five."""

    @property
    def first_flow(self) -> str | None:
        """The first of the evidence."""
        return self.evidence[0] if self.evidence else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRow:
    """One end of a value's way: where a device shows it, or where it leaves."""

    end: str
    """printer, app or site."""
    flow: str
    """`CAPTURE#FLOW_ID`, or the capture alone where its link layer shows it."""
    text: str
    text_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """A set-up of the bench: what it sees, and the legs that it cannot see."""

    id: str
    title: str
    title_zh: str
    seen: tuple[str, ...]
    seen_zh: tuple[str, ...]
    unseen: tuple[str, ...]
    unseen_zh: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPoint:
    """The printer's own access point in one capture."""

    name: str
    """Masked; empty where it hides its name."""
    capture: str
    security: str
    """open, wep, wpa or wpa2 (which stands for WPA3, too)."""
    default_key: Said | None
    """How its key can be guessed; None where it could not be, or nothing shows it. Never the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked in the clear of one server by one client."""

    client_ip: str
    server_ip: str
    transport: str
    server_port: int
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnValue:
    """A value that belongs to the printer, by its label among the planted values."""

    label: str
    capture: str | None
    """The capture whose link layer shows it; None where only messages can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFacts:
    """What packet captures show of the local network beside their flows."""

    devices: tuple[DeviceRow, ...] = ()
    asked: tuple[Asked, ...] = ()
    own: tuple[OwnValue, ...] = ()
    """The printer's own values, planted ones and learned ones."""
    printers: tuple[str, ...] = ()
    """Addresses of printers."""
