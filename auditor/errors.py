"""Errors that reach a user: one line each, with an exit code, a place and what to do."""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command. `precedence` says which wins when several apply."""

    PASS = 0
    FAIL = 1
    USAGE = 2
    INCONCLUSIVE = 3
    INTEGRITY = 4
    INTERNAL = 70
    INTERRUPTED = 130

    @property
    def word(self) -> str:
        """The word printed behind the number on the last line of standard error."""
        return self.name.lower()

    @property
    def precedence(self) -> int:
        """Higher wins: 130 > 70 > 4 > 2 > 1 > 3 > 0."""
        return (0, 3, 1, 2, 4, 70, 130).index(self.value)


@dataclass(frozen=True, slots=True)
class Source:
    """A place that an error or a claim points at."""

    path: str
    where: str = ""
    """Inside the file: `line 3`, `byte 812`; empty for the whole file."""

    def __str__(self) -> str:
        return f"{self.path}: {self.where}" if self.where else self.path


class AuditError(Exception):
    """Something a user can understand and mend. The text is one line."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, what: str, source: Source | None = None, fix: str = "") -> None:
        self.what = what
        self.source = source
        self.fix = fix
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.source}: " if self.source else ""
        fix = f" ({self.fix})" if self.fix else ""
        return f"{place}{self.what}{fix}"


class UsageError(AuditError):
    """The command's words are wrong."""

    exit_code = ExitCode.USAGE


class ConfigError(AuditError):
    """A file that the user writes has faults; `faults` holds all of them."""

    exit_code = ExitCode.USAGE

    def __init__(self, faults: tuple["Fault", ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(str(fault) for fault in faults))


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file that the user writes."""

    source: Source
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.source}: {self.what}" + (f" ({self.fix})" if self.fix else "")


class CaptureError(AuditError):
    """A capture that cannot be read."""

    exit_code = ExitCode.USAGE


class UnknownFormatError(CaptureError):
    """No reader knows this content."""


class DamagedError(CaptureError):
    """The format is known, but the content breaks its rules at `source.where`."""


class IntegrityError(AuditError):
    """Evidence and its hash or signature differ."""

    exit_code = ExitCode.INTEGRITY
