"""Capture files while they are written, in; contacts and devices as lines of JSON, out: the process that may die.

It gets each file as an open descriptor over a socket and gives lines back on the same. It reads only what the recorder has
flushed, so nothing it does can hold a packet up. Where packets come faster than it reads, it goes over them and says how many.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any

import orjson

from auditor.devices.contacts import Contact, ContactWatch
from auditor.devices.frames import BlockReader
from auditor.devices.known import KnownConversations
from auditor.devices.packet import read_packet
from auditor.devices.told import Trait
from auditor.devices.watch import Device, DeviceWatch
from auditor.identify.masking import mask as mask_value
from auditor.model.attribution import Endpoint
from auditor.model.vocabulary import Surface
from auditor.record.addon_equipment import Equipment

LOOK_SECONDS = 0.1
TELL_SECONDS = 1.0
"""Devices are told once a second at most, each."""
PATIENCE_SECONDS = 60.0
"""A recorder that takes no line for so long is gone."""
BACKLOG = 8 << 20
"""Bytes that may wait to be read; of more the packets are only counted."""
CHUNK = 1 << 20
MAX_LIST = 16
"""Names, ports and the like of one device that a record holds."""
_LATEST = 1 << 62
TELLING = 6
"""Characters from which on a name with a digit tells devices apart."""
_HEAD = Struct("<II")
_PACKET = 6

_NAMES = (Trait.DHCP_NAME, Trait.NAME, Trait.DHCP_VENDOR, Trait.SERIAL, Trait.MQTT_CLIENT)

type Line = dict[str, Any]


class Dissector:
    """One recording's packets, looked at while it runs."""

    def __init__(
        self, equipment: Equipment, printer: str | None = None, surface: Surface = Surface.PRINTER, *, clear: bool = False
    ) -> None:
        """`printer` is the address (MAC or IP) that the recording is about; None where it takes everything. `clear` tells
        devices in the clear and no contacts: for a list to choose from."""
        self.equipment = equipment
        self.printer = printer
        self.surface = surface
        self.clear = clear
        self.devices, self.contacts = DeviceWatch(), ContactWatch()
        self.skipped = 0
        """Packets that were only counted."""
        self.packets = 0
        self._blocks = BlockReader()
        self._rest = b""
        self._dirty: dict[bytes, None] = {}
        self._known = KnownConversations()
        self._told = 0.0
        self._at = 0

    def begin_file(self) -> None:
        """The next bytes are the beginning of a file."""
        self._blocks, self._rest = BlockReader(), b""

    def take(self, data: bytes, *, late: bool = False) -> Iterator[Line]:
        """Takes the next bytes of the file; with `late`, packets are only counted."""
        data = self._rest + data
        at = 0
        while at + 12 <= len(data):
            kind, _ = _HEAD.unpack_from(data, at)
            size = self._blocks.size_of(data[at : at + 12])
            if size is None:
                raise ValueError("a block that cannot be")
            if at + size > len(data):
                break
            if late and kind == _PACKET:
                self.skipped += 1
            else:
                yield from self._block(data[at : at + 4], data[at + 8 : at + size - 4])
            at += size
        self._rest = data[at:]

    def _block(self, kind: bytes, body: bytes) -> Iterator[Line]:
        for link, moment, frame in self._blocks.take(kind, body):
            self.packets += 1
            if self._known.has(frame):
                continue
            packet = read_packet(link, moment, frame)
            if packet is None:
                continue
            self._at = max(self._at, moment)
            news = self.devices.take(packet)
            if news is not None:
                self._dirty[news] = None
            if not self.clear:
                for contact in self.contacts.take(packet):
                    yield self._contact(contact)
                if self.contacts.is_done(packet):
                    self._known.add(link, frame, packet)

    def tick(self, now: float, wall: int) -> Iterator[Line]:
        """What is due by the clock: contacts that show no name, and devices that changed."""
        for contact in self.contacts.tick(wall):
            yield self._contact(contact)
        if now - self._told >= TELL_SECONDS:
            self._told = now
            yield from self._changed()

    def end(self) -> Iterator[Line]:
        """What is left to tell."""
        for contact in self.contacts.end():
            yield self._contact(contact)
        yield from self._changed()

    def _changed(self) -> Iterator[Line]:
        dirty, self._dirty = self._dirty, {}
        for key in dirty:
            yield self._device(self.devices.device(key))
        if self.skipped:
            skipped, self.skipped = self.skipped, 0
            yield {"kind": "skipped", "packets": skipped, "reason": "packets came faster than they could be looked at"}

    def _contact(self, contact: Contact) -> Line:
        """A contact with its attribution, without any planted value."""
        found = self.equipment.tag(
            Endpoint(
                surface=self.surface,
                host=contact.host,
                host_source=contact.host_source,
                server_ip=contact.server_ip,
                server_port=contact.server_port,
                transport=contact.transport,
                application=contact.application,
                names=contact.names,
                cnames=contact.cnames,
            )
        )
        mask = self.equipment.mask
        return {
            "kind": "contact",
            "began": contact.at if 0 <= contact.at < _LATEST else 0,
            "client_ip": contact.client_ip,
            "host": mask(contact.host) if contact.host else None,
            "host_source": contact.host_source,
            "server_ip": contact.server_ip,
            "server_port": contact.server_port,
            "transport": contact.transport,
            "application": contact.application,
            "party": found.party,
            "recipient": mask(found.recipient),
            "relation": found.relation,
            "service": found.service,
            "confidence": found.confidence,
        }

    def _device(self, device: Device) -> Line:
        mask = str if self.clear else self._masked_name

        def texts(*traits: Trait) -> list[str]:
            return list(dict.fromkeys(mask(text) for trait in traits for text in device.of(trait)))[:MAX_LIST]

        names = texts(*_NAMES)
        return {
            "kind": "device",
            "role": self._role(device),
            "mac": device.mac if self.clear or device.mac is None else mask_value("mac", device.mac),
            "random": device.is_random,
            "vendor": device.vendor,
            "addresses": list(device.addresses[:MAX_LIST]),
            "names": names,
            "services": texts(Trait.SERVICE),
            "dhcp_fingerprint": next(iter(device.of(Trait.DHCP_FINGERPRINT)), None),
            "mqtt_topics": texts(Trait.MQTT_TOPIC),
            "ports": list(device.ports[:MAX_LIST]),
            "text": ", ".join((*names[:1], *device.addresses[:1])) or None,
        }

    def _masked_name(self, text: str) -> str:
        """As in a report: a name that can tell devices apart is an identifier, planted or not."""
        tells_apart = len(text) >= TELLING and any(sign.isdigit() for sign in text)
        return mask_value("other", text) if tells_apart and text[0] != "_" else self.equipment.mask(text)

    def _role(self, device: Device) -> str:
        if self.printer is not None and self.printer in (device.mac, *device.addresses):
            return "printer"
        return "router" if device.is_router else "device"


def serve(channel: socket.socket, dissector: Dissector, clock: Callable[[], float] = time.monotonic) -> None:
    """Reads files until the channel closes, and tells what they show. The recorder's death closes it too."""
    channel.settimeout(LOOK_SECONDS)
    file = -1
    while True:
        new = _next_file(channel)
        if new is None or new >= 0:
            _tell(channel, _read(file, dissector, everything=True))
            if new is None:
                _tell(channel, dissector.end())
                return
            if file >= 0:
                os.close(file)
            file = new
            dissector.begin_file()
        _tell(channel, _read(file, dissector))
        _tell(channel, dissector.tick(clock(), time.time_ns()))


def _next_file(channel: socket.socket) -> int | None:
    """A descriptor that the recorder sent; -1 for none yet, None when it is gone."""
    try:
        data, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
    except TimeoutError:
        return -1
    return descriptors[0] if data and descriptors else None


def _read(file: int, dissector: Dissector, *, everything: bool = False) -> Iterator[Line]:
    """What was written since the last look, a few pieces of it unless `everything` is wanted."""
    pieces = 0
    while file >= 0 and (everything or pieces < 16):
        late = os.fstat(file).st_size - os.lseek(file, 0, os.SEEK_CUR) > BACKLOG
        data = os.read(file, CHUNK)
        if not data:
            return
        pieces += 1
        yield from dissector.take(data, late=late)


def _tell(channel: socket.socket, lines: Iterator[Line]) -> None:
    """Sends the lines. While the recorder takes none, nothing is read, and what is written meanwhile may be gone over."""
    for line in lines:
        channel.settimeout(PATIENCE_SECONDS)
        channel.sendall(orjson.dumps(line) + b"\n")
        channel.settimeout(LOOK_SECONDS)
