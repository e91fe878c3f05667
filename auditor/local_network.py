"""A look at the local network of a session: its packet captures go in, its devices come out, and what they ask of each other.

The printer is the device that subjects.toml names (by MAC, address or serial number), or that the recorder's filter names;
where neither does, the device that goes out most in the printer's captures. What it shows of itself is planted like typed
values, so that a MAC that only Ethernet headers show is found again in what the app sends.
"""

import ipaddress
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from auditor.capture import formats
from auditor.capture.rotated import rotated_set
from auditor.devices.contacts import ContactWatch
from auditor.devices.frames import Frame, read_frames
from auditor.devices.known import KnownConversations
from auditor.devices.packet import Packet, read_packet
from auditor.devices.told import Trait
from auditor.devices.watch import Device, DeviceWatch, is_local
from auditor.errors import CaptureError
from auditor.identify.canonical import canonical
from auditor.identify.masking import mask as mask_value
from auditor.model.device import Asked, DeviceRow, LocalFacts, OwnValue
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.model.vocabulary import Surface
from auditor.spread import Spread, here

PACKET_FORMATS = frozenset({"pcap", "pcapng"})
PRINTER, ROUTER, DEVICE = "printer", "router", "device"
MAX_DEVICES = 200
"""Devices that a report lists; a network may hold thousands that are made up."""

type Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One device with its role, in the clear."""

    device: Device
    role: str
    captures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What the captures of a session show of the local network, in the clear."""

    devices: tuple[Seen, ...] = ()
    asked: tuple[Asked, ...] = ()

    @property
    def printers(self) -> tuple[Seen, ...]:
        """The printers."""
        return tuple(seen for seen in self.devices if seen.role == PRINTER)


@dataclass(slots=True)
class _Look:
    """What one capture shows."""

    name: str
    surface: Surface
    devices: tuple[Device, ...]
    asked: dict[tuple[str, str, str, int], dict[str, int]] = field(default_factory=dict)


def look(session: Session, subjects: Subjects, spread: Spread = here) -> Network:
    """Looks at every packet of the session's captures, background ones left out."""
    own = [capture for capture in session.captures if not capture.background]
    looks = [found for found in spread(_look, own) if found]
    found: dict[str, list[tuple[_Look, Device]]] = {}
    for one in looks:
        for device in one.devices:
            found.setdefault(device.mac or " ".join(device.addresses), []).append((one, device))
    named = {key: _is_named([device for _, device in seen], subjects) for key, seen in found.items()}
    chosen = {key for key, is_named in named.items() if is_named} or _most_active(found)
    devices = [_seen(seen, is_printer=key in chosen) for key, seen in found.items()]
    return Network(devices=tuple(sorted(devices, key=_order)), asked=tuple(_asked(looks)))


def _asked(looks: Iterable[_Look]) -> Iterator[Asked]:
    """What was asked of each port, of all captures together."""
    asked: dict[tuple[str, str, str, int], dict[str, int]] = {}
    for one in looks:
        for key, commands in one.asked.items():
            asked.setdefault(key, {}).update(commands)
    for (client, server, transport, port), commands in sorted(asked.items()):
        yield Asked(client_ip=client, server_ip=server, transport=transport, server_port=port, commands=tuple(commands))


def _look(capture: CaptureFile) -> _Look | None:
    """One capture; None for one that holds no packets."""
    try:
        reader = formats.recognise(capture.path)
    except CaptureError:
        return None
    if reader.name not in PACKET_FORMATS:
        return None
    devices, contacts, known = DeviceWatch(), ContactWatch(), KnownConversations()
    for link, at, frame in _frames(capture.path):
        packet = None if known.has(frame) else read_packet(link, at, frame)
        if packet is None:
            continue
        devices.take(packet)
        inside = _stays_inside(packet)
        if inside:
            deque(contacts.take(packet), 0)  # the flows table knows whom they contact; what counts here is what they ask
        if not inside or contacts.is_done(packet):
            known.add(link, frame, packet)
    deque(contacts.end(), 0)
    asked = {key: talk.commands for key, talk in contacts.talks.items()}
    return _Look(capture.name, capture.surface or reader.surface, devices.devices(), asked)


def _stays_inside(packet: Packet) -> bool:
    """Whether one device of the network speaks to another, and not for the names of those outside."""
    return is_local(packet.source) and is_local(packet.target) and 53 not in (packet.source_port, packet.target_port)


def _frames(path: str) -> Iterator[Frame]:
    """The frames of a capture, or of the whole rotated set that it begins."""
    for part in rotated_set(path):
        yield from read_frames(part)


def _is_named(devices: list[Device], subjects: Subjects) -> bool:
    """Whether a value of the printer in subjects.toml is one of the device's."""
    known = {("mac", device.mac) for device in devices if device.mac} | {
        ("ip", address) for device in devices for address in device.addresses
    }
    known |= {("serial", serial) for device in devices for serial in device.of(Trait.SERIAL)}
    spoken = {(kind, canonical(kind, text)) for kind, text in known}
    return any(
        entry.owner == PRINTER and (entry.kind, canonical(entry.kind, entry.value)) in spoken for entry in subjects.identifiers
    )


def _most_active(found: dict[str, list[tuple[_Look, Device]]]) -> set[str]:
    """Of the devices in the printer's captures that go out and are no router, the one with the most packets."""
    best, most = None, 0
    for key, seen in found.items():
        packets = sum(
            device.packets for one, device in seen if one.surface is Surface.PRINTER and device.goes_out and not device.is_router
        )
        if packets > most:
            best, most = key, packets
    return {best} if best is not None else set()


def _seen(seen: list[tuple[_Look, Device]], *, is_printer: bool) -> Seen:
    """One device of several captures as one."""
    devices = [device for _, device in seen]
    traits = {trait: _each_once(device.of(trait) for device in devices) for trait in Trait}
    merged = replace(
        devices[0],
        addresses=_each_once(device.addresses for device in devices),
        traits=tuple((trait, texts) for trait, texts in traits.items() if texts),
        ports=_each_once(device.ports for device in devices),
        is_router=any(device.is_router for device in devices),
        goes_out=any(device.goes_out for device in devices),
        packets=sum(device.packets for device in devices),
        first=min(device.first for device in devices),
    )
    role = PRINTER if is_printer else ROUTER if merged.is_router else DEVICE
    return Seen(device=merged, role=role, captures=_each_once([one.name] for one, _ in seen))


def _each_once[T](several: Iterable[Iterable[T]]) -> tuple[T, ...]:
    """What stands in them, in the order in which it comes first."""
    return tuple(dict.fromkeys(chain.from_iterable(several)))


def _order(seen: Seen) -> tuple[int, int, str]:
    return ((PRINTER, ROUTER, DEVICE).index(seen.role), seen.device.first, seen.device.mac or "")


def with_printer(subjects: Subjects, network: Network) -> Subjects:
    """The subjects with what the printers show of themselves: link address, serial numbers and names that tell devices apart."""
    known = {canonical(entry.kind, entry.value) for entry in subjects.identifiers}
    added: list[PlantedValue] = []
    for kind, value in _shown_values(network.printers):
        spoken = canonical(kind, value)
        if spoken not in known:
            known.add(spoken)
            number = sum(entry.kind == kind for entry in added) + 1
            label = f"printer-{kind}-seen" + (f"-{number}" if number > 1 else "")
            added.append(PlantedValue(label=label, kind=kind, value=value, owner=PRINTER))
    return replace(subjects, identifiers=(*subjects.identifiers, *added))


def _shown_values(printers: Iterable[Seen]) -> Iterator[tuple[str, str]]:
    for seen in printers:
        if seen.device.mac and not seen.device.is_random:
            yield "mac", seen.device.mac
        for serial in seen.device.of(Trait.SERIAL):
            if len(serial) >= 6 and any(sign.isdigit() for sign in serial):
                yield "serial", serial


def masked(network: Network, subjects: Subjects, mask: Mask) -> LocalFacts:
    """The network as documents may hold it. `subjects` are all that was looked for, learned values included."""
    named = list(zip(_names(network.devices), network.devices, strict=True))[:MAX_DEVICES]
    return LocalFacts(
        devices=tuple(_row(name, seen, mask) for name, seen in named),
        asked=tuple(replace(entry, commands=tuple(mask(command) for command in entry.commands)) for entry in network.asked),
        own=tuple(_own_value(entry, network, mask) for entry in subjects.identifiers if entry.owner == PRINTER),
        printers=tuple(address for seen in network.printers for address in seen.device.addresses),
    )


def _names(devices: Iterable[Seen]) -> Iterator[str]:
    """`printer`, `printer 2`, `router`, `device 1`, `device 2` ..."""
    counts: dict[str, int] = {}
    for seen in devices:
        number = counts[seen.role] = counts.get(seen.role, 0) + 1
        yield seen.role if number == 1 and seen.role != DEVICE else f"{seen.role} {number}"


def _row(name: str, seen: Seen, mask: Mask) -> DeviceRow:
    device = seen.device

    def texts(trait: Trait) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mask(text) for text in device.of(trait)))

    def first(trait: Trait) -> str | None:
        return next(iter(texts(trait)), None)

    return DeviceRow(
        device=name,
        role=seen.role,
        mac=mask_value("mac", device.mac) if device.mac else None,
        mac_random=device.is_random,
        vendor=device.vendor,
        addresses=tuple(sorted(device.addresses, key=_address_order)),
        dhcp_name=first(Trait.DHCP_NAME),
        dhcp_vendor=first(Trait.DHCP_VENDOR),
        dhcp_fingerprint=next(iter(device.of(Trait.DHCP_FINGERPRINT)), None),
        names=texts(Trait.NAME),
        services=texts(Trait.SERVICE),
        mqtt_clients=texts(Trait.MQTT_CLIENT),
        mqtt_users=texts(Trait.MQTT_USER),
        mqtt_topics=texts(Trait.MQTT_TOPIC),
        serials=tuple(mask_value("serial", serial) for serial in device.of(Trait.SERIAL)),
        ports=device.ports,
        captures=tuple(mask(capture) for capture in seen.captures),
        first=_iso(device.first),
    )


def _own_value(entry: PlantedValue, network: Network, mask: Mask) -> OwnValue:
    """A value of the printer, with the capture whose link layer shows it."""
    if entry.kind not in ("mac", "ip"):
        return OwnValue(label=entry.label, capture=None)
    wanted = canonical(entry.kind, entry.value)
    for seen in network.printers:
        own = [seen.device.mac or ""] if entry.kind == "mac" else list(seen.device.addresses)
        if wanted in [canonical(entry.kind, text) for text in own if text]:
            return OwnValue(label=entry.label, capture=mask(seen.captures[0]))
    return OwnValue(label=entry.label, capture=None)


def _address_order(text: str) -> tuple[int, bytes]:
    address = ipaddress.ip_address(text)
    return address.version, address.packed


def _iso(at: int) -> str | None:
    """A time as the tables write it; None for the time of a frame that has none."""
    import datetime

    if not 0 < at < 1 << 62:
        return None
    seconds, rest = divmod(at, 1_000_000_000)
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
