"""The first pass over a session: what its devices say of themselves (DHCP, mDNS, SSDP, MQTT) is planted like typed values.

Only packet captures and flow files hold such messages, so nothing else is read twice; and little of them is (`read_once`).
"""

from contextlib import suppress
from functools import partial

from auditor.capture import formats
from auditor.decode.message import decode
from auditor.errors import CaptureError
from auditor.identify.learned import learn, learn_addresses, with_learned
from auditor.model.content import Message
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.read_once import ReadOnce
from auditor.spread import Spread, here

PROTOCOLS = frozenset({"dhcp", "dhcpv6", "mdns", "dns", "ssdp", "mqtt", "nbns"})
"""Protocols in which a device names itself."""
FORMATS = frozenset({"pcap", "pcapng", "mitmproxy"})


def with_session(subjects: Subjects, session: Session, spread: Spread = here, once: ReadOnce | None = None) -> Subjects:
    """The subjects with what the session's own captures teach. A capture that cannot be read teaches nothing: the second pass
    says what is wrong with it. `once` keeps what is heard for that pass; it must be here too."""
    found: list[PlantedValue] = []
    addresses: set[str] = set()
    captures = [capture for capture in session.captures if not capture.background]
    for values, clients in spread(partial(_taught, once=once), captures):
        found.extend(values)
        addresses.update(clients)
    return with_learned(subjects, (*found, *learn_addresses(addresses)))


def _taught(capture: CaptureFile, once: ReadOnce | None) -> tuple[list[PlantedValue], set[str]]:
    """What one capture teaches: values, and addresses of clients."""
    found: list[PlantedValue] = []
    addresses: set[str] = set()
    with suppress(CaptureError):
        _learn_from(capture, once or ReadOnce(most=0), found, addresses)
    return found, addresses


def _learn_from(capture: CaptureFile, once: ReadOnce, found: list[PlantedValue], addresses: set[str]) -> None:
    reader = formats.recognise(capture.path)
    if reader.name not in FORMATS:
        return

    def listen(message: Message) -> None:
        if message.protocol in PROTOCOLS:
            found.extend(learn(message, decode(message).fields))

    reading = once.first(capture, reader, listen)
    addresses.update(str(address) for address in reading.flows["client_ip"].dropna().unique())
