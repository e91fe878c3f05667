"""Listens for some seconds where a phone's packets pass: what goes through the proxy, and what goes around it."""

import ipaddress
import socket
import time
from collections import Counter
from dataclasses import dataclass, field

from auditor.doctor.leg import Checked, Setup, failed, ok, unchecked
from auditor.doctor.paths import Place, Way, way_of

_ALL = 0x0003
"""ETH_P_ALL of linux/if_ether.h."""
_SNAP = 256
MOST_NAMED = 3


@dataclass(slots=True, kw_only=True)
class Heard:
    """What was heard; `why` says why nothing could be."""

    ways: Counter[Way] = field(default_factory=Counter)
    targets: dict[Way, list[str]] = field(default_factory=dict)
    why: str = ""
    """A key of words.toml; empty where somebody listened."""
    detail: str = ""


def listen(setup: Setup) -> Heard:
    """Listens, for `setup.seconds` or until nothing more can be learned."""
    if setup.interface is None:
        return Heard(why="name_the_interface")
    try:
        phone = ipaddress.ip_address(setup.phone or "")
    except ValueError:
        return Heard(why="name_the_phone")
    place = Place(phone=phone, proxy_port=setup.proxy_port)
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL)) as tap:
            tap.bind((setup.interface, 0))
            return _heard(tap, place, setup.seconds)
    except PermissionError:
        return Heard(why="may_not_listen")
    except OSError as error:
        return Heard(why="cannot_listen", detail=error.strerror or str(error))
    except AttributeError:  # no AF_PACKET: not Linux
        return Heard(why="cannot_listen", detail="only Linux can")


def _heard(tap: socket.socket, place: Place, seconds: float) -> Heard:
    heard, end = Heard(), time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        tap.settimeout(left)
        try:
            found = way_of(tap.recv(_SNAP), place)
        except TimeoutError:
            break
        if found is None:
            continue
        way, target = found
        heard.ways[way] += 1
        named = heard.targets.setdefault(way, [])
        if target not in named and len(named) < MOST_NAMED:
            named.append(target)
    return heard


def check_honoured(heard: Heard) -> Checked:
    """Whether the phone's web traffic goes through the proxy."""
    if heard.why:
        return unchecked(heard.why, why=heard.detail)
    if heard.ways[Way.AROUND]:
        return failed("around", count=heard.ways[Way.AROUND], hosts=", ".join(heard.targets[Way.AROUND]))
    if heard.ways[Way.PROXY]:
        return ok("through_proxy", count=heard.ways[Way.PROXY])
    return unchecked("nothing_heard")


def check_quic(heard: Heard) -> Checked:
    """Whether QUIC goes around the proxy."""
    if heard.why:
        return unchecked(heard.why, why=heard.detail)
    if heard.ways[Way.QUIC]:
        return failed("quic", hosts=", ".join(heard.targets[Way.QUIC]))
    return ok("no_quic") if heard.ways.total() else unchecked("nothing_heard")


def private_dns_heard(heard: Heard) -> Checked | None:
    """What the wire says of look-ups, which counts more than a setting; None where it says nothing."""
    return failed("dns_heard", hosts=", ".join(heard.targets[Way.PRIVATE_DNS])) if heard.ways[Way.PRIVATE_DNS] else None
