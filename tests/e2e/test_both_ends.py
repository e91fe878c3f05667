"""A joined session, through the command line: what the printer shows on the wire left through the app. Nothing is planted."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import CommandLine, auditor
from tests.unit.capture.flow_files import asked, flow_file
from tests.unit.capture.wire import pcapng
from tests.unit.devices.lan import MACS, PHONE, PRINTER, Lan, mqtt_connect

__all__ = ["auditor"]

SESSION = """\
schema = 1
[session]
name = "joined"
topology = "{topology}"
[[capture]]
path = "app.mitm"
surface = "app"
[[capture]]
path = "printer.pcapng"
surface = "printer"
"""


def joined(folder: Path, body: bytes, topology: str = "P2 + P3") -> Path:
    """The printer talks to its cloud and prints for the phone; the app sends a body to a stranger."""
    lan = Lan()
    lan.talk(PRINTER, "198.51.100.18", 1883, mqtt_connect(b"client-0042"))
    lan.talk(PHONE, PRINTER, 9100, b"@PJL INFO STATUS\r\n", b"@PJL INFO STATUS CODE=10001 " + b"x" * 80, sport=50_001)
    folder.mkdir()
    (folder / "session.toml").write_text(SESSION.format(topology=topology))
    (folder / "printer.pcapng").write_bytes(pcapng(lan.frames))
    (folder / "app.mitm").write_bytes(flow_file([asked("regular", "stats.jpush.cn", id="leak", request__content=body)]))
    return folder


def audited(auditor: CommandLine, folder: Path) -> dict[str, Any]:
    done = auditor("audit", folder, "--out", folder.parent / "reports")
    assert done.code in (1, 3), done.err
    document: dict[str, Any] = json.loads((folder.parent / "reports" / "joined" / "audit.json").read_bytes())
    return document


MAC = MACS[PRINTER].hex(":")


@pytest.mark.parametrize("written", [MAC, MAC.upper().replace(":", "-"), MAC.replace(":", "")])
def test_a_mac_that_only_ethernet_headers_show_is_found_in_the_app_with_both_ends(
    auditor: CommandLine, tmp_path: Path, written: str
) -> None:
    document = audited(auditor, joined(tmp_path / "joined", b'{"device":"' + written.encode() + b'"}'))
    (found,) = [row for row in document["findings"] if row["rule"] == "ID-IMMUTABLE" and row["surface"] == "app"]
    assert (found["kind"], found["identifier"], found["recipient"]) == ("mac", "printer-mac-seen", "jiguang")
    assert [(end["end"], end["flow"]) for end in found["both_ends"]] == [("printer", "printer.pcapng"), ("app", "app.mitm#leak")]
    assert "Both ends: " in found["message"]
    assert "两端：" in found["message_zh"]
    assert written not in json.dumps(document)


def test_another_devices_mac_has_no_other_end(auditor: CommandLine, tmp_path: Path) -> None:
    document = audited(auditor, joined(tmp_path / "joined", b'{"mac":"c0:4e:30:99:99:99"}'))
    assert [row for row in document["findings"] if row["both_ends"]] == []


def test_local_traffic_devices_and_the_unseen_legs_are_in_the_document(auditor: CommandLine, tmp_path: Path) -> None:
    document = audited(auditor, joined(tmp_path / "joined", b"{}"))
    assert next((device["device"], device["ports"]) for device in document["devices"]) == ("printer", ["tcp/9100"])
    (job,) = document["local"]
    assert (job["client_ip"], job["server"], job["commands"], job["answered"]) == (PHONE, "printer", ["PJL"], True)
    assert [topology["id"] for topology in document["topologies"]] == ["P2", "P3"]
    assert any(text.startswith("P3 ") and "mobile data" in text for text in document["coverage"]["blind_spots"])


def test_free_text_names_no_set_up(auditor: CommandLine, tmp_path: Path) -> None:
    document = audited(auditor, joined(tmp_path / "joined", b"{}", topology="the bench in room 3"))
    assert document["topologies"] == []
