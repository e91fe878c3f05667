"""What a session teaches about its devices."""

from pathlib import Path

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw
from scapy.utils import wrpcap

from auditor.learning import with_session
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects

MAC = "02:5e:00:53:77:01"


def _dhcp() -> Packet:
    ask = BOOTP(chaddr=bytes.fromhex(MAC.replace(":", "")), op=1)
    options = DHCP(options=[("message-type", "request"), ("hostname", b"nail-printer-4711"), "end"])
    return (
        Ether(src=MAC, dst="ff:ff:ff:ff:ff:ff")
        / IP(src="0.0.0.0", dst="255.255.255.255")
        / UDP(sport=68, dport=67)
        / ask
        / options
    )


def _http() -> Packet:
    request = b"POST /x HTTP/1.1\r\nHost: iot.example\r\nContent-Length: 2\r\n\r\nok"
    return (
        Ether(src=MAC) / IP(src="192.168.7.9", dst="198.51.100.9") / TCP(sport=40000, dport=80, flags="PA", seq=1) / Raw(request)
    )


def _session(path: Path) -> Session:
    return Session(name="s", folder=None, captures=(CaptureFile(path=str(path), name=path.name, surface=None),))


def _learned(subjects: Subjects) -> set[tuple[str, str]]:
    return {(entry.kind, entry.value) for entry in subjects.identifiers if entry.label.startswith("learned-")}


def test_a_lease_teaches_address_and_name(tmp_path: Path) -> None:
    """DHCP names the printer: its hardware address, its host name; its private address comes from its flows."""
    path = tmp_path / "printer.pcap"
    wrpcap(str(path), [_dhcp(), _http()])
    found = _learned(with_session(Subjects(), _session(path)))
    assert {("mac", MAC), ("other", "nail-printer-4711"), ("ip", "192.168.7.9")} <= found


def test_what_was_planted_keeps_its_label(tmp_path: Path) -> None:
    """A value that a person typed in is not learned a second time."""
    path = tmp_path / "printer.pcap"
    wrpcap(str(path), [_dhcp()])
    planted = PlantedValue(label="printer mac", kind="mac", value=MAC.upper(), owner="printer")
    subjects = with_session(Subjects(identifiers=(planted,)), _session(path))
    assert ("mac", MAC) not in _learned(subjects)
    assert planted in subjects.identifiers


def test_an_unreadable_capture_teaches_nothing(tmp_path: Path) -> None:
    """What is wrong with it is said when it is audited."""
    path = tmp_path / "x.pcap"
    path.write_text("no capture")
    assert with_session(Subjects(), _session(path)) == Subjects()


def test_a_token_that_one_company_sets_and_another_gets(tmp_path: Path) -> None:
    """In a packet capture by cookie; in a HAR file in a document. What goes back to who set it is not learned."""
    setting = b"HTTP/1.1 200 OK\r\nSet-Cookie: sid=8f3a2c91d7e4b05566; Path=/\r\nContent-Length: 0\r\n\r\n"
    talk = [
        ("sdk.tracker-one.com", b"/i", setting),
        ("sync.adhouse.net", b"/m?puid=8f3a2c91d7e4b05566", b"HTTP/1.1 204 No\r\n\r\n"),
    ]
    path = tmp_path / "app.pcap"
    wrpcap(
        str(path),
        [packet for number, (host, target, answer) in enumerate(talk) for packet in _exchange(number, host, target, answer)],
    )
    assert ("token", "8f3a2c91d7e4b05566") in _learned(with_session(Subjects(), _session(path)))
    wrpcap(
        str(path),
        [packet for number in range(2) for packet in _exchange(number, "a.tracker-one.com", b"/m?i=8f3a2c91d7e4b05566", setting)],
    )
    assert not {kind for kind, _ in _learned(with_session(Subjects(), _session(path)))} & {"token"}


def _exchange(number: int, host: str, target: bytes, answer: bytes) -> list[Packet]:
    """A request and its answer, each in one packet."""
    request = b"GET " + target + b" HTTP/1.1\r\nHost: " + host.encode() + b"\r\n\r\n"
    phone, server, port = "192.168.7.9", f"198.51.100.{number + 1}", 40000 + number
    return [
        Ether(src=MAC) / IP(src=phone, dst=server) / TCP(sport=port, dport=80, flags="S", seq=0),
        Ether(src=MAC) / IP(src=phone, dst=server) / TCP(sport=port, dport=80, flags="PA", seq=1, ack=1) / Raw(request),
        Ether(dst=MAC) / IP(src=server, dst=phone) / TCP(sport=80, dport=port, flags="PA", seq=1, ack=1) / Raw(answer),
    ]
