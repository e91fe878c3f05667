"""Bytes of a capture file that grows, and the lines that they make."""

import os
import socket
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.attribution import Attribution, Endpoint
from auditor.model.vocabulary import Confidence, Relation, Step
from auditor.record.addon_equipment import Equipment
from auditor.record.dissector import BACKLOG, Dissector, serve
from tests.unit.capture.wire import SECOND, client_hello, pcapng, records
from tests.unit.devices.lan import MACS, PHONE, PRINTER, Lan, dhcp_request, mqtt_connect

CLOUD = "198.51.100.18"


def tag(endpoint: Endpoint) -> Attribution:
    return Attribution(
        domain=endpoint.host, service=None, entity=None, entity_zh=None, group=None, country=None, server_country=None,
        hosting=None, party=None, recipient=endpoint.host or endpoint.server_ip or "?", relation=Relation.UNKNOWN, tenant=None,
        purposes=(), step=Step.NONE, confidence=Confidence.NONE, reason="", evidence=(),
    )  # fmt: skip


EQUIPMENT = Equipment(tag=tag, mask=lambda text: text.replace("sn0042", "••••••"))


def story() -> bytes:
    lan = Lan()
    lan.udp(PRINTER, 68, "255.255.255.255", 67, dhcp_request(MACS[PRINTER], b"nail-printer-42"))
    lan.talk(PRINTER, CLOUD, 443, records(client_hello("sn0042.iot.example")))
    lan.talk(PRINTER, CLOUD, 1883, mqtt_connect(b"client-0042"), sport=50_001)
    lan.talk(PHONE, PRINTER, 9100, b"@PJL", b"ok", sport=50_002)
    return pcapng(lan.frames)


def lines(dissector: Dissector, data: bytes) -> list[dict[str, Any]]:
    return [*dissector.take(data), *dissector.end()]


def test_contacts_and_devices_are_told_without_clear_values() -> None:
    found = lines(Dissector(EQUIPMENT, printer=PRINTER), story())
    contacts = [line for line in found if line["kind"] == "contact"]
    assert {(line["host"], line["server_port"], line["recipient"]) for line in contacts} == {
        ("••••••.iot.example", 443, "••••••.iot.example"),
        (None, 1883, CLOUD),
        (None, 9100, PRINTER),
    }
    printer = next(line for line in found if line["kind"] == "device" and line["role"] == "printer")
    assert (printer["mac"], printer["names"], printer["ports"]) == (
        "c0•••••••••••••07",
        ["na•••••••••••42", "cl•••••••42"],
        ["tcp/9100"],
    )
    text = str(found)
    for clear in ("nail-printer-42", "sn0042", MACS[PRINTER].hex(":"), "client-0042"):
        assert clear not in text


def test_to_choose_from_devices_are_told_in_the_clear_and_contacts_not() -> None:
    found = lines(Dissector(EQUIPMENT, clear=True), story())
    assert {line["kind"] for line in found} == {"device"}
    assert MACS[PRINTER].hex(":") in {line["mac"] for line in found}
    assert "nail-printer-42" in str(found)


@given(st.lists(st.integers(1, 200), max_size=12))
def test_wherever_the_file_is_cut_between_two_looks_the_lines_are_the_same(sizes: list[int]) -> None:
    data, dissector, at = story(), Dissector(EQUIPMENT), 0
    found: list[dict[str, Any]] = []
    for size in sizes:
        found += dissector.take(data[at : at + size])
        at += size
    found += dissector.take(data[at:])
    assert found == list(Dissector(EQUIPMENT).take(data))


def test_what_comes_too_late_is_counted_and_said_once() -> None:
    dissector = Dissector(EQUIPMENT)
    assert list(dissector.take(story(), late=True)) == []
    first, second = list(dissector.tick(10, 0)), list(dissector.tick(20, 0))
    assert [(line["kind"], line["packets"]) for line in first] == [("skipped", 11)]
    assert second == []


def test_who_names_nobody_is_told_by_the_clock() -> None:
    lan = Lan()
    lan.talk(PRINTER, CLOUD, 9000, b"")
    dissector = Dissector(EQUIPMENT)
    assert list(dissector.take(pcapng(lan.frames))) == []
    found = list(dissector.tick(0.5, lan.now + 3 * SECOND))
    assert [line["server_port"] for line in found if line["kind"] == "contact"] == [9000]


def test_a_device_is_told_again_only_when_something_changed() -> None:
    dissector = Dissector(EQUIPMENT)
    list(dissector.take(story()))
    assert len(list(dissector.tick(10, 0))) > 0
    assert list(dissector.tick(20, 0)) == []


def test_a_new_file_begins_anew() -> None:
    dissector = Dissector(EQUIPMENT)
    list(dissector.take(story()[:-5]))
    dissector.begin_file()
    assert any(line["kind"] == "contact" for line in dissector.take(story()))


def test_bytes_that_are_no_blocks_end_it() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        list(Dissector(EQUIPMENT).take(b"\xff" * 64))


def test_it_reads_files_that_it_is_shown_until_the_recorder_is_gone(tmp_path: Path) -> None:
    near, far = socket.socketpair()
    thread = Thread(target=serve, args=(far, Dissector(EQUIPMENT)))
    thread.start()
    data = story()
    for name, part in (("1", data), ("2", data)):
        (tmp_path / name).write_bytes(part)
        descriptor = os.open(tmp_path / name, os.O_RDONLY)
        socket.send_fds(near, [b"f"], [descriptor])
        os.close(descriptor)
    near.shutdown(socket.SHUT_WR)
    thread.join(20)
    far.close()
    received = b""
    while part := near.recv(65536):
        received += part
    near.close()
    kinds = [orjson.loads(line)["kind"] for line in received.splitlines()]
    assert kinds.count("contact") >= 3
    assert "device" in kinds


def test_a_backlog_is_gone_over(tmp_path: Path) -> None:
    lan = Lan()
    for _ in range(6):
        lan.udp(PRINTER, 50_000, CLOUD, 9000, b"x" * 60_000)
    block = pcapng(lan.frames)
    path = tmp_path / "big"
    path.write_bytes(block + pcapng(lan.frames)[len(pcapng([])) :] * (BACKLOG // len(block) + 3))
    near, far = socket.socketpair()
    thread = Thread(target=serve, args=(far, Dissector(EQUIPMENT)))
    thread.start()
    descriptor = os.open(path, os.O_RDONLY)
    socket.send_fds(near, [b"f"], [descriptor])
    os.close(descriptor)
    near.shutdown(socket.SHUT_WR)
    thread.join(30)
    far.close()
    received = near.recv(1 << 20)
    near.close()
    assert any(orjson.loads(line)["kind"] == "skipped" for line in received.splitlines())


def test_of_a_conversation_that_is_known_the_rest_is_gone_over_but_a_new_one_is_not() -> None:
    lan = Lan()
    hello = records(client_hello("a.example"))
    lan.talk(PRINTER, CLOUD, 443, hello)
    for _ in range(20):
        lan.tcp(PRINTER, 50_000, CLOUD, 443, 16, b"x" * 100, seq=5000)
    lan.talk(PRINTER, CLOUD, 443, hello)  # the same ports once more
    dissector = Dissector(EQUIPMENT)
    found = list(dissector.take(pcapng(lan.frames)))
    assert [line["host"] for line in found if line["kind"] == "contact"] == ["a.example", "a.example"]
    assert dissector.packets == len(lan.frames)
    (printer,) = [device for device in dissector.devices.devices() if device.goes_out]
    assert printer.packets < 10
