"""What a session's packet captures show of the local network: roles, names, what is asked of whom, and nothing in the clear."""

from dataclasses import asdict
from pathlib import Path

import pytest

from auditor.devices.told import Trait
from auditor.local_network import Network, look, masked, with_printer
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.model.vocabulary import Surface
from tests.unit.capture.wire import ACK, pcapng
from tests.unit.devices.lan import MACS, PHONE, PRINTER, ROUTER, Lan, dhcp_request, mqtt_connect

CLOUD = "198.51.100.18"
SERIAL = "V11DEMO004711"


def story() -> Lan:
    """A printer that asks for an address, talks to its cloud, and prints what the phone sends."""
    lan = Lan()
    lan.udp(PRINTER, 68, "255.255.255.255", 67, dhcp_request(MACS[PRINTER], b"nail-printer-42", b"udhcp 1.36"))
    for number in range(3):
        lan.tcp(f"198.51.100.{number + 1}", 443, PHONE, 50_000, ACK, b"x")
    lan.talk(PRINTER, CLOUD, 1883, mqtt_connect(b"client-0042", SERIAL.encode() + b"&a1demo0001"))
    lan.talk(PHONE, PRINTER, 9100, b"\x1b%-12345X@PJL", b"@PJL OK")
    lan.udp(ROUTER, 53, PRINTER, 40_000, b"\0" * 20)
    return lan


def session(tmp_path: Path, lan: Lan, *, surface: Surface | None = Surface.PRINTER, background: bool = False) -> Session:
    path = tmp_path / "printer.pcapng"
    path.write_bytes(pcapng(lan.frames))
    capture = CaptureFile(path=str(path), name=path.name, surface=surface, background=background)
    return Session(name="s", folder=None, captures=(capture,))


def named(kind: str, value: str, owner: str = "printer") -> Subjects:
    return Subjects(identifiers=(PlantedValue(label=f"my {kind}", kind=kind, value=value, owner=owner),))


def roles(network: Network) -> dict[str, str]:
    return {seen.device.mac or "": seen.role for seen in network.devices}


def test_the_printer_is_who_goes_out_most_and_comes_first(tmp_path: Path) -> None:
    network = look(session(tmp_path, story()), Subjects())
    assert roles(network) == {
        MACS[PRINTER].hex(":"): "printer",
        MACS[ROUTER].hex(":"): "router",
        MACS[PHONE].hex(":"): "device",
    }
    assert [seen.role for seen in network.devices] == ["printer", "router", "device"]


@pytest.mark.parametrize(
    "subjects", [named("mac", "DA-00-11-22-33-44"), named("ip", PHONE)], ids=["by its MAC", "by its address"]
)
def test_who_subjects_toml_names_is_the_printer(tmp_path: Path, subjects: Subjects) -> None:
    network = look(session(tmp_path, story()), subjects)
    assert [seen.device.mac for seen in network.printers] == [MACS[PHONE].hex(":")]


def test_a_serial_number_names_it_too(tmp_path: Path) -> None:
    network = look(session(tmp_path, story()), named("serial", SERIAL))
    assert [seen.device.mac for seen in network.printers] == [MACS[PRINTER].hex(":")]


def test_in_a_capture_of_the_app_nobody_is_taken_for_the_printer(tmp_path: Path) -> None:
    assert look(session(tmp_path, story(), surface=Surface.APP), Subjects()).printers == ()


def test_background_captures_and_files_that_hold_no_packets_show_nothing(tmp_path: Path) -> None:
    assert look(session(tmp_path, story(), background=True), Subjects()).devices == ()
    (tmp_path / "x.har").write_text('{"log": {"version": "1.2", "creator": {}, "entries": []}}')
    har = CaptureFile(path=str(tmp_path / "x.har"), name="x.har", surface=None)
    missing = CaptureFile(path=str(tmp_path / "none.pcap"), name="none.pcap", surface=None)
    assert look(Session(name="s", folder=None, captures=(har, missing)), Subjects()).devices == ()


def test_what_the_printer_shows_is_planted_once(tmp_path: Path) -> None:
    network = look(session(tmp_path, story()), Subjects())
    found = {(entry.label, entry.kind, entry.value) for entry in with_printer(Subjects(), network).identifiers}
    assert found == {
        ("printer-mac-seen", "mac", MACS[PRINTER].hex(":")),
        ("printer-serial-seen", "serial", SERIAL),
    }
    typed = named("mac", "C0-4E-30-11-12-07")
    kinds = [entry.kind for entry in with_printer(typed, network).identifiers]
    assert kinds == ["mac", "serial"]


def test_documents_get_masked_texts_and_the_printers_own_values(tmp_path: Path) -> None:
    network = look(session(tmp_path, story()), Subjects())
    subjects = with_printer(Subjects(), network)
    facts = masked(network, subjects, lambda text: text.replace(SERIAL, "#").replace("nail-printer-42", "@"))
    printer, router, other = facts.devices
    assert (printer.device, router.device, other.device) == ("printer", "router", "device 1")
    assert printer.mac == "c0•••••••••••••07"
    assert (printer.dhcp_name, printer.dhcp_vendor, printer.dhcp_fingerprint) == ("@", "udhcp 1.36", "1,3,6,15")
    assert printer.mqtt_users == ("#&a1demo0001",)
    assert printer.ports == ("tcp/9100",)
    assert printer.vendor is not None
    assert other.mac_random
    assert facts.printers == (PRINTER,)
    assert {(entry.label, entry.capture) for entry in facts.own} == {
        ("printer-mac-seen", "printer.pcapng"),
        ("printer-serial-seen", None),
    }
    assert [(entry.client_ip, entry.server_port, entry.commands) for entry in facts.asked] == [(PHONE, 9100, ("PJL",))]
    text = str(asdict(facts))
    assert SERIAL not in text
    assert MACS[PRINTER].hex(":") not in text


def test_the_same_captures_give_the_same_facts(tmp_path: Path) -> None:
    one = session(tmp_path, story())
    facts = [masked(look(one, Subjects()), Subjects(), str) for _ in range(2)]
    assert facts[0] == facts[1]


def test_a_rotated_set_is_looked_at_as_a_whole(tmp_path: Path) -> None:
    frames = story().frames
    names = [f"printer_{number:05d}_20261122104737.pcapng" for number in (1, 2)]
    for name, part in zip(names, (frames[:1], frames[1:]), strict=True):
        (tmp_path / name).write_bytes(pcapng(part))
    first = CaptureFile(path=str(tmp_path / names[0]), name=names[0], surface=Surface.PRINTER)
    (printer,) = look(Session(name="s", folder=None, captures=(first,)), Subjects()).printers
    assert printer.device.ports == ("tcp/9100",)


def test_a_request_whose_body_the_capture_does_not_hold_was_asked(tmp_path: Path) -> None:
    """It is told when the packets are over."""
    lan = story()
    lan.talk(PHONE, PRINTER, 80, b"POST /print HTTP/1.1\r\nHost: v11.local\r\nContent-Length: 9999\r\n\r\n{", sport=50_007)
    asked = look(session(tmp_path, lan), Subjects()).asked
    assert [(entry.server_port, entry.commands) for entry in asked] == [(80, ("http /print",)), (9100, ("PJL",))]


def test_a_device_of_several_captures_is_one_with_all_that_each_shows(tmp_path: Path) -> None:
    """Each thing once, in the order in which it was seen; what was asked of a port in any of them."""
    first, second = story(), story()
    second.udp(PRINTER, 68, "255.255.255.255", 67, dhcp_request(MACS[PRINTER], b"nail-printer-43", b"udhcp 1.36"))
    second.talk(PHONE, PRINTER, 9100, b"START job\r\n", b"OK", sport=50_009)
    captures = []
    for name, lan in (("a.pcapng", first), ("b.pcapng", second)):
        (tmp_path / name).write_bytes(pcapng(lan.frames))
        captures.append(CaptureFile(path=str(tmp_path / name), name=name, surface=Surface.PRINTER))
    network = look(Session(name="s", folder=None, captures=tuple(captures)), Subjects())
    (printer,) = network.printers
    alone = [look(Session(name="s", folder=None, captures=(capture,)), Subjects()).printers[0].device for capture in captures]
    assert printer.captures == ("a.pcapng", "b.pcapng")
    assert printer.device.of(Trait.DHCP_NAME) == ("nail-printer-42", "nail-printer-43")
    assert len(printer.device.addresses) == len(set(printer.device.addresses)) == len(alone[0].addresses)
    assert printer.device.packets == sum(device.packets for device in alone)
    assert (printer.device.first, printer.device.goes_out) == (min(device.first for device in alone), True)
    assert [entry.commands for entry in network.asked if entry.server_port == 9100] == [("PJL", "text START")]
