"""What a session teaches about its devices."""

import os
from pathlib import Path

import pytest
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw
from scapy.utils import wrpcap

from auditor import learning
from auditor.learning import with_session, with_session_while
from auditor.model.session import CaptureFile, PlantedValue, Session, Subjects
from auditor.read_once import ReadOnce
from tests.unit.capture.flow_files import asked, flow_file

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


def _stream(host: str, port: int, request: bytes, answer: bytes) -> list[Packet]:
    ask, reply = IP(src="192.168.7.9", dst=host), IP(src=host, dst="192.168.7.9")
    return [
        Ether() / ask / TCP(sport=port, dport=80, flags="S", seq=0),
        Ether() / reply / TCP(sport=80, dport=port, flags="SA", seq=0, ack=1),
        Ether() / ask / TCP(sport=port, dport=80, flags="PA", seq=1, ack=1) / Raw(request),
        Ether() / reply / TCP(sport=80, dport=port, flags="PA", seq=1, ack=1 + len(request)) / Raw(answer),
    ]


def _answer(kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (kind, len(body), body)


def test_a_description_teaches_serial_and_uuid(tmp_path: Path) -> None:
    """What UPnP devices say of themselves over HTTP."""
    uuid = "7c1f0b52-5d3e-4f7a-9a41-0d0e5d3f2a11"
    body = (
        "<root xmlns='urn:schemas-upnp-org:device-1-0'><device><serialNumber>V11A000042</serialNumber>"
        f"<UDN>uuid:{uuid}</UDN></device></root>"
    )
    path = tmp_path / "printer.pcap"
    wrpcap(
        str(path), _stream("192.168.7.20", 40001, b"GET /d.xml HTTP/1.1\r\nHost: p\r\n\r\n", _answer(b"text/xml", body.encode()))
    )
    assert {("serial", "V11A000042"), ("other", uuid)} <= _learned(with_session(Subjects(), _session(path)))


def test_a_token_of_one_capture_that_another_one_shows(tmp_path: Path) -> None:
    """Set in the phone's capture, shown to another company in the printer's."""
    token = "8f3a2c91d7e4b05566qz"
    phone, printer = tmp_path / "phone.pcap", tmp_path / "printer.pcap"
    login = b"GET /login HTTP/1.1\r\nHost: a.first.example\r\n\r\n"
    given = _answer(b"application/json", f'{{"device_token": "{token}"}}'.encode())
    wrpcap(str(phone), _stream("198.51.100.9", 40001, login, given))
    wrpcap(
        str(printer),
        _stream("198.51.100.8", 40002, f"GET /t?k={token} HTTP/1.1\r\nHost: b.other.test\r\n\r\n".encode(), _answer(b"a/b", b"")),
    )
    files = tuple(CaptureFile(path=str(path), name=path.name, surface=None) for path in (phone, printer))
    assert ("token", token) in _learned(with_session(Subjects(), Session(name="s", folder=None, captures=files)))


@pytest.mark.parametrize("lost", [False, True], ids=["by a copy", "no room for a copy"])
def test_much_is_heard_by_a_copy_while_this_process_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: bool) -> None:
    """With the same result, and it is heard how far the copy is; without room for one this process hears it."""

    def no_room() -> int:
        raise BlockingIOError

    monkeypatch.setattr(learning, "LONG", 1)
    monkeypatch.setattr(learning, "_PASSED", 1)
    monkeypatch.setattr(learning, "cores", lambda: 2)
    if lost:
        monkeypatch.setattr(os, "fork", no_room)
    path = tmp_path / "a.mitm"
    path.write_bytes(flow_file([asked("regular", "api.example.com", client_conn__peername=("192.168.7.9", 40000))]))
    done: list[str] = []
    read: list[int] = []
    once = ReadOnce(lambda _, size: read.append(size))
    found = with_session_while(
        lambda: done.append("work"),
        Subjects(),
        _session(path),
        once,
        lambda name, size: read.append(size if name == path.name else 0),
    )
    assert found == with_session(Subjects(), _session(path))
    assert _learned(found) == {("ip", "192.168.7.9")}
    assert done == ([] if lost else ["work"])
    assert sum(read) == path.stat().st_size


def test_little_is_heard_here(tmp_path: Path) -> None:
    """And kept for the second pass; what else there is to do waits."""
    path = tmp_path / "a.mitm"
    path.write_bytes(flow_file([asked("regular", "api.example.com")]))
    once = ReadOnce()
    found = with_session_while(lambda: pytest.fail("was called"), Subjects(), _session(path), once, None)
    assert found == with_session(Subjects(), _session(path))
    assert once.again(_session(path).captures[0]) is not None
