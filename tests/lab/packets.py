"""Captures an interface into a pcapng file. In: an interface of the current namespace. Out: the file, complete at the end.

A plain AF_PACKET socket with kernel timestamps; the section header names no machine and no operating system.
"""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_ETH_P_ALL = 3
_SO_TIMESTAMPNS = 35
_RECEIVE_BUFFER = 32 << 20
_SNAPLEN = 262_144
_POLL_SECONDS = 0.2
_LINKTYPE_ETHERNET = 1


@contextmanager
def captured(interface: str, path: Path) -> Iterator[None]:
    """All frames of the interface, in both directions, go to the file while the block runs.

    Raises:
        OSError: no such interface, or no right to listen to it.
    """
    stop = threading.Event()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL)) as sock, path.open("wb") as out:
        sock.bind((interface, _ETH_P_ALL))
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sock.settimeout(_POLL_SECONDS)
        out.write(_section_header() + _interface_description(interface))
        reader = threading.Thread(target=_copy, args=(sock, out, stop), name="lab-capture", daemon=True)
        reader.start()
        try:
            yield
        finally:
            time.sleep(_POLL_SECONDS)
            stop.set()
            reader.join(timeout=5)


def _copy(sock: socket.socket, out: BinaryIO, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            frame, ancillary, _, _ = sock.recvmsg(_SNAPLEN, 256)
        except TimeoutError:
            continue
        out.write(_enhanced_packet(frame, _timestamp(ancillary)))


def _timestamp(ancillary: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            return int(seconds) * 1_000_000_000 + int(nanoseconds)
    return time.time_ns()


def _block(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def _section_header() -> bytes:
    application = _option(4, b"the lab's capture") + _option(0, b"")
    return _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + application)


def _interface_description(interface: str) -> bytes:
    options = _option(2, interface.encode()) + _option(9, b"\x09") + _option(0, b"")
    return _block(1, struct.pack("<HHI", _LINKTYPE_ETHERNET, 0, _SNAPLEN) + options)


def _enhanced_packet(frame: bytes, at: int) -> bytes:
    head = struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(frame), len(frame))
    return _block(6, head + frame)
