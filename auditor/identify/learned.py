"""What a session itself shows of its devices, planted without being typed in: messages and fields go in, planted values come out.

Used in two passes over the same captures:

    seen = [value for message, fields in first_pass for value in learn(message, fields)]
    detector = Detector.build(with_learned(subjects, (*seen, *learn_addresses(client_addresses))), key, knowledge)

Only what devices say of themselves counts: hardware address, identifier, host name and leased address in DHCP and DHCPv6, names
and services under `.local` (mDNS), names that hosts register (NetBIOS), the UUIDs and serial numbers of SSDP and its
descriptions, MQTT's client id and user name. Tokens that go from one company to another are learned by `passed_on`.
"""

import ipaddress
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from auditor.identify.canonical import canonical
from auditor.model.content import Field, Message, leaves_named
from auditor.model.session import PlantedValue, Subjects

OWNER = "learned"
"""Of values that nobody planted."""
FOUND = "found"
"""Of values that nothing but their shape or their name shows."""
FRAMES = "frames"
"""Of the hardware addresses of frames."""
NOT_LISTED = frozenset({OWNER, FOUND, FRAMES})
"""Owners of values that the user did not write down: there may be thousands, which take nothing away from the others."""
_SHORTEST = 6
_LONGEST = 128
_MOST = 100
_MAC_BYTES = 6
_OWN = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10"),
    )
)
"""Private (RFC 1918), link-local (RFC 3927), shared by a carrier's customers (RFC 6598); the like of IPv6 (RFC 4193, 4291)."""
_LINK_LAYER = {b"\0\1\0\1": 8, b"\0\3\0\1": 4}
"""DUIDs that hold an Ethernet address (RFC 8415 sections 11.2 and 11.4): how they begin, and where the address does."""
_DUID_UUID = b"\0\4"
_ETHERNET = b"\1"
_WITH_DUID = b"\xff"
_WRAPPED = frozenset({"base64", "base64url", "hex", "base32", "base58"})
"""Readings of a value that is learned as it stands."""
_UUID = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_INSTANCE = re.compile(rb"(.+)\._[0-9A-Za-z-]+\._(?:tcp|udp)\.local\.?", re.IGNORECASE)
"""The name of a service (RFC 6763 section 4.1)."""
_LOCAL = re.compile(rb"(?:^|\.)([^._][^.]*)\.local\.?$", re.IGNORECASE)

_MODELS = (
    "android|galaxy|pixel|redmi|xiaomi|poco|huawei|honor|mate|nova|oppo|reno|vivo|iqoo|oneplus|nord|realme|nubia|nokia|moto|motorola"
    "|xperia|sony|meizu|lenovo|asus|zenfone|samsung|note|fold|flip|edge|magic|find|sm|mi|iphone|ipad|ipod|macbook|imac|windows"
    "|ubuntu|debian|raspberrypi|raspberry|linux|esp|lpb|hlk|rtl|hp|laserjet|epson|canon|brother"
)
_ROLES = "admin|user|guest|mqtt|test|client|root|default|device|anonymous"
_WORDS = "pro|max|ultra|plus|lite|mini|air|prime|neo|nfc|turbo|speed|fe|se|gt|os|phone|tablet|watch|tab|pad"
_PART = rf"(?:(?:{_MODELS}|{_ROLES}|{_WORDS})[0-9]{{0,4}}[a-z]{{0,2}}|[a-z]{{0,2}}[0-9]{{1,3}}[a-z]{{0,2}}|[a-z]{{1,2}})"
_OF_MANY = re.compile(rf"(?=.*(?:{_MODELS}|{_ROLES})){_PART}(?:[-_. ]{_PART})*", re.IGNORECASE)
"""A name that all devices of a model or all of one role have when they are new: `Galaxy-S23-Ultra`, `esp8266`, `mqtt_user1`."""

type Learn = Callable[[Field], Iterator[PlantedValue]]


def learn(message: Message, fields: Iterable[Field]) -> tuple[PlantedValue, ...]:
    """The values that a message's sender shows of itself, without labels; empty for most messages."""
    found: list[PlantedValue] = []
    for field in _with_leaves(message, fields):
        if _WRAPPED.intersection(field.encodings):
            continue
        source = _SOURCES.get((message.protocol, field.key.lower()))
        if source:
            found.extend(source(field))
    return tuple(sorted(found, key=lambda value: (value.kind, value.value)))


def _with_leaves(message: Message, fields: Iterable[Field]) -> Iterator[Field]:
    """The fields, and of documents the plain values under names that devices use."""
    for field in fields:
        yield field
        if field.leaves is not None:
            for name in sorted(field.leaves.names):
                if (message.protocol, name.lower()) in _SOURCES:
                    yield from leaves_named(field.leaves, name)


def learn_addresses(addresses: Iterable[str]) -> tuple[PlantedValue, ...]:
    """The private ones of the clients' addresses, as text."""
    return tuple(_value("ip", address) for address in sorted(set(addresses)) if _is_private(address))


def with_learned(subjects: Subjects, values: Iterable[PlantedValue]) -> Subjects:
    """The subjects with learned values behind, each once, numbered by kind; a value that was planted stays as it was."""
    known = {(entry.kind, canonical(entry.kind, entry.value)) for entry in subjects.identifiers}
    spoken = {text for _, text in known}
    distinct = {(value.kind, canonical(value.kind, value.value)): value for value in values}
    added: list[PlantedValue] = []
    numbers: dict[str, int] = {}
    for (kind, text), value in sorted(distinct.items()):
        if text not in spoken and len(added) < _MOST:
            numbers[kind] = numbers.get(kind, 0) + 1
            added.append(replace(value, label=f"learned-{kind}-{numbers[kind]}"))
    return replace(subjects, identifiers=(*subjects.identifiers, *added))


def _value(kind: str, value: str) -> PlantedValue:
    return PlantedValue(label="", kind=kind, value=value, owner=OWNER)


def _hardware_address(field: Field) -> Iterator[PlantedValue]:
    if len(field.value) == _MAC_BYTES and any(field.value):
        yield _value("mac", field.value.hex(":"))


def _client_identifier(field: Field) -> Iterator[PlantedValue]:
    """DHCP's option 61: an Ethernet address behind its type (RFC 2132 section 9.14), or a DUID (RFC 4361 section 6.1)."""
    value = field.value
    if value.startswith(_ETHERNET) and len(value) == 1 + _MAC_BYTES:
        yield from _hardware_address(field._replace(value=value[1:]))
    elif value.startswith(_WITH_DUID) and len(value) > 5:
        yield from _duid(field._replace(value=value[5:]))
    elif value.startswith(b"\0"):
        yield from _name(field._replace(value=value[1:]))


def _duid(field: Field) -> Iterator[PlantedValue]:
    """The address or the UUID that a DUID is made of, and the DUID in hex as logs show it."""
    value = field.value
    start = _LINK_LAYER.get(value[:4], 0)
    if start:
        yield from _hardware_address(field._replace(value=value[start:]))
    elif value.startswith(_DUID_UUID) and len(value) == 18:
        yield _value("other", str(uuid.UUID(bytes=value[2:])))
    if 8 <= len(value) <= _LONGEST and any(value[2:]):
        yield _value("other", value.hex())


def _full_name(field: Field) -> Iterator[PlantedValue]:
    """The host's own label of DHCP's option 81: flags, two codes, then labels where a flag says so, else text (RFC 4702)."""
    value = field.value
    yield from _host_label(field, value[3:], has_labels=bool(value[:1] and value[0] & 4))


def _full_name_6(field: Field) -> Iterator[PlantedValue]:
    """The same in DHCPv6: flags and labels (RFC 4704 section 4)."""
    yield from _host_label(field, field.value[1:], has_labels=True)


def _host_label(field: Field, name: bytes, *, has_labels: bool) -> Iterator[PlantedValue]:
    label = name[1 : 1 + name[0]] if has_labels and name else name.partition(b".")[0]
    yield from _name(field._replace(value=label))


def _name(field: Field) -> Iterator[PlantedValue]:
    """A name that tells devices apart: with a digit, unlike `localhost` and `android`, and not a model's."""
    yield from (value for value in _individual(field) if not _OF_MANY.fullmatch(value.value))


def _individual(field: Field) -> Iterator[PlantedValue]:
    """A text that is long enough, and has a digit."""
    text = field.value.decode(errors="replace").strip()
    if _SHORTEST <= len(text) <= _LONGEST and text.isprintable() and any(character.isdigit() for character in text):
        yield _value("other", text)


def _serial(field: Field) -> Iterator[PlantedValue]:
    for value in _individual(field):
        yield replace(value, kind="serial")


def _address(field: Field) -> Iterator[PlantedValue]:
    text = field.value.decode(errors="replace")
    if _is_private(text):
        yield _value("ip", text)


def _uuid(field: Field) -> Iterator[PlantedValue]:
    match = _UUID.search(field.value)
    if match:
        yield _value("other", match[0].decode())


def _local_name(field: Field) -> Iterator[PlantedValue]:
    match = _INSTANCE.fullmatch(field.value) or _LOCAL.search(field.value)
    if match:
        yield from _name(field._replace(value=match[1]))


def _user_name(field: Field) -> Iterator[PlantedValue]:
    """Of a device at its broker, without the product that Alibaba Cloud's SDKs hang on behind an ampersand."""
    yield from _name(field._replace(value=field.value.partition(b"&")[0]))


def _client_id(field: Field) -> Iterator[PlantedValue]:
    """MQTT's client id, without the options that Alibaba Cloud's SDKs hang on behind a bar."""
    yield from _name(field._replace(value=field.value.partition(b"|")[0]))


def _is_private(text: str) -> bool:
    """Whether an address is one of a device in its own network; what the registry calls private besides, documentation and
    benchmarks, is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in _OWN)


_SOURCES: dict[tuple[str, str], Learn] = {
    ("dhcp", "client_mac"): _hardware_address,
    ("dhcp", "host_name"): _name,
    ("dhcp", "fqdn"): _full_name,
    ("dhcp", "client_identifier"): _client_identifier,
    ("dhcp", "client_id"): _client_identifier,
    ("dhcpv6", "client_duid"): _duid,
    ("dhcpv6", "fqdn"): _full_name_6,
    ("dhcp", "your_ip"): _address,
    ("ssdp", "usn"): _uuid,
    ("http", "udn"): _uuid,
    ("http", "serialnumber"): _serial,
    ("dns", ""): _local_name,
    ("mdns", ""): _local_name,
    ("dns", "answer"): _local_name,
    ("mdns", "answer"): _local_name,
    ("nbns", "registered"): _name,
    ("mqtt", "client_id"): _client_id,
    ("mqtt", "username"): _user_name,
}
"""By protocol and key."""
