"""Ports of this tool's pages on this machine: each page announces its own, and the proxy lets nobody through to them.

One file for each process in the user's state folder, named by the process id, like those of the recordings.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from auditor.record.running import state_folder


def ports_folder() -> Path:
    """Beside the folder of the recordings that run."""
    return state_folder().with_name("pages")


@contextmanager
def announced_port(port: int, folder: Path | None = None) -> Iterator[None]:
    """Announces that a page listens on the port while the block runs.

    A folder that cannot be written does not stop a page: it has its token, and checks Host and Origin.
    """
    place = (folder or ports_folder()) / str(os.getpid())
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_text(str(port), encoding="ascii")
    try:
        yield
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)


def page_ports(folder: Path | None = None) -> frozenset[int]:
    """The ports of the pages that run. What a killed page left is removed."""
    found = set()
    for place in (folder or ports_folder()).glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if is_alive(int(place.name)):
                found.add(int(place.read_text(encoding="ascii")[:8]))
            else:
                place.unlink(missing_ok=True)
    return frozenset(found)


def is_alive(process: int) -> bool:
    """Whether there is a process of that id."""
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return process > 0


def is_local_address(text: str) -> bool:
    """Whether an address is this machine's: any of 127.0.0.0/8, ::1, 0.0.0.0, or one of an interface's own.

    The kernel is asked: only an own address can be bound. IPv4 in IPv6 notation counts as IPv4.
    """
    try:
        address = ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    if address.is_loopback or address.is_unspecified:
        return True
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return not address.is_multicast
