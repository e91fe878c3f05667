"""How a recording went: the record that every `record` command ends with."""

import importlib.metadata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from auditor.errors import ExitCode


class StopReason(StrEnum):
    """What ended a recording."""

    USER = "user"
    INTERFACE_GONE = "interface_gone"
    DISK_FULL = "disk_full"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordResult:
    """What was recorded."""

    files: tuple[str, ...]
    """Paths of the capture files, in order."""
    stopped: StopReason
    packets: int
    """Packets, or flows, in the files."""
    bytes_written: int
    lost: int
    """Packets that came but are not in the files: dropped by the kernel, or not written."""
    received: int
    """Packets that came, lost ones included."""
    engine: str
    unit: str = "packets"
    """What is counted: packets or flows."""
    detail: str = ""
    """In words, what stopped it or what was missed; empty when all went well."""

    @property
    def exit(self) -> ExitCode:
        """0 when its user stopped it and nothing was lost, else 3."""
        whole = self.stopped is StopReason.USER and not self.lost and not self.detail
        return ExitCode.PASS if whole else ExitCode.INCONCLUSIVE

    @property
    def reason(self) -> str:
        """One line for the end of standard error."""
        lost = f", {self.lost} of {self.received} lost" if self.lost else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.packets} {self.unit} recorded{lost}{detail}"


@cache
def tool_version() -> str:
    """This tool's version, for what it writes."""
    try:
        return importlib.metadata.version("traffic-auditor")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
