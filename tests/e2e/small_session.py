"""Small sessions for the end-to-end tests: a flow file, a HAR and a packet capture of a few flows each."""

import struct
from pathlib import Path

from tests.unit.capture.flow_files import asked, flow_file
from tests.unit.capture.har_files import entry, har_file

FLOWS = flow_file(
    [
        asked("regular", "api.o2nails.com", id="first", request__content=b"imei=490154203237518"),
        asked("regular", "sdk.vendor.example", id="second"),
    ]
)
HAR = har_file(entry("https://www.o2nails.com/shop"), entry("https://www.google-analytics.com/g/collect"))
SESSION = """\
schema = 1
[session]
name = "small"
[[capture]]
path = "app.mitm"
surface = "app"
[[capture]]
path = "site.har"
surface = "site"
[[capture]]
path = "printer.pcap"
surface = "printer"
"""
SUBJECTS = """\
schema = 1
[[identifier]]
label = "test phone"
kind = "imei"
value = "490154203237518"
owner = "phone"
"""


def packets(count: int = 1) -> bytes:
    """A pcap of raw IP with NTP-like datagrams from a printer."""
    payload = b"\x23" + bytes(47)
    frames = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0xFFFF, 101)]
    for number in range(count):
        datagram = struct.pack(">HHHH", 40_000 + number, 123, 8 + len(payload), 0) + payload
        head = struct.pack(
            ">BBHHHBBH4s4s", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0, bytes((192, 0, 2, 1)), bytes((203, 0, 113, 9))
        )
        frame = head + datagram
        frames.append(struct.pack("<IIII", 1_795_342_500 + number, 0, len(frame), len(frame)) + frame)
    return b"".join(frames)


CAPTURES = {"app.mitm": FLOWS, "site.har": HAR, "printer.pcap": packets()}


def small_session(folder: Path) -> Path:
    """The folder, made into a session."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "session.toml").write_text(SESSION, encoding="utf-8")
    (folder / "subjects.toml").write_text(SUBJECTS, encoding="utf-8")
    for name, data in CAPTURES.items():
        (folder / name).write_bytes(data)
    return folder
