"""Commands for people who run mitmproxy themselves: `audit.phase`, `audit.note` and `audit.findings`."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mitmproxy import command, exceptions, flow

from auditor.errors import AuditError
from auditor.record.journal import Kind
from auditor.record.phases import mark_phase

if TYPE_CHECKING:
    from auditor.record.addon import AuditAddon

REMEMBERED = 10_000
"""Flows whose sightings are remembered."""
_LONGEST_NOTE = 2000


class Findings:
    """What the live scan told of each flow, masked; the latest flows only."""

    def __init__(self) -> None:
        self._flows: OrderedDict[str, list[str]] = OrderedDict()

    def add(self, line: dict[str, object]) -> None:
        """A line of the scan."""
        identifier = line.get("flow_id")
        if isinstance(identifier, str):
            said = self._flows.setdefault(identifier, [])
            where = f"{line.get('part')} {line.get('path')}"
            said.append(f"{line.get('recipient')}: {line.get('identifier')} ({line.get('masked')}) in {where}")
            if len(self._flows) > REMEMBERED:
                self._flows.popitem(last=False)

    def of(self, flow_id: str) -> tuple[str, ...]:
        """What was found in the flow."""
        return tuple(self._flows.get(flow_id, ()))


class AuditCommands:
    """The commands."""

    def __init__(self, audit: "AuditAddon") -> None:
        self._audit = audit

    @command.command("audit.phase")  # type: ignore[untyped-decorator]
    def phase(self, name: str) -> None:
        """Begin a phase now: audit.phase before_consent."""
        folder = self._audit.settings.session
        if folder is None:
            raise exceptions.CommandError("audit.phase: no session is recorded (set audit_session)")
        try:
            mark_phase(folder, name)
        except AuditError as error:
            raise exceptions.CommandError(f"audit.phase: {error}") from None

    @command.command("audit.note")  # type: ignore[untyped-decorator]
    def note(self, text: str) -> None:
        """Write a note into the session's journal: audit.note "the dialog came twice"."""
        equipment = self._audit.equipment
        if not self._audit.journal.is_open or equipment is None:
            raise exceptions.CommandError("audit.note: no session is recorded (set audit_session)")
        self._audit.journal.tell(Kind.NOTE, text=equipment.mask(text[:_LONGEST_NOTE]))

    @command.command("audit.findings")  # type: ignore[untyped-decorator]
    def findings(self, flows: Sequence[flow.Flow]) -> Sequence[str]:
        """List the planted values that the live scan saw in flows: audit.findings @all."""
        return [f"{each.id[:8]} {found}" for each in flows for found in self._audit.findings.of(each.id)]
