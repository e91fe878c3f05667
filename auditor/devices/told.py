"""A datagram or segment in, what its sender says of itself out: DHCP, mDNS, SSDP, NetBIOS and MQTT.

RFC 2131 and 2132 (DHCP), RFC 6762 and 6763 (mDNS, DNS-SD), UPnP Device Architecture 2.0 section 1 (SSDP), RFC 1002 section 4.2
(NetBIOS), OASIS mqtt-v3.1.1 section 3.1. Only single packets are looked at: whoever splits such a message is not understood.
"""

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from auditor.capture import dns, mqtt
from auditor.capture.dhcp import read_dhcp
from auditor.capture.placed import Placed
from auditor.capture.talk_local import netbios_name
from auditor.devices.packet import TCP, UDP, Packet

MAX_TEXT = 128
"""Characters that are kept of anything said."""


class Trait(StrEnum):
    """What a device can say of itself."""

    MAC = "mac"
    ADDRESS = "address"
    DHCP_NAME = "dhcp_name"
    DHCP_VENDOR = "dhcp_vendor"
    DHCP_FINGERPRINT = "dhcp_fingerprint"
    NAME = "name"
    SERVICE = "service"
    SERIAL = "serial"
    MQTT_CLIENT = "mqtt_client"
    MQTT_USER = "mqtt_user"
    MQTT_TOPIC = "mqtt_topic"


class Told(NamedTuple):
    """One thing that was said."""

    what: Trait
    text: str


_DHCP_OPTIONS = {12: Trait.DHCP_NAME, 60: Trait.DHCP_VENDOR}
_PARAMETER_LIST, _FQDN, _END = 55, 81, 255
_SERIAL_KEY = re.compile(rb"(?i)^(?:sn|serial|serialnumber|serialno|usb_ser|deviceid)=(.{4,64})$")
_LOCAL_NAME = re.compile(r"^([^_.][^.]*)\.local$")
_INSTANCE = re.compile(r"^(.+?)\.(_[a-z0-9-]+\._(?:tcp|udp))\.local$")
_SERVICE = re.compile(r"^(_[a-z0-9-]+\._(?:tcp|udp))\.local$")
_SSDP_LINE = re.compile(rb"(?im)^(usn|server|nt|st)[ \t]*:[ \t]*([^\r\n]+)")
_ALIBABA_USER = re.compile(r"^([^&]{4,64})&([A-Za-z0-9]{6,20})$")
"""Alibaba Cloud IoT: DeviceName&ProductKey; makers mostly take the serial number for a name."""


def told(packet: Packet) -> Iterator[Told]:
    """What the packet's sender says of itself."""
    if packet.transport == UDP:
        for port in (packet.target_port, packet.source_port):
            reader = _DATAGRAMS.get(port)
            if reader is not None:
                yield from reader(packet.payload)
                return
    elif packet.transport == TCP and packet.payload:
        yield from mqtt_told(packet.payload)


def dhcp_told(data: bytes) -> Iterator[Told]:
    """A client's DHCP message. Of a server's reply nothing: it speaks of another."""
    message = read_dhcp(data)
    if message is None or message.is_reply:
        return
    if data[2] == 6:
        yield Told(Trait.MAC, data[28:34].hex(":"))
    at = 240
    while at + 1 < len(data) and data[at] != _END:
        if data[at] == 0:
            at += 1
            continue
        value = data[at + 2 : at + 2 + data[at + 1]]
        yield from _dhcp_option(data[at], value)
        at += 2 + data[at + 1]


def _dhcp_option(code: int, value: bytes) -> Iterator[Told]:
    if code == _PARAMETER_LIST:
        yield Told(Trait.DHCP_FINGERPRINT, ",".join(str(number) for number in value[:64]))
    elif code == _FQDN and len(value) > 3:
        yield from _text(Trait.DHCP_NAME, value[3:])
    elif code in _DHCP_OPTIONS:
        yield from _text(_DHCP_OPTIONS[code], value)


def mdns_told(data: bytes) -> Iterator[Told]:
    """An mDNS answer: host name, instances, services, serial numbers in the text records. Questions say little: only services of
    one's own name (a probe, RFC 6762 section 8.1)."""
    message = dns.read_dns(data)
    if message is None:
        return
    names = [question.name for question in message.questions if _INSTANCE.match(question.name)]
    for answer in message.answers if message.is_response else ():
        names += [answer.name, answer.value]
        if answer.type == dns.TXT:
            yield from _serials(data[answer.at : answer.at + answer.size])
    for name in dict.fromkeys(names):
        yield from _mdns_name(name)


def _mdns_name(name: str) -> Iterator[Told]:
    for pattern, whats in ((_LOCAL_NAME, (Trait.NAME,)), (_SERVICE, (Trait.SERVICE,)), (_INSTANCE, (Trait.NAME, Trait.SERVICE))):
        match = pattern.match(name)
        if match and "_dns-sd" not in name and "._sub" not in name:
            for what, text in zip(whats, match.groups(), strict=True):
                yield Told(what, text[:MAX_TEXT])
            return


def _serials(record: bytes) -> Iterator[Told]:
    """Strings of a TXT record (RFC 6763 section 6.1)."""
    at = 0
    while at < len(record):
        match = _SERIAL_KEY.match(record[at + 1 : at + 1 + record[at]])
        if match:
            yield from _text(Trait.SERIAL, match[1])
        at += 1 + record[at]


def ssdp_told(data: bytes) -> Iterator[Told]:
    """An announcement or an answer; a search says nothing of its sender."""
    if not data.startswith((b"NOTIFY ", b"HTTP/1.1 200")):
        return
    for match in list(_SSDP_LINE.finditer(data[:2048]))[:8]:
        what = Trait.SERVICE if match[1].lower() in (b"nt", b"st") else Trait.NAME
        yield from _text(what, match[2].strip())


def netbios_told(data: bytes) -> Iterator[Told]:
    """A registration of a name: opcode 5 (RFC 1002 section 4.2.2)."""
    if len(data) < 12 or data[2] >> 3 & 15 != 5:
        return
    message = dns.read_dns(data[:2] + b"\0\0" + data[4:])
    for question in message.questions if message else ():
        name = netbios_name(question.name)
        if name:
            yield Told(Trait.NAME, name)


def mqtt_told(data: bytes) -> Iterator[Told]:
    """A CONNECT at the beginning of a segment, or a PUBLISH that fills it."""
    size = mqtt.header_size(data[:5])
    if size is None:
        return
    if mqtt.begins_mqtt(data[:16]):
        _, fields = mqtt.read_connect(Placed(data[size:]))
        for field in fields:
            what = _MQTT_FIELDS.get(field.name)
            if what is not None:
                yield from _text(what, field.value.data)
            if field.name == "username":
                yield from _alibaba_serial(field.value.data)
    elif data[0] >> 4 == mqtt.PUBLISH and mqtt.is_packet(data[0]) and size + mqtt.body_size(data) == len(data):
        topic = data[size + 2 : size + 2 + int.from_bytes(data[size : size + 2])]
        if topic and b"\0" not in topic and len(topic) == int.from_bytes(data[size : size + 2]):
            yield from _text(Trait.MQTT_TOPIC, topic)


def _alibaba_serial(user: bytes) -> Iterator[Told]:
    match = _ALIBABA_USER.match(user.decode("utf-8", "replace"))
    if match and any(sign.isdigit() for sign in match[1]):
        yield Told(Trait.SERIAL, match[1])


def _text(what: Trait, raw: bytes) -> Iterator[Told]:
    text = raw.rstrip(b"\0").decode("utf-8", "backslashreplace")[:MAX_TEXT]
    shown = text if text.isprintable() else text.encode("unicode_escape").decode()
    if shown.strip():
        yield Told(what, shown)


_MQTT_FIELDS = {"client_id": Trait.MQTT_CLIENT, "username": Trait.MQTT_USER, "topic": Trait.MQTT_TOPIC}
_DATAGRAMS: dict[int, Callable[[bytes], Iterator[Told]]] = {
    67: dhcp_told,
    5353: mdns_told,
    1900: ssdp_told,
    137: netbios_told,
}
"""Readers by the port that one of the two sides has."""
