"""`auditor record printer` as its user types it, beside a scripted printer and real services, and what comes of it in an audit.

Everything happens in network namespaces that the test makes. DHCP, MQTT and the local print job use real programs where they
are installed (dnsmasq, udhcpc, mosquitto); DNS, NTP, HTTP, TLS and QUIC come from the lab's servers.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import ROOT, run
from tests.e2e.wire_bench import NEEDS_ROOT, Bench, bench, can_run
from tests.lab import mqtt
from tests.lab.authority import Authority
from tests.lab.network import Device, Network, entered, lan
from tests.lab.printer import Printer
from tests.lab.servers import Binding, serving
from tests.lab.truth import Ledger
from tests.lab.world import IOT_HOST, ROUTER

pytestmark = pytest.mark.skipif(not can_run(), reason=NEEDS_ROOT)

PHONE = Device(name="android", address="192.168.50.21", mac="00:00:5e:00:53:21")
PRINTER = Device(name="printer", address="192.168.50.40", mac="00:00:5e:00:53:a7")
DHCP = ("dnsmasq", "udhcpc")
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one recording left."""

    folder: Path
    code: int
    err: str
    journal: list[dict[str, Any]]
    local_server: bool
    """Whether a broker ran on the printer."""
    leased: bool
    """Whether the printer got its address by DHCP."""

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [record for record in self.journal if record["kind"] == kind]


@contextmanager
def recording(folder: Path, interface: str, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own; it has begun."""
    command = [sys.executable, "-m", "auditor", "record", "printer", "--interface", interface, "--out", str(folder), *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=_environment())
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SUDO_")} | {"PYTHONPATH": str(ROOT)}


def until(happened: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def journal(folder: Path) -> list[dict[str, Any]]:
    path = folder / "journal.ndjson"
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]


def kinds(folder: Path) -> list[str]:
    return [record["kind"] for record in journal(folder)]


def dissector_of(process: subprocess.Popen[str]) -> int:
    """The process id of the recorder's child."""
    answer = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False).stdout.split()
    assert len(answer) == 1, answer
    return int(answer[0])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """One story of a printer: an address, its cloud, a print job from the phone, idle."""
    folder = tmp_path_factory.mktemp("lan") / "session"
    scratch = tmp_path_factory.mktemp("authority")
    with ExitStack() as stack:
        network = stack.enter_context(lan((PHONE, PRINTER)))
        stack.enter_context(entered(network.world))
        authority = Authority(scratch)
        authority.create()
        stack.enter_context(serving(authority, Binding(address="0.0.0.0", free_ports=False)))
        process = stack.enter_context(recording(folder, PRINTER.port))
        until(lambda: "started" in kinds(folder))
        leased = _lease(network, scratch, stack)
        worker = stack.enter_context(network.worker("printer"))
        printer = Printer(ledger=Ledger(), trust=authority.certificate, address=PRINTER.address)
        worker.submit(printer.start_up).result(SECONDS)
        (folder / ".phase").write_text("print")
        time.sleep(0.5)
        broker = _print_locally(network, scratch, stack)
        worker.submit(printer.print_job).result(SECONDS)
        worker.submit(printer.idle).result(SECONDS)
        until(lambda: any(record.get("host") == "m1.tuyacn.com" for record in journal(folder)))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    return Recorded(folder, process.returncode, err, journal(folder), broker, leased)


def _lease(network: Network, scratch: Path, stack: ExitStack) -> bool:
    """A real lease: dnsmasq gives, udhcpc asks (the address stays as the lab set it)."""
    if not all(shutil.which(program) for program in DHCP):
        return False
    options = ["--no-daemon", "--conf-file=/dev/null", "--port=0", f"--dhcp-leasefile={scratch}/leases", "--interface=lan0"]
    options += [
        "--bind-interfaces",
        f"--dhcp-host={PRINTER.mac},{PRINTER.address}",
        "--dhcp-range=192.168.50.40,192.168.50.60,1h",
    ]
    server = subprocess.Popen(["dnsmasq", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(server.wait)
    stack.callback(server.kill)
    time.sleep(0.5)
    client = [
        "udhcpc",
        "-f",
        "-q",
        "-n",
        "-i",
        "eth0",
        "-s",
        "/bin/true",
        "-x",
        "hostname:nail-printer-4711",
        "-V",
        "o2nails-fw 1.0",
    ]
    done = subprocess.run(
        ["ip", "netns", "exec", network.devices["printer"], *client], capture_output=True, timeout=30, check=False
    )
    return done.returncode == 0


def _print_locally(network: Network, scratch: Path, stack: ExitStack) -> bool:
    """The phone publishes a job to a broker on the printer, in the clear."""
    if shutil.which("mosquitto") is None:
        return False
    configuration = scratch / "mosquitto.conf"
    configuration.write_text("listener 1883 0.0.0.0\nallow_anonymous true\nuser root\n")
    command = ["ip", "netns", "exec", network.devices["printer"], "mosquitto", "-c", str(configuration)]
    broker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stack.callback(broker.wait)
    stack.callback(broker.terminate)
    phone = stack.enter_context(network.worker("android"))
    until(lambda: phone.submit(_publish).result(SECONDS))
    return True


def _publish() -> bool:
    """One job from the thread that lives on the phone; False while nobody listens."""
    try:
        with socket.create_connection((PRINTER.address, 1883), timeout=5) as broker:
            broker.sendall(mqtt.connect("phone-app-1", "", ""))
            broker.recv(64)
            broker.sendall(mqtt.publish("nail/job", b'{"cmd":"start_print"}') + mqtt.PING)
            return bool(broker.recv(64))
    except OSError:
        return False


def test_it_ends_with_0_and_everything_that_came_is_delivered(recorded: Recorded) -> None:
    assert recorded.code == 0, recorded.err
    ended = recorded.journal[-1]
    assert (ended["kind"], ended["reason"], ended["dropped"]) == ("ended", "user", 0)
    assert ended["received"] == ended["delivered"] > 50


@pytest.mark.parametrize(
    ("host", "application", "relation"),
    [
        (IOT_HOST, "mqtt", "declared"),
        ("fw.o2nails.com", "http", "first_party"),
        ("m1.tuyacn.com", "tls", "undeclared"),
        ("telemetry.o2nails.com", "quic", "first_party"),
        ("ntp.aliyun.com", "ntp", "network"),
    ],
)
def test_each_first_contact_was_journalled_while_it_ran(recorded: Recorded, host: str, application: str, relation: str) -> None:
    found = [record for record in recorded.of("contact") if record.get("host") == host]
    assert [(record["application"], record["surface"]) for record in found] == [(application, "printer")], found
    assert found[0]["relation"] == relation or found[0]["relation"] in ("other_surface", "unknown"), found
    assert "recipient" in found[0]


def test_addresses_without_a_name_are_contacts_too(recorded: Recorded) -> None:
    assert {"203.0.113.250", "47.97.12.34"} <= {record["server_ip"] for record in recorded.of("contact")}


def test_contacts_carry_the_phase(recorded: Recorded) -> None:
    phases = {record.get("host"): record["phase"] for record in recorded.of("contact") if record.get("host")}
    assert phases["fw.o2nails.com"] is None
    assert phases["m1.tuyacn.com"] == "print"


def test_the_printer_was_introduced_and_nothing_identifies_it_in_the_clear(recorded: Recorded) -> None:
    devices = recorded.of("device")
    printer = [record for record in devices if PRINTER.address in record["addresses"]][-1]
    assert printer["vendor"] == "ICANN, IANA Department"
    assert printer["mac"] == "00•••••••••••••a7"
    assert "router" in {record["role"] for record in devices}
    if recorded.leased:
        assert printer["dhcp_fingerprint"]
        assert "na••••••••••••••11" in printer["names"] or any("••" in name for name in printer["names"])
    text = (recorded.folder / "journal.ndjson").read_text()
    for clear in (PRINTER.mac, PRINTER.mac.replace(":", ""), "V11DEMO004711", "v11demo004711", "nail-printer-4711"):
        assert clear not in text


def test_what_the_phone_asked_of_the_printer_is_in_the_audit(recorded: Recorded, tmp_path: Path) -> None:
    """The joined view: devices with roles, the local job, and the server's open port."""
    done = run("audit", recorded.folder, "--out", tmp_path)
    assert done.code in (1, 3), done.err
    document = json.loads(next(tmp_path.glob("*/audit.json")).read_bytes())
    roles = {device["device"]: device for device in document["devices"]}
    assert roles["printer"]["addresses"] == [PRINTER.address]
    assert roles["router"]["addresses"] == [ROUTER]
    assert roles["printer"]["services"] == ["_http._tcp"]
    assert any("a1o2demo001" in topic for topic in roles["printer"]["mqtt_topics"])
    if recorded.leased:
        assert roles["printer"]["dhcp_vendor"] == "o2nails-fw 1.0"
    if recorded.local_server:
        assert "tcp/1883" in roles["printer"]["ports"]
        (job,) = [row for row in document["local"] if row["server"] == "printer" and row["server_port"] == 1883]
        assert (job["client_ip"], job["application"], job["visibility"]) == (PHONE.address, "mqtt", "cleartext")
        assert "mqtt nail/job start_print" in job["commands"]
    text = json.dumps(document)
    assert "nail-printer-4711" not in text
    assert PRINTER.mac not in text


# The recorder and its dissector, each ended the hard way ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def wire() -> Iterator[Bench]:
    with bench("rl") as made:
        yield made


def start(wire: Bench, folder: Path, *more: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """The command in the near namespace; it has begun."""
    command = [sys.executable, "-m", "auditor", "record", "printer", "-i", "eth0", "--out", str(folder), *more]
    process = wire.start(wire.near, *command, environment=environment)
    until(lambda: "started" in kinds(folder) or process.poll() is not None)
    return process


SENDER = """
import socket, sys, time
from tests.unit.devices.lan import MACS, PHONE, PRINTER, Lan, dhcp_request, mqtt_connect
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("eth0", 0))
for number in range(int(sys.argv[1])):
    lan = Lan()
    lan.udp(PRINTER, 68, "255.255.255.255", 67, dhcp_request(MACS[PRINTER], b"nail-printer-42"))
    lan.udp(PHONE, 68, "255.255.255.255", 67, dhcp_request(MACS[PHONE], b"pixel-8"))
    lan.talk(PRINTER, "198.51.100.18", 1883, mqtt_connect(b"client-0042"), sport=50_000 + number)
    for _, frame in lan.frames:
        wire.send(frame)
    time.sleep(0.3)
"""
"""Sends five frames a time, four of them the printer's."""


def send(wire: Bench, times: int) -> None:
    done = wire.run(wire.far, sys.executable, "-c", SENDER, str(times))
    assert done.returncode == 0, done.stderr


def stopped(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def test_a_dissector_that_is_killed_costs_no_packet(wire: Bench, tmp_path: Path) -> None:
    process = start(wire, tmp_path)
    send(wire, 2)
    os.kill(dissector_of(process), signal.SIGKILL)
    until(lambda: "watch" in kinds(tmp_path))
    send(wire, 2)
    code, err = stopped(process)
    ended = journal(tmp_path)[-1]
    assert (code, ended["received"], ended["delivered"]) == (0, 20, 20), err
    assert [record["trouble"] for record in journal(tmp_path) if record["kind"] == "watch"] == ["dissector"]


def test_a_recorder_that_is_killed_takes_its_dissector_along(wire: Bench, tmp_path: Path) -> None:
    process = start(wire, tmp_path)
    send(wire, 3)
    until(lambda: "contact" in kinds(tmp_path))
    child = dissector_of(process)
    process.kill()
    process.communicate()
    until(lambda: not Path(f"/proc/{child}").exists() or "State:\tZ" in Path(f"/proc/{child}/status").read_text(), 10)
    done = run("flows", tmp_path / "printer.pcapng", "--format", "ndjson")
    assert done.code == 0, done.err
    assert "198.51.100.18" in done.out


def test_a_printer_by_name_is_recorded_from_its_first_packet(wire: Bench, tmp_path: Path) -> None:
    command = ["auditor", "record", "printer", "-i", "eth0", "--out", str(tmp_path / "s"), "--printer", "nail-printer-42"]
    process = wire.start(wire.near, sys.executable, "-m", *command)
    assert process.stderr is not None
    while (said := process.stderr.readline()).startswith("note: "):
        assert "stays root" in said
    send(wire, 3)
    until(lambda: "started" in kinds(tmp_path / "s"))
    code, err = stopped(process)
    found = journal(tmp_path / "s")
    assert code == 0, err
    assert found[0]["filter"] == "ether host c0:4e:30:11:12:07"
    assert found[-1]["received"] == found[-1]["delivered"] == 12
    assert said == "listening on eth0 for 'nail-printer-42', 30 s at most; switch the printer on now\n"


def test_under_sudo_live_facts_come_from_the_caller_who_may_read_nothing_of_roots(wire: Bench) -> None:
    with tempfile.TemporaryDirectory(prefix="auditor-") as scratch:  # not in pytest's folder, which is root's alone
        os.chmod(scratch, 0o777)
        folder = Path(scratch) / "session"
        process = start(wire, folder, environment={"SUDO_UID": "65534"})
        send(wire, 3)
        until(lambda: "contact" in kinds(folder))
        code, err = stopped(process)
        assert (code, [record for record in journal(folder) if record["kind"] in ("note", "watch")]) == (0, []), err
        assert {path.stat().st_uid for path in (folder, *folder.iterdir())} == {65534}
        assert "stays root" not in err


def test_a_ring_as_it_is_typed_keeps_the_newest_files(wire: Bench, tmp_path: Path) -> None:
    process = start(wire, tmp_path, "--file-size", "64k", "--keep", "2", "--quiet")
    wire.send(400, 1000, 400)
    code, err = stopped(process)
    files = [record for record in journal(tmp_path) if record["kind"] == "file"]
    assert (code, err) == (0, "")
    assert len(list(tmp_path.glob("printer_*.pcapng"))) == 2
    assert {record["state"] for record in files} == {"closed", "removed"}


HOSTILE = """
import random, socket, sys
from tests.unit.capture.test_glance import _many
from tests.unit.devices.lan import MACS, PHONE, PRINTER, Lan, dhcp_request, mdns_answer, mqtt_connect, mqtt_publish
rng = random.Random(7)
lan = Lan()
lan.arp(PRINTER, PHONE)
lan.udp(PRINTER, 68, "255.255.255.255", 67, dhcp_request(MACS[PRINTER], b"nail-printer-42", b"udhcp 1.36"))
lan.udp(PRINTER, 5353, "224.0.0.251", 5353, mdns_answer(("v11.local", 1, b"\\xc0\\xa8\\x32\\x28")))
lan.udp(PRINTER, 1900, "239.255.255.250", 1900, b"NOTIFY * HTTP/1.1\\r\\nNT: upnp:rootdevice\\r\\nUSN: uuid:1\\r\\n\\r\\n")
lan.talk(PHONE, PRINTER, 1883, mqtt_connect(b"phone") + mqtt_publish(b"nail/job", b"{}"), b"x" * 90)
lan.talk(PHONE, PRINTER, 80, b"POST /print HTTP/1.1\\r\\nHost: p\\r\\nContent-Length: 2\\r\\n\\r\\n{}", sport=50_001)
frames = [frame for _, frame in (*_many().frames, *lan.frames) if len(frame) <= 1500]
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind(("eth0", 0))
sent = 0
while sent < int(sys.argv[1]):
    frame = bytearray(rng.choice(frames))
    for _ in range(rng.choice((0, 1, 1, 3, 12))):
        at = rng.randrange(len(frame))
        frame[at : at + rng.choice((0, 1, 2))] = rng.randbytes(rng.choice((0, 1, 2, 8)))
    if 14 <= len(frame) <= 1500:
        wire.send(bytes(frame))
        sent += 1
"""


def test_hostile_packets_on_the_wire_cost_nothing(wire: Bench, tmp_path: Path) -> None:
    """Frames of every protocol that is read, wounded at random, live; recorder and dissector stay."""
    process = start(wire, tmp_path)
    done = wire.run(wire.far, sys.executable, "-c", HOSTILE, "4000")
    assert done.returncode == 0, done.stderr
    time.sleep(1)
    assert [record for record in journal(tmp_path) if record["kind"] in ("watch", "note")] == []
    assert Path(f"/proc/{dissector_of(process)}").exists()
    code, err = stopped(process)
    found = journal(tmp_path)
    assert code == 0, err
    assert found[-1]["received"] == found[-1]["delivered"] == 4000
    assert all(len(json.dumps(record)) < 20_000 for record in found)
    assert run("flows", tmp_path / "printer.pcapng", "--format", "ndjson").code == 0
