"""Records of the local network."""

import msgspec

from auditor.model.device import LocalFacts, LocalRow


def row(evidence: tuple[str, ...]) -> LocalRow:
    return LocalRow(
        client="device 1", server="printer", client_ip="192.168.50.21", server_ip="192.168.50.40", server_port=9100,
        transport="tcp", application=None, multicast=False, visibility=None, answered=True, flows=1, packets_up=1,
        packets_down=1, bytes_up=1, bytes_down=1, phases=(), first=None, commands=(), evidence=evidence,
    )  # fmt: skip


def test_the_first_flow_is_the_first_of_the_evidence() -> None:
    assert row(("a#tcp-1", "a#tcp-2")).first_flow == "a#tcp-1"
    assert row(()).first_flow is None


def test_rows_and_facts_survive_json() -> None:
    for value in (row(("a#tcp-1",)), LocalFacts()):
        assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value
