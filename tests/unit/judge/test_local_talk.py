"""Rows of local traffic from the flows of packet captures."""

from typing import Any

import pyarrow as pa
import pytest

from auditor.judge.local_talk import MAX_PORTS, is_group, is_local, local_rows, with_local_network
from auditor.model.arrow import saying
from auditor.model.device import Asked, DeviceRow, LocalFacts
from auditor.model.tables import FLOWS

PRINTER, PHONE = "192.168.50.40", "192.168.50.21"


def device(name: str, address: str) -> DeviceRow:
    texts: dict[str, Any] = dict.fromkeys(
        ("names", "services", "mqtt_clients", "mqtt_users", "mqtt_topics", "serials", "ports", "captures"), ()
    )
    nothing: dict[str, Any] = dict.fromkeys(("mac", "vendor", "dhcp_name", "dhcp_vendor", "dhcp_fingerprint", "first"))
    return DeviceRow(device=name, role=name, mac_random=False, addresses=(address,), **nothing, **texts)


FACTS = LocalFacts(
    devices=(device("printer", PRINTER), device("device 1", PHONE)),
    asked=(Asked(client_ip=PHONE, server_ip=PRINTER, transport="tcp", server_port=9100, commands=("PJL",)),),
)


def flows(*rows: dict[str, Any]) -> pa.Table:
    usual = {
        "capture": "p.pcapng",
        "client_ip": PHONE,
        "server_ip": PRINTER,
        "server_port": 9100,
        "transport": "tcp",
        "started": 1_790_000_000_000_000_000,
        "packets_up": 3,
        "packets_down": 2,
        "bytes_up": 300,
        "bytes_down": 140,
        "background": False,
    }
    full = [{**usual, "flow_id": f"tcp-{number}", **row} for number, row in enumerate(rows)]
    names = pa.array([f"{row['capture']}#{row['flow_id']}" for row in full], pa.string())
    return saying(FLOWS.of_rows(full), {"flow": names})


def test_flows_of_one_port_are_one_row_with_what_was_asked() -> None:
    rows = flows({"visibility": "cleartext", "phase": "print"}, {"visibility": None, "phase": None})
    (found,) = local_rows(rows, FACTS)
    assert (found.client, found.server, found.server_port) == ("device 1", "printer", 9100)
    assert (found.flows, found.bytes_up, found.packets_down) == (2, 600, 4)
    assert (found.visibility, found.phases, found.commands) == ("cleartext", ("print",), ("PJL",))
    assert found.answered
    assert found.evidence == ("p.pcapng#tcp-0", "p.pcapng#tcp-1")
    assert found.first_flow == "p.pcapng#tcp-0"
    assert found.first == "2026-09-21T14:13:20.000000000Z"


def test_what_leaves_the_network_is_no_row() -> None:
    assert local_rows(flows({"server_ip": "198.51.100.7"}, {"server_ip": None}, {"client_ip": "8.8.8.8"}), FACTS) == ()


def test_groups_are_said_to_be_such() -> None:
    (found,) = local_rows(
        flows({"client_ip": PRINTER, "server_ip": "224.0.0.251", "server_port": 5353, "transport": "udp", "packets_down": 0}),
        FACTS,
    )
    assert (found.multicast, found.answered, found.server) == (True, False, "224.0.0.251")


@pytest.mark.parametrize(("more", "answered"), [({"bytes_down": 120}, False), ({"bytes_down": 900}, True)])
def test_a_refusal_is_no_answer(more: dict[str, Any], answered: bool) -> None:
    (found,) = local_rows(flows({"visibility": None, **more}), FACTS)
    assert found.answered is answered


def test_a_scan_is_one_row() -> None:
    (found,) = local_rows(flows(*({"server_port": port} for port in range(1, MAX_PORTS + 10))), FACTS)
    assert (found.server_port, found.commands) == (None, (f"{MAX_PORTS + 9} ports",))


def test_the_most_talkative_comes_first_whatever_the_order() -> None:
    rows = flows({"server_port": 80, "bytes_up": 10}, {"server_port": 443, "bytes_up": 9000}, {"server_port": 22, "bytes_up": 10})
    there = local_rows(rows, FACTS)
    assert [row.server_port for row in there] == [443, 22, 80]
    assert local_rows(rows.take([2, 1, 0]), FACTS) == there


def test_without_devices_or_flows_there_is_nothing() -> None:
    assert local_rows(flows({}), LocalFacts()) == ()
    assert local_rows(flows(), FACTS) == ()


def test_proxies_know_no_local_network() -> None:
    """A flow of a proxy has no sizes of packets, and no address of a phone in the printer's network."""
    assert local_rows(flows({"packets_down": None, "bytes_up": None}), FACTS) == ()


def test_addresses_of_the_network_and_of_groups() -> None:
    assert [is_local(text) for text in (PHONE, "fe80::1", "8.8.8.8", "224.0.0.1", "127.0.0.1", "no")] == [True, True] + [
        False
    ] * 4
    assert [is_group(text) for text in ("224.0.0.251", "ff02::fb", "255.255.255.255", PHONE, "no")] == [True] * 3 + [False] * 2


def test_the_legs_that_a_set_up_cannot_see_are_blind_spots() -> None:
    from auditor.catalog.topology_file import named
    from tests.unit.report.sample_audit import audit

    found = with_local_network(audit(), flows({}), FACTS, named("P3"))
    assert found.devices == FACTS.devices
    assert [row.server_port for row in found.local] == [9100]
    assert [entry.id for entry in found.topologies] == ["P3"]
    added = found.coverage.blind_spots[len(audit().coverage.blind_spots) :]
    assert added[0] == "P3 This machine is the access point of phone and printer: not seen: the phone's mobile data"
    assert len(found.coverage.blind_spots_zh) - len(audit().coverage.blind_spots_zh) == len(added) == 3


def test_ends_without_a_port_have_a_row_with_what_was_asked() -> None:
    """A ping has none."""
    (found,) = local_rows(flows({"transport": "icmp", "server_port": None, "packets_down": 1}), FACTS)
    assert (found.server_port, found.transport, found.commands, found.answered) == (None, "icmp", (), True)
    asked = Asked(client_ip=PHONE, server_ip=PRINTER, transport="icmp", server_port=-1, commands=("ping",))
    (found,) = local_rows(flows({"transport": "icmp", "server_port": None}), LocalFacts(devices=FACTS.devices, asked=(asked,)))
    assert found.commands == ("ping",)


def test_flows_without_phase_application_or_time_add_none() -> None:
    """Of the others the first application and the earliest time count."""
    rows = flows(
        {"phase": None, "application": None, "started": None},
        {"phase": "print", "application": "ipp", "started": 1_790_000_001_000_000_000},
        {"phase": "browse", "application": "http"},
    )
    (found,) = local_rows(rows, FACTS)
    assert (found.phases, found.application, found.first) == (("browse", "print"), "ipp", "2026-09-21T14:13:20.000000000Z")
    (found,) = local_rows(flows({"started": None}), FACTS)
    assert (found.phases, found.application, found.first) == ((), None, None)
