"""Datagrams on the loopback interface, to an address of 127/8 that nobody else uses. Capturing them needs root."""

import os
import random
import socket
import time

from auditor.record.kernel_filter import Target, parse_target
from auditor.record.tap import Tap

NEEDS_ROOT = "taking packets needs root"
IS_ROOT = os.geteuid() == 0


def own_target() -> Target:
    """An address that no other process on this machine is likely to send to."""
    return parse_target(f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(2, 254)}")


def send(target: Target, count: int) -> None:
    """Datagrams that something listens for, so that no error comes back."""
    with socket.socket(type=socket.SOCK_DGRAM) as receiver, socket.socket(type=socket.SOCK_DGRAM) as sender:
        receiver.bind((str(target.address), 0))
        for number in range(count):
            sender.sendto(bytes(100 + number), receiver.getsockname())


def take(tap: Tap, count: int) -> list[bytes]:
    """What the tap delivers, until there are so many or two seconds have passed."""
    found: list[bytes] = []
    deadline = time.monotonic() + 2
    while len(found) < count and time.monotonic() < deadline:
        if tap.wait(0.1):
            tap.drain(found, 100)
    tap.close_gate()
    tap.drain(found, 100)
    return found
