"""A program that writes what a dumpcap might write stands in for it; the real one is in the end-to-end tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from auditor.errors import UsageError
from auditor.record.counters import Counters
from auditor.record.dumpcap import DumpcapTap
from auditor.record.pcapng_blocks import enhanced_packet, interface_description, interface_statistics, section_header
from auditor.record.tap import NoRightError

HEAD = section_header("dumpcap", "Linux") + interface_description(1, "eth0", "", "Linux")
PACKETS = b"".join(enhanced_packet(n, bytes(n), n) for n in range(1, 40))
END = interface_statistics(9, 0, Counters(received=41, dropped=2, delivered=39))
WRITER = """
import os, signal, sys, time
data, stderr, ends = bytes.fromhex(sys.argv[1]), sys.argv[2], sys.argv[3] == "ends"
signal.signal(signal.SIGINT, lambda *_: (os.write(1, bytes.fromhex(sys.argv[4])), os._exit(0)))
os.write(2, stderr.encode())
for start in range(0, len(data), 7):
    os.write(1, data[start : start + 7])
if not ends:
    time.sleep(60)
"""


def tap(data: bytes, *, stderr: str = "", ends: bool = False, at_end: bytes = END) -> DumpcapTap:
    command = [sys.executable, "-c", WRITER, data.hex(), stderr, "ends" if ends else "stays", at_end.hex()]
    return DumpcapTap("lo", None, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE))


def drain(opened: DumpcapTap, count: int) -> list[bytes]:
    found: list[bytes] = []
    while len(found) < count and opened.wait(10):
        opened.drain(found, 5)
    return found


def test_packet_blocks_pass_as_they_are_however_they_are_cut() -> None:
    opened = tap(HEAD + PACKETS)
    found = drain(opened, 39)
    assert b"".join(found) == PACKETS
    assert opened.link_type == 1
    assert opened.read_counters() == Counters(received=39, delivered=39)
    opened.close()


def test_at_the_end_its_counts_are_taken_over() -> None:
    opened = tap(HEAD + PACKETS)
    drain(opened, 39)
    opened.close_gate()
    assert opened.drain([], 500) == 0
    assert opened.read_counters() == Counters(received=41, dropped=2, delivered=39)
    opened.close()


def test_an_end_without_counts_is_a_loss_unknown() -> None:
    opened = tap(HEAD + PACKETS, at_end=b"")
    drain(opened, 39)
    opened.close_gate()
    opened.drain([], 500)
    opened._process.wait(10)
    with pytest.raises(OSError, match="the loss is unknown"):
        opened.read_counters()
    opened.close()


def test_an_end_that_nobody_asked_for_is_an_error() -> None:
    opened = tap(HEAD + PACKETS, ends=True)
    with pytest.raises(OSError, match="dumpcap ended"):
        drain(opened, 1000)
    opened.close()


@pytest.mark.parametrize("broken", [b"\6\0\0\0\7\0\0\0" + bytes(20), b"\6\0\0\0\xff\xff\xff\xff" + bytes(20)])
def test_a_block_of_impossible_length_is_an_error(broken: bytes) -> None:
    opened = tap(HEAD + broken)
    with pytest.raises(OSError, match="a block of"):
        drain(opened, 1)
    opened.close()


@pytest.mark.parametrize(
    ("data", "stderr", "error", "message"),
    [
        (b"", "first\nNo such device exists\n", UsageError, "dumpcap did not start: No such device exists"),
        (b"", "You don't have permission to capture on that device\n", NoRightError, "dumpcap may not capture on lo"),
        (b"", "", UsageError, "it said nothing"),
        (section_header("dumpcap", "Linux"), "", UsageError, "it said nothing"),
        (HEAD.replace(b"\x09\x00\x01\x00\x09", b"\x09\x00\x01\x00\x06"), "", UsageError, "does not tell nanoseconds"),
    ],
)
def test_a_dumpcap_that_does_not_start_is_said_in_its_own_words(
    data: bytes, stderr: str, error: type[UsageError], message: str
) -> None:
    with pytest.raises(error, match=message):
        tap(data, stderr=stderr, ends=True)


def test_it_is_gone_when_the_interface_is() -> None:
    opened = tap(HEAD)
    assert opened.is_up() is True
    opened.interface = "wlan77"
    assert opened.is_up() is None
    opened.close()
    assert Path(f"/proc/{opened._process.pid}").exists() is False
