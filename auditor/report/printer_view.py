"""What the page says of the printer: an audit in, its recipients, its devices and its local talk out, as the page shows them."""

from dataclasses import dataclass

from auditor.model.audit import Audit, HostRow, RecipientRow
from auditor.model.device import DeviceRow, LocalRow
from auditor.model.vocabulary import Relation, Surface
from auditor.report.sankey import Standing, standing

_HERE = (Relation.LOCAL,)
"""Recipients in the local network: they have a section of their own."""


@dataclass(frozen=True, slots=True)
class PrinterHost:
    """One recipient of the printer with its hosts."""

    recipient: RecipientRow
    hosts: tuple[HostRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterView:
    """Everything about the printer."""

    contacts: tuple[PrinterHost, ...]
    """The recipient that got most stands first."""
    bytes_up: int
    bytes_down: int
    flows: int
    clear: int
    """Flows in the clear."""
    strangers: tuple[str, ...]
    """Recipients that the policy does not name."""
    devices: tuple[DeviceRow, ...]
    local: tuple[LocalRow, ...]


def printer_view(audit: Audit) -> PrinterView:
    """The view of an audit."""
    rows = [row for row in audit.recipients if row.surface is Surface.PRINTER and row.relation not in _HERE]
    rows.sort(key=lambda row: (-row.bytes_up, row.recipient))
    hosts = [row for row in audit.coverage.hosts if row.surface is Surface.PRINTER]
    contacts = tuple(PrinterHost(row, tuple(host for host in hosts if host.recipient == row.recipient)) for row in rows)
    return PrinterView(
        contacts=contacts,
        bytes_up=sum(row.bytes_up for row in rows),
        bytes_down=sum(row.bytes_down for row in rows),
        flows=sum(row.flows for row in rows),
        clear=sum(host.cleartext for contact in contacts for host in contact.hosts),
        strangers=tuple(sorted({row.recipient for row in rows if standing(row.relation) is Standing.STRANGE})),
        devices=audit.devices,
        local=audit.local,
    )
