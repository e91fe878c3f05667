"""What a recording of the phone must know before the first flow passes; loaded once, at the start, from its settings."""

from collections.abc import Callable
from dataclasses import dataclass

from auditor.record.addon_options import AddonSettings
from auditor.record.addon_view import Describe
from auditor.record.flow_label import Tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """The knowledge of one recording."""

    tag: Tag
    """Says who is behind an endpoint."""
    mask: Callable[[str], str] = str
    """A host or another name without any planted value: the journal holds no clear values."""
    catalog_sha256: str | None = None
    register: str | None = None
    """Id of the register that flows are compared with."""
    planted: int = 0
    """How many values are planted."""
    describe: Describe | None = None
    """What the audit reads of a message, as text for mitmproxy's own windows."""
    scan: tuple[str, ...] = ()
    """The command of the live scan, without its arguments; empty where nothing is planted."""


type Equip = Callable[[AddonSettings], Equipment]
"""Loads it. Raises UsageError or ConfigError where something is not there or has faults."""
