"""What this machine itself knows: room on the disk, and whether the printer is in its network."""

import ipaddress
import re
import shutil
import socket
import time
from pathlib import Path

from auditor.doctor.leg import Checked, Setup, failed, ok, unchecked

NEIGHBOURS = Path("/proc/thread-self/net/arp")
"""Linux's table of neighbours, of the network namespace of the calling thread."""
SECONDS = 3.0
_DISCARD = 9
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_NOBODY = "00:00:00:00:00:00"


def check_disk(setup: Setup) -> Checked:
    """Whether a session fits where it will be kept."""
    folder = setup.session or Path()
    while not folder.exists():
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return unchecked("disk_unknown", why=error.strerror or error)
    facts = {"free": f"{free >> 20} MiB", "least": f"{setup.least_free >> 20} MiB", "folder": str(folder)}
    return failed("disk_full", **facts) if free < setup.least_free else ok("disk_free", **facts)


def check_printer(setup: Setup) -> Checked:
    """Whether the printer answers in this machine's network."""
    if setup.printer is None:
        return unchecked("name_the_printer")
    if not NEIGHBOURS.exists():
        return unchecked("no_neighbours")
    wanted = setup.printer.strip().lower().replace("-", ":")
    if _MAC.fullmatch(wanted):
        found = {mac: address for address, mac in neighbours(NEIGHBOURS.read_text())}
        place = found.get(wanted)
        return ok("printer_there", address=place, vendor=_prefix(wanted)) if place else failed("printer_mac_unseen")
    try:
        address = ipaddress.ip_address(wanted)
    except ValueError:
        return unchecked("printer_name")
    if address.version != 4:
        return unchecked("printer_name")
    mac = _resolved(str(address))
    return ok("printer_there", address=address, vendor=_prefix(mac)) if mac else failed("printer_silent", address=address)


def neighbours(table: str) -> tuple[tuple[str, str], ...]:
    """Addresses and MACs of a table as Linux writes it (/proc/net/arp), without those that never answered."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return tuple((row[0], row[3]) for row in rows if len(row) >= 6 and _MAC.fullmatch(row[3]) and row[3] != _NOBODY)


def _resolved(address: str) -> str | None:
    """The MAC that answers for an address; the kernel asks when there is something to send."""
    end = time.monotonic() + SECONDS
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            any_socket.connect((address, _DISCARD))
            any_socket.send(b"")
            while time.monotonic() < end:
                found = dict(neighbours(NEIGHBOURS.read_text())).get(address)
                if found:
                    return found
                time.sleep(0.1)
    except OSError:
        return None
    return None


def _prefix(mac: str) -> str:
    """The vendor's half of a MAC; the device's own half stays untold."""
    return f"{mac[:8]}:••:••:••"
