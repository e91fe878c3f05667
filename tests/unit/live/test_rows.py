"""Events as rows: traffic, its completion, identifiers, blind connections, notes."""

import pytest

from auditor.catalog import register_file
from auditor.live.classes import Policy, RowClass
from auditor.live.events import Event
from auditor.live.rows import blind_row, completed, note_row, sighting_row, traffic_row

POLICY = Policy(register_file.load("o2nails-1.1"))
AT = "2026-11-22T10:00:00.000000000Z"


def _event(**facts: object) -> Event:
    return Event(**{"recorder": "app-1", "kind": "flow", "at": AT} | facts)  # type: ignore[arg-type]


def test_a_flow_that_began_is_open_and_a_contact_has_the_servers_address() -> None:
    row = traffic_row(_event(host="h.example", relation="unknown", state="begun", flow_id="f"), POLICY, 3, 9)
    assert (row.number, row.revision, row.is_open, row.recipient, row.is_unexplained) == (3, 9, True, "h.example", True)
    contact = traffic_row(_event(kind="contact", server_ip="203.0.113.9", server_port=8883, relation="undeclared"), POLICY, 0, 1)
    assert (contact.host, contact.port, contact.row_class) == ("203.0.113.9", 8883, RowClass.OMITTED)


def test_a_flow_that_ended_keeps_what_was_known_at_its_start() -> None:
    began = traffic_row(
        _event(host="h.example", relation="undeclared", recipient="x", state="begun", method="POST"), POLICY, 3, 9
    )
    ended = completed(began, _event(state="ended", status=200, bytes_up=7, bytes_down=8, at="2026-11-22T10:00:09Z"), POLICY, 10)
    assert (ended.host, ended.recipient, ended.method, ended.at) == ("h.example", "x", "POST", AT)
    assert (ended.status, ended.bytes_up, ended.is_open, ended.revision) == (200, 7, False, 10)
    assert ended.row_class is RowClass.OMITTED


def test_a_flow_whose_server_was_known_late_is_judged_again() -> None:
    began = traffic_row(_event(relation="unknown", state="begun"), POLICY, 0, 1)
    assert completed(began, _event(relation="first_party", state="ended"), POLICY, 2).row_class is RowClass.CLEAR


def test_an_identifier_shows_its_mask_and_place_only() -> None:
    event = _event(
        kind="sighting",
        identifier="phone-imei",
        ident_kind="imei",
        masked="35•••81",
        part="body",
        path="$.imei",
        relation="first_party",
    )
    row = sighting_row(event, POLICY, 0, 1)
    assert (row.identifier, row.ident_kind, row.masked, row.part, row.path) == ("phone-imei", "imei", "35•••81", "body", "$.imei")
    assert row.row_class is RowClass.CLEAR


@pytest.mark.parametrize(
    ("hosts", "sni", "host"),
    [(("c.paypal.com:443",), None, "c.paypal.com"), (("1.2.3.4:443",), "c.paypal.com", "c.paypal.com"), ((), None, "")],
)
def test_a_blind_connection_is_named_by_its_best_name(hosts: tuple[str, ...], sni: str | None, host: str) -> None:
    row = blind_row(_event(kind="connection", hosts=hosts, sni=sni, insight="refused", reason="why"), 0, 1)
    assert (row.host, row.row_class, row.why.key, row.text) == (host, RowClass.BLIND, "refused", "why")


def test_a_server_that_could_not_be_reached_is_no_blind_spot() -> None:
    assert blind_row(_event(kind="connection", hosts=("h:1",), insight="upstream_failed"), 0, 1).row_class is RowClass.NOTE


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        ("correction", {"was": "consented", "now": "declined"}, "consented → declined"),
        ("loss", {"lost": 3, "received": 90}, "3 / 90"),
        ("device", {"vendor": "Acme", "mac": "00:00:5e:••"}, "Acme 00:00:5e:••"),
        ("hook_error", {"hook": "request", "error": "TypeError"}, "request TypeError"),
        ("started", {"surface": "app", "engine": "mitmproxy"}, "app mitmproxy"),
        ("note", {"text": "tapped twice"}, "tapped twice"),
        ("ended", {"reason": "user"}, "user"),
    ],
)
def test_what_is_no_traffic_has_a_text(kind: str, facts: dict[str, object], text: str) -> None:
    row = note_row(_event(kind=kind, **facts), 0, 1)
    assert (row.text, row.row_class) == (text, RowClass.NOTE)
