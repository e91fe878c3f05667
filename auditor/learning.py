"""The first pass over a session: what its devices say of themselves (DHCP, mDNS, SSDP, MQTT) is planted like typed values, and so
are tokens that one company sets and another gets.

Only packet captures and flow files hold what devices say; HAR files are heard as well while they are short. Little is read twice
(`read_once`).
"""

from contextlib import suppress
from functools import partial
from pathlib import Path

from auditor.attribute import registrable
from auditor.capture import formats
from auditor.decode.content_coding import Uncoded
from auditor.decode.limits import Budget, Limits
from auditor.decode.message import decode
from auditor.errors import CaptureError
from auditor.identify.learned import learn, learn_addresses, with_learned
from auditor.identify.passed_on import PassedOn
from auditor.model.content import Message
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.model.vocabulary import Part
from auditor.read_once import ReadOnce
from auditor.spread import Spread, here

PROTOCOLS = frozenset({"dhcp", "dhcpv6", "mdns", "dns", "ssdp", "mqtt", "nbns"})
"""Protocols in which a device names itself."""
FORMATS = frozenset({"pcap", "pcapng", "mitmproxy", "har"})
_LONGEST_BODY = 1 << 18
_SHORT = 32 << 20
"""Bytes of a HAR file that is heard twice without being read twice."""


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
    if reader.name not in FORMATS or (reader.name == "har" and Path(capture.path).stat().st_size > _SHORT):
        return
    tokens = PassedOn(registrable.domain)

    def listen(message: Message) -> None:
        if message.protocol in PROTOCOLS:
            found.extend(learn(message, decode(message).fields))
        elif message.protocol == "http":
            tokens.hear(message, _body(message))

    reading = once.first(capture, reader, listen)
    found.extend(tokens.values())
    addresses.update(reading.table.column("client_ip").drop_null().unique().to_pylist())


def _body(message: Message) -> bytes:
    """The body without its content codings, as far as they can be taken off; empty where it is long."""
    whole = next((piece.data for piece in message.pieces if piece.part is Part.BODY), b"")
    codings = message.header("content-encoding")
    if len(whole) > _LONGEST_BODY or codings is None:
        return whole[:_LONGEST_BODY]
    uncoded = Uncoded(whole, certain=message.coded)
    uncoded.take_off(codings.decode(errors="backslashreplace"), Budget(Limits(inflated=_LONGEST_BODY)))
    return uncoded.data
