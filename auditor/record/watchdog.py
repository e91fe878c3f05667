"""Clocks, counts and the state of the link in, what went wrong out.

A recorder that hears nothing may be well or dead, and a clock that was set makes phases lie. Nothing is decided here: each
event is a fact for the journal, and the ones that spoil a recording say so.
"""

from dataclasses import dataclass
from enum import StrEnum

STEP_SECONDS = 2.0
"""A wall clock that left the monotonic one by more was set."""
SILENCE_SECONDS = 60.0


class Trouble(StrEnum):
    """What the watchdog notices."""

    DOWN = "down"
    UP = "up"
    SILENT = "silent"
    HEARD = "heard"
    CLOCK_STEP = "clock_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchEvent:
    """One thing that was noticed."""

    trouble: Trouble
    text: str
    seconds: float = 0.0
    """How far the clock was set, or how long it was silent."""

    @property
    def spoils(self) -> bool:
        """Whether the recording is incomplete, or its times cannot be trusted."""
        return self.trouble in (Trouble.DOWN, Trouble.CLOCK_STEP)


class Watchdog:
    """What was seen at the last look."""

    def __init__(self, interface: str, *, wall: int, monotonic: int) -> None:
        """Both clocks in nanoseconds, read one right after the other."""
        self._interface = interface
        self._offset = wall - monotonic
        self._heard_at = monotonic
        self._delivered = 0
        self._up = True
        self._silent = False

    def look(self, *, wall: int, monotonic: int, delivered: int, up: bool) -> tuple[WatchEvent, ...]:
        """What changed since the last look. `delivered` counts packets since the start."""
        found = (*self._clock(wall - monotonic), *self._link(up), *self._traffic(monotonic, delivered))
        self._up = up
        return found

    def _clock(self, offset: int) -> tuple[WatchEvent, ...]:
        step = (offset - self._offset) / 1e9
        self._offset = offset if abs(step) > STEP_SECONDS else self._offset
        if abs(step) <= STEP_SECONDS:
            return ()
        return (WatchEvent(trouble=Trouble.CLOCK_STEP, text=f"the clock was set by {step:+.1f} s", seconds=step),)

    def _link(self, up: bool) -> tuple[WatchEvent, ...]:
        if up == self._up:
            return ()
        word = "came up again" if up else "went down"
        return (WatchEvent(trouble=Trouble.UP if up else Trouble.DOWN, text=f"the interface {self._interface} {word}"),)

    def _traffic(self, monotonic: int, delivered: int) -> tuple[WatchEvent, ...]:
        if delivered != self._delivered:
            quiet = (monotonic - self._heard_at) / 1e9
            was_silent, self._silent = self._silent, False
            self._delivered, self._heard_at = delivered, monotonic
            return (WatchEvent(trouble=Trouble.HEARD, text="packets came again", seconds=quiet),) if was_silent else ()
        quiet = (monotonic - self._heard_at) / 1e9
        if self._silent or quiet < SILENCE_SECONDS:
            return ()
        self._silent = True
        text = f"no packet on {self._interface} for {quiet:.0f} s"
        return (WatchEvent(trouble=Trouble.SILENT, text=text, seconds=quiet),)
