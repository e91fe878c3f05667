"""The lab's network: one namespace for the world, one for each device, joined by a bridge. Needs root.

In: devices with address and MAC. Out: namespaces that vanish when the block ends. The world's namespace has no way out to the
machine's own network, so nothing in it can reach the internet; the public addresses of `world` are its own.
"""

import array
import fcntl
import os
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.world import BARE_ADDRESSES, NAMES, ROUTER

PREFIX = "talab"
ROUTER_MAC = "00:00:5e:00:53:01"
NAMESPACES = Path("/run/netns")
COMMAND_SECONDS = 10
_SIOCETHTOOL = 0x8946
_OFFLOADS_OFF = {"receive checksum": 0x15, "transmit checksum": 0x17, "TSO": 0x1F, "GSO": 0x24, "GRO": 0x2C}
"""The ETHTOOL_S... commands that switch each one off: captured packets must be the ones on the wire."""


class LabError(Exception):
    """The lab cannot run here; the message is one line for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device on the lab's LAN. The world's end of its link is the interface `name` + "0"."""

    name: str
    address: str
    mac: str

    @property
    def port(self) -> str:
        """The interface on which the world sees this device."""
        return f"{self.name}0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Names of the namespaces that exist while the block runs."""

    world: str
    devices: dict[str, str]

    def worker(self, device: str) -> ThreadPoolExecutor:
        """One thread that lives in the device's namespace: sockets opened there are the device's."""
        name = self.devices[device]
        return ThreadPoolExecutor(1, thread_name_prefix=device, initializer=_move_to, initargs=(name,))


@contextmanager
def lan(devices: Sequence[Device]) -> Iterator[Network]:
    """Build the network, take it down at the end whatever happens.

    Raises:
        LabError: not root, or the kernel refuses.
    """
    if os.geteuid() != 0:
        raise LabError("the lab needs root (network namespaces): run it with sudo")
    if shutil.which("ip") is None:
        raise LabError("the lab needs the command ip (Debian package iproute2)")
    _sweep()
    with ExitStack() as stack:
        names = {device.name: f"{PREFIX}-{os.getpid()}-{device.name}" for device in devices}
        network = Network(world=f"{PREFIX}-{os.getpid()}-world", devices=names)
        for name in (network.world, *names.values()):
            _ip("netns", "add", name)
            stack.callback(_ip, "netns", "del", name)
            _in(name, _disable_ipv6)
        _build_world(network.world)
        for device in devices:
            _attach(network.world, names[device.name], device)
        yield network


@contextmanager
def entered(namespace: str) -> Iterator[None]:
    """The calling thread, and all that it starts, in another network namespace."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _move_to(namespace)
        yield
    finally:
        os.setns(home, os.CLONE_NEWNET)
        os.close(home)


def _build_world(world: str) -> None:
    _ip("-n", world, "link", "set", "lo", "up")
    _ip("-n", world, "link", "add", "lan0", "type", "bridge", "forward_delay", "0", "stp_state", "0")
    _ip("-n", world, "link", "set", "lan0", "address", ROUTER_MAC)
    _ip("-n", world, "address", "add", f"{ROUTER}/24", "dev", "lan0")
    _ip("-n", world, "link", "set", "lan0", "up")
    for address in (*(name.address for name in NAMES), *BARE_ADDRESSES):
        _ip("-n", world, "address", "add", f"{address}/32", "dev", "lo")
    _in(world, lambda: _wire_like("lan0"))


def _attach(world: str, namespace: str, device: Device) -> None:
    _ip("-n", world, "link", "add", device.port, "type", "veth", "peer", "name", "eth0", "netns", namespace)
    _ip("-n", world, "link", "set", device.port, "master", "lan0", "up")
    _ip("-n", namespace, "link", "set", "eth0", "address", device.mac)
    _ip("-n", namespace, "address", "add", f"{device.address}/24", "broadcast", "+", "dev", "eth0")
    _ip("-n", namespace, "link", "set", "lo", "up")
    _ip("-n", namespace, "link", "set", "eth0", "up")
    _ip("-n", namespace, "route", "add", "default", "via", ROUTER)
    _in(world, lambda: _wire_like(device.port))
    _in(namespace, lambda: _wire_like("eth0"))


def _disable_ipv6() -> None:
    for scope in ("all", "default"):
        path = Path(f"/proc/sys/net/ipv6/conf/{scope}/disable_ipv6")
        if path.exists():
            path.write_text("1")


def _wire_like(interface: str) -> None:
    """Switch segmentation and checksum offloads off, where the driver has them (ioctl SIOCETHTOOL)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for command in _OFFLOADS_OFF.values():
            value = array.array("B", struct.pack("II", command, 0))
            request = struct.pack("16sP", interface.encode(), value.buffer_info()[0])
            try:
                fcntl.ioctl(sock, _SIOCETHTOOL, request)
            except OSError:
                continue


def _in[T](namespace: str, work: Callable[[], T]) -> T:
    """Run a function in a short-lived thread inside the namespace."""
    with ThreadPoolExecutor(1, initializer=_move_to, initargs=(namespace,)) as worker:
        return worker.submit(work).result(timeout=COMMAND_SECONDS)


def _move_to(namespace: str) -> None:
    handle = os.open(NAMESPACES / namespace, os.O_RDONLY)
    try:
        os.setns(handle, os.CLONE_NEWNET)
    finally:
        os.close(handle)


def _sweep() -> None:
    """Remove namespaces that a killed run of the lab left behind."""
    if not NAMESPACES.exists():
        return
    for path in NAMESPACES.iterdir():
        found = re.fullmatch(rf"{PREFIX}-(\d+)-\w+", path.name)
        if found and not Path("/proc", found[1]).exists():
            _ip("netns", "del", path.name)


def _ip(*arguments: str) -> None:
    try:
        subprocess.run(("ip", *arguments), check=True, capture_output=True, text=True, timeout=COMMAND_SECONDS)
    except subprocess.CalledProcessError as error:
        raise LabError(f"ip {' '.join(arguments)}: {error.stderr.strip()}") from error
