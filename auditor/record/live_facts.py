"""The recorder's side of the dissector: starts it, hands it files, and takes its lines for the journal.

The dissector has looked at what strangers sent, so nothing it says is believed to be of the right form: each line is checked
against a record, bounded in size and number, and a line that does not fit ends it. Nothing here ever waits for it.
"""

import importlib
import os
import signal
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from auditor.ctrl_c import later
from auditor.errors import AuditError
from auditor.record.addon_equipment import Equipment
from auditor.record.confinement import confine
from auditor.record.journal import Fact, Kind
from auditor.record.timestamps import iso_time

MAX_LINE = 16_384
MOST_A_LOOK = 100
"""Records that one look takes; the rest waits in the socket, and then in the dissector."""
MAX_CONTACTS = 20_000
"""Different contacts that are told; more are counted."""
LATE_MODULES = (
    "auditor.record.addon_options",
    "auditor.record.dissector",
    "concurrent.futures.thread",
    "cryptography.exceptions",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.x509.oid",
    "encodings.ascii",
    "encodings.idna",
    "encodings.latin_1",
    "encodings.punycode",
    "encodings.unicode_escape",
    "encodings.utf_16_be",
    "encodings.utf_16_le",
    "hpack",
    "hyperscan",
    "idna",
    "importlib.readers",
    "importlib.resources._adapters",
    "importlib.resources._itertools",
    "importlib.resources.readers",
    "numpy",
    "re2",
)
_READ = 65_536
END_SECONDS = 3.0


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a line may say; see `dissector`."""

    kind: str
    began: int | None = None
    client_ip: str | None = None
    host: str | None = None
    host_source: str | None = None
    server_ip: str | None = None
    server_port: int | None = None
    transport: str | None = None
    application: str | None = None
    party: str | None = None
    recipient: str | None = None
    relation: str | None = None
    service: str | None = None
    confidence: str | None = None
    role: str | None = None
    mac: str | None = None
    random: bool | None = None
    vendor: str | None = None
    addresses: list[str] | None = None
    names: list[str] | None = None
    services: list[str] | None = None
    dhcp_fingerprint: str | None = None
    mqtt_topics: list[str] | None = None
    ports: list[str] | None = None
    packets: int | None = None
    reason: str | None = None
    text: str | None = None


type PhaseAt = Callable[[int], str | None]
"""The phase that ran at a time in UTC nanoseconds."""


def no_phase(_at: int) -> None:
    """Nothing marks phases."""


_NOT_ITS_OWN = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Signals that are for the recorder: the dissector ends when that does."""
_KINDS = {"contact": Kind.CONTACT, "device": Kind.DEVICE, "skipped": Kind.SKIPPED, "note": Kind.NOTE}
_CONTACT = ("client_ip", "host", "server_ip", "server_port", "transport")


class LiveFacts:
    """A dissector that runs, or did."""

    def __init__(self, load: Callable[[], Equipment], surface: str, printer: str | None, *, clear: bool = False) -> None:
        """Forks. To be called before any thread is started; `load` is called in the child, before it is confined.

        `clear`: devices are told in the clear, and contacts are not, for a list to choose from.
        """
        self._surface = surface
        self.why_ended = ""
        """Why it is gone; empty while it runs, and after an end in order."""
        self._buffer = b""
        self._seen: dict[tuple[object, ...], None] = {}
        self._untold = 0
        near, far = socket.socketpair()
        with later(_NOT_ITS_OWN):  # taken in the child, they would end its copy of whoever called this
            self._process = os.fork()
            if not self._process:
                near.close()
                _run(far, load, surface, printer, clear)
            far.close()
        near.setblocking(False)
        self._channel: socket.socket | None = near

    def show(self, descriptor: int) -> None:
        """Hands over a file that is being written, as a descriptor open for reading; it is closed here."""
        try:
            if self._channel is not None:
                socket.send_fds(self._channel, [b"f"], [descriptor])
        except OSError as error:
            self._lose(f"it takes no files: {error.strerror or error}")
        finally:
            os.close(descriptor)

    def poll(self, phase_at: PhaseAt) -> list[tuple[Kind, dict[str, Fact]]]:
        """The records that came since the last look; `phase_at` says which phase ran when. Never waits."""
        found: list[tuple[Kind, dict[str, Fact]]] = []
        while len(found) < MOST_A_LOOK:
            line, mark, rest = self._buffer.partition(b"\n")
            if mark:
                self._buffer = rest
                record = self._record(line, phase_at)
                if record is not None:
                    found.append(record)
            elif not self._receive():
                break
        return found

    def _receive(self) -> bool:
        """Takes more bytes; False when there are none now, or it is gone."""
        if self._channel is None:
            return False
        try:
            data = self._channel.recv(_READ)
        except BlockingIOError:
            return False
        except OSError as error:
            self._lose(error.strerror or str(error))
            return False
        self._buffer += data
        if not data:
            self._lose("it ended")
        elif len(self._buffer) > MAX_LINE + _READ:
            self._buffer = b""
            self._lose("it said too much at once")
        return bool(data)

    def _record(self, raw: bytes, phase_at: PhaseAt) -> tuple[Kind, dict[str, Fact]] | None:
        try:
            line = msgspec.json.decode(raw, type=_Line) if len(raw) <= MAX_LINE else None
            kind = _KINDS[line.kind] if line else None
        except (msgspec.MsgspecError, KeyError):
            line = kind = None
        if line is None or kind is None:
            self._buffer = b""
            self._lose("it said what cannot be")
            return None
        facts: dict[str, Any] = {name: value for name, value in msgspec.structs.asdict(line).items() if value is not None}
        del facts["kind"]
        if kind is Kind.CONTACT:
            began = facts.pop("began", 0)
            phase = phase_at(began)
            key = (phase, *(facts.get(name) for name in _CONTACT))
            if key in self._seen or len(self._seen) >= MAX_CONTACTS:
                self._untold += key not in self._seen
                return None
            self._seen[key] = None
            facts = {"surface": self._surface, "began": _iso(began), **facts, "phase": phase}
        return kind, facts

    @property
    def untold(self) -> int:
        """Contacts that were too many to be told."""
        return self._untold

    def _lose(self, why: str) -> None:
        """The dissector is of no more use; the capture goes on."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
            self.why_ended = why
            with suppress(OSError):
                os.kill(self._process, signal.SIGKILL)

    def end(self, phase_at: PhaseAt) -> list[tuple[Kind, dict[str, Fact]]]:
        """Lets it read to the end, for a few seconds at most; its last records."""
        import select
        import time

        found: list[tuple[Kind, dict[str, Fact]]] = []
        if self._channel is not None:
            with suppress(OSError):
                self._channel.shutdown(socket.SHUT_WR)
            deadline = time.monotonic() + END_SECONDS
            while self._channel is not None and (left := deadline - time.monotonic()) > 0:
                select.select([self._channel], [], [], left)
                found += self.poll(phase_at)
            if self.why_ended == "it ended":
                self.why_ended = ""
            self._lose("")
        self._reap()
        return found

    def _reap(self) -> None:
        if self._process:
            with suppress(ChildProcessError):
                os.waitpid(self._process, 0)
            self._process = 0


def _iso(at: object) -> str | None:
    """A time of the dissector's as text; None for one that cannot be."""
    return iso_time(at) if isinstance(at, int) and 0 <= at < 1 << 62 else None


def _run(channel: socket.socket, load: Callable[[], Equipment], surface: str, printer: str | None, clear: bool) -> None:
    """The child. Never returns into the parent's code."""
    code = 1
    try:
        for number in _NOT_ITS_OWN:
            signal.signal(number, signal.SIG_IGN)
        code = _dissect(channel, load, surface, printer, clear)
    finally:
        os._exit(code)


def _dissect(channel: socket.socket, load: Callable[[], Equipment], surface: str, printer: str | None, clear: bool) -> int:
    from auditor.model.vocabulary import Surface
    from auditor.record.dissector import Dissector, serve

    step = "did not start"
    try:
        dissector = Dissector(load(), printer, Surface(surface), clear=clear)
        import_ahead(only_devices=clear)
        confine((channel.fileno(),))
        step = "failed"
        serve(channel, dissector)
    except AuditError as error:
        return _say(channel, f"no live facts: {error}")
    except Exception as error:  # noqa: BLE001 - by type and place only: its text may quote traffic
        place = traceback.extract_tb(error.__traceback__)[-1]
        return _say(channel, f"the dissector {step}: {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}")
    return 0


def _say(channel: socket.socket, text: str) -> int:
    """The last line, and the code to end with."""
    channel.sendall(msgspec.json.encode({"kind": "note", "text": text}) + b"\n")
    return 1


def import_ahead(*, only_devices: bool = False) -> None:
    """What readers import when they first need it: later no file can be opened, or the user who called sudo may not read them.
    What is said of devices needs little of it."""
    from auditor.devices.vendor import vendor_of

    vendor_of(b"\0\0\x5e\0\0\0")  # loads its table
    for name in LATE_MODULES:
        if not only_devices or name.startswith("encodings."):
            with suppress(ImportError):
                importlib.import_module(name)
    if only_devices:
        return
    with suppress(ImportError, AttributeError):
        from phonenumbers import PhoneMetadata

        PhoneMetadata.load_all()
