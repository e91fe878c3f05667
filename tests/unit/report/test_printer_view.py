"""What the page says of the printer."""

from dataclasses import replace

from auditor.model.vocabulary import Relation, Surface
from auditor.report.printer_view import printer_view

from . import sample_audit


def test_the_printers_recipients_are_summed_and_those_nobody_declared_are_named() -> None:
    audit = sample_audit.audit()
    view = printer_view(audit)
    rows = [row for row in audit.recipients if row.surface is Surface.PRINTER and row.relation is not Relation.LOCAL]
    assert view.bytes_up == sum(row.bytes_up for row in rows)
    assert {contact.recipient.recipient for contact in view.contacts} == {row.recipient for row in rows}
    assert view.strangers == ("203.0.113.9",)
    assert view.clear == 14


def test_the_local_network_is_no_recipient_on_the_internet() -> None:
    audit = sample_audit.audit()
    here = tuple(replace(row, relation=Relation.LOCAL) if row.surface is Surface.PRINTER else row for row in audit.recipients)
    view = printer_view(replace(audit, recipients=here))
    assert (view.contacts, view.bytes_up, view.clear) == ((), 0, 0)


def test_devices_and_their_talk_are_passed_on() -> None:
    view = printer_view(sample_audit.local())
    assert [row.device for row in view.devices] == ["printer", "device 1"]
    assert len(view.local) == 2
