"""A printer's name and an open tap in; which device that is, and its packets so far, out: `--printer NAME`.

The tap takes everything for up to half a minute, while a dissector of its own, confined like the one of a recording, says who
is there. What the chosen device sent meanwhile is kept, its first DHCP request among it, and counted like the rest.
"""

import os
import select
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from auditor.devices.choose import Heard, is_exact, meant
from auditor.errors import UsageError
from auditor.record.addon_equipment import Equipment
from auditor.record.journal import Fact, Kind
from auditor.record.kernel_filter import Target, parse_target
from auditor.record.live_facts import LiveFacts, no_phase
from auditor.record.sifted_tap import SiftedTap, is_of
from auditor.record.tap import Tap

LISTEN_SECONDS = 30.0
LOOK_SECONDS = 0.2
SETTLE_SECONDS = 0.2
"""After so long nothing of before waits in any buffer."""
MOST_KEPT = 128 << 20
"""Bytes of packets that are kept while it listens; at more it has heard enough."""
SHOWN = 12
"""Devices that a message lists."""
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody to ask which device is meant."""

    show: Callable[[Sequence[str]], None]
    """Shows the devices, numbered from 1."""
    answers: bool
    """Whether a number will come on standard input; else the list is only shown."""
    listening: Callable[[], None] = lambda: None
    """Called when it listens."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is recorded from now on."""

    tap: Tap
    """Gives this device's packets only."""
    blocks: tuple[bytes, ...]
    """Its packets so far, as blocks."""


def choose(name: str, tap: Tap, head: Sequence[bytes], stop: Event, ask: Ask | None, seconds: float = LISTEN_SECONDS) -> Chosen:
    """Listens until it is sure, or asks; then narrows the tap to that device. To be called before any thread is started.

    Raises:
        UsageError: nobody, or more than one, is meant, and there is nobody to ask; with the devices that were heard. Or the
            interface is gone meanwhile.
        KeyboardInterrupt: stopped before the device was known.
    """
    try:
        listening = _Listening(name, tap, head)
        try:
            if ask:
                ask.listening()
            device = listening.until_sure(stop, ask, seconds)
            return listening.narrowed(parse_target(device.key))
        finally:
            listening.close()
    except OSError as error:  # the interface is gone, or there is no room for what is heard
        raise UsageError(f"cannot listen on {tap.interface} for {name!r}: {error.strerror or error}") from None


class _Listening:
    """A tap, the packets that it gave, and who was heard."""

    def __init__(self, name: str, tap: Tap, head: Sequence[bytes]) -> None:
        self.name, self.tap = name, tap
        self.blocks: list[bytes] = []
        self.size = 0
        self.heard: dict[str, Heard] = {}
        self._facts = LiveFacts(_no_equipment, "printer", None, clear=True)
        descriptor, path = tempfile.mkstemp(prefix="auditor-")
        try:
            self._facts.show(os.open(path, os.O_RDONLY))
        finally:
            os.unlink(path)
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self._file.write(b"".join(head))

    def until_sure(self, stop: Event, ask: Ask | None, seconds: float) -> Heard:
        """The device that is meant."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.size < MOST_KEPT:
            self._look(stop)
            named = [device for device in self.heard.values() if is_exact(self.name, device)]
            if len(named) == 1:
                return named[0]
        found = meant(self.name, self.heard.values())
        if len(found) == 1:
            return found[0]
        listed = (found or tuple(self.heard.values()))[:SHOWN]
        if ask is not None and listed:
            ask.show([str(device) for device in listed])
            if ask.answers:
                return self._answer(stop, listed)
        raise self._unsure(found, seconds)

    def _look(self, stop: Event) -> None:
        """Takes what came within a moment."""
        if stop.is_set():
            raise KeyboardInterrupt
        self.tap.wait(LOOK_SECONDS)
        taken: list[bytes] = []
        while self.tap.drain(taken, _BATCH) and len(taken) < _BATCH * 64:
            pass
        self._keep(taken)
        if not taken:
            time.sleep(0.01)
        for kind, facts in self._facts.poll(no_phase):
            if kind is Kind.DEVICE:
                device = _heard(facts)
                self.heard[device.key] = device

    def _keep(self, taken: list[bytes]) -> None:
        self.blocks += taken
        data = b"".join(taken)
        self.size += len(data)
        self._file.write(data)

    def _answer(self, stop: Event, listed: Sequence[Heard]) -> Heard:
        """Listens on until a number was typed."""
        while True:
            self._look(stop)
            if not select.select([sys.stdin], [], [], 0)[0]:
                continue
            line = sys.stdin.readline()
            if not line or not line.strip():
                raise UsageError("no device was chosen")
            if line.strip().isdecimal() and 1 <= int(line) <= len(listed):
                return listed[int(line) - 1]
            if self.size > MOST_KEPT:
                raise UsageError("no device was chosen in time")

    def _unsure(self, found: Sequence[Heard], seconds: float) -> UsageError:
        if not self.heard:
            what = f"no device was heard on {self.tap.interface} in {seconds:.0f} s"
            return UsageError(what, fix="switch the printer on while it listens, or give --printer its MAC")
        some = f"may be each of {len(found)} devices" if found else f"is none of the {len(self.heard)} devices that were heard"
        return UsageError(f"the printer {self.name!r} {some}", fix="give --printer the address of one of them")

    def narrowed(self, target: Target) -> Chosen:
        """Lets only the device's packets in from now on, and keeps its earlier ones; the counts are made as if always so."""
        narrow = self.tap.narrow(target)
        rest: list[bytes] = []
        settled = time.monotonic() + SETTLE_SECONDS
        while self.tap.drain(rest, _BATCH) or time.monotonic() < settled:
            self.tap.wait(0.01)
        every = [*self.blocks, *rest]
        own = tuple(block for block in every if is_of(block, target, self.tap.link_type))
        self.tap.read_counters()
        tap: Tap = self.tap if narrow else SiftedTap(self.tap, target)
        tap.counters = self.tap.counters.without(len(every) - len(own))
        return Chosen(tap, own)

    def close(self) -> None:
        self._facts.end(no_phase)
        self._file.close()


def _heard(facts: dict[str, Fact]) -> Heard:
    def texts(name: str) -> tuple[str, ...]:
        value = facts.get(name)
        return tuple(str(text) for text in value) if isinstance(value, list) else ()

    mac, vendor = facts.get("mac"), facts.get("vendor")
    return Heard(
        mac=mac if isinstance(mac, str) else None,
        random=bool(facts.get("random")),
        vendor=vendor if isinstance(vendor, str) else None,
        addresses=texts("addresses"),
        names=texts("names"),
        services=texts("services"),
        is_router=facts.get("role") == "router",
    )


def _no_equipment() -> Equipment:
    """Nothing is attributed while it listens."""

    def nobody(_: object) -> None:
        raise NotImplementedError

    return Equipment(tag=nobody)  # type: ignore[arg-type]
