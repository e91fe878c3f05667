"""The first pass over a session: what its devices say of themselves (DHCP, mDNS, SSDP, MQTT) is planted like typed values, and so
are tokens that one company sets and another gets.

Only packet captures and flow files hold what devices say; HAR files are heard as well while they are short. Little is read twice
(`read_once`). Of much, the first pass is done by a copy of this process, while this one prepares the second.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from auditor.attribute import registrable
from auditor.capture import formats
from auditor.capture.child import child, cores
from auditor.capture.mailbox import LostError, Outbox
from auditor.decode.content_coding import Uncoded
from auditor.decode.limits import Budget, Limits
from auditor.decode.message import decode
from auditor.errors import CaptureError
from auditor.identify.learned import learn, learn_addresses, with_learned
from auditor.identify.passed_on import Heard, PassedOn, passed_across
from auditor.model.content import Message
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.model.vocabulary import Direction, Part
from auditor.read_once import Progress, ReadOnce
from auditor.spread import Spread, here

PROTOCOLS = frozenset({"dhcp", "dhcpv6", "mdns", "dns", "ssdp", "mqtt", "nbns"})
"""Protocols in which a device names itself."""
FORMATS = frozenset({"pcap", "pcapng", "mitmproxy", "har"})
_LONGEST_BODY = 1 << 18
_DESCRIPTION = b"schemas-upnp-org:device"
"""In a device's description (UPnP Device Architecture 2.0, section 2.3)."""
_SHORT = 32 << 20
"""Bytes of a HAR file that is heard twice without being read twice."""
LONG = 16 << 20
"""Bytes of captures that are worth a copy of this process: as much is read while the needles of listed values are made."""
_PASSED = 1 << 20
"""Bytes after which the copy says how far it is."""


class Taught(NamedTuple):
    """What one capture teaches."""

    values: tuple[PlantedValue, ...]
    addresses: set[str]
    """Of clients."""
    heard: Heard
    """What may be a token that another capture speaks of."""


def with_session(subjects: Subjects, session: Session, spread: Spread = here, once: ReadOnce | None = None) -> Subjects:
    """The subjects with what the session's own captures teach. A capture that cannot be read teaches nothing: the second pass
    says what is wrong with it. `once` keeps what is heard for that pass; it must be here too."""
    found: list[PlantedValue] = []
    addresses: set[str] = set()
    heard: list[Heard] = []
    captures = [capture for capture in session.captures if not capture.background]
    for taught in spread(partial(_taught, once=once, among_others=len(captures) > 1), captures):
        found.extend(taught.values)
        addresses.update(taught.addresses)
        heard.append(taught.heard)
    return with_learned(subjects, (*found, *learn_addresses(addresses), *passed_across(heard)))


def with_session_while(
    meanwhile: Callable[[], object], subjects: Subjects, session: Session, once: ReadOnce, progress: Progress | None
) -> Subjects:
    """As `with_session`; where there is much to hear a copy of this process does it, and this one what else there is to do.

    Raises:
        AuditError: as `meanwhile`.
    """
    if cores() > 1 and sum(map(_size, session.captures)) >= LONG:
        with suppress(LostError), child(partial(_send, subjects, session)) as inbox:
            meanwhile()
            while not isinstance(told := inbox.take(), Subjects):
                if progress:
                    progress(*told)
            return told
    return with_session(subjects, session, once=once)


def _send(subjects: Subjects, session: Session, outbox: Outbox) -> None:
    """Says from time to time how many bytes of which capture were read, and in the end what the subjects are then."""
    read: dict[str, int] = {}

    def tell(name: str, size: int) -> None:
        read[name] = read.get(name, 0) + size
        if read[name] >= _PASSED:
            outbox.put((name, read.pop(name)))
            outbox.flush()

    outbox.put(with_session(subjects, session, once=ReadOnce(tell, most=0)))


def _size(capture: CaptureFile) -> int:
    """Bytes of a capture that is heard, HAR files aside: the second pass knows what was heard of these."""
    try:
        is_heard = not capture.background and formats.recognise(capture.path).name in FORMATS - {"har"}
        return Path(capture.path).stat().st_size if is_heard else 0
    except (CaptureError, OSError):
        return 0


def _taught(capture: CaptureFile, once: ReadOnce | None, *, among_others: bool) -> Taught:
    """What one capture teaches, as far as it can be read."""
    tokens = PassedOn(registrable.domain, among_others=among_others)
    found: list[PlantedValue] = []
    addresses: set[str] = set()
    with suppress(CaptureError):
        _learn_from(capture, once or ReadOnce(most=0), tokens, found, addresses)
    return Taught((*found, *tokens.values()), addresses, tokens.heard())


def _learn_from(capture: CaptureFile, once: ReadOnce, tokens: PassedOn, found: list[PlantedValue], addresses: set[str]) -> None:
    reader = formats.recognise(capture.path)
    if reader.name not in FORMATS or (reader.name == "har" and Path(capture.path).stat().st_size > _SHORT):
        return

    def listen(message: Message) -> None:
        if message.protocol in PROTOCOLS:
            found.extend(learn(message, decode(message).fields))
        elif message.protocol == "http" and tokens.wants(message):
            body = _body(message)
            tokens.hear(message, body)
            if message.direction is Direction.DOWN and _DESCRIPTION in body:
                found.extend(learn(message, decode(message).fields))

    reading = once.first(capture, reader, listen)
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
