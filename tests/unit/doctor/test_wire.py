"""A real phone on a real wire: through the proxy, around it, with QUIC, with DNS over TLS."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from auditor.doctor.leg import Outcome, Setup
from auditor.doctor.paths import Way
from auditor.doctor.wire import Heard, check_honoured, check_quic, listen, private_dns_heard
from tests.lab.network import Device, LabError, entered, lan
from tests.lab.world import ROUTER

PHONE = Device(name="android", address="192.168.50.21", mac="00:00:5e:00:53:21")
SERVER = "198.51.100.10"


def _connect(address: str, port: int) -> None:
    with suppress(OSError):
        socket.create_connection((address, port), timeout=0.3).close()


def _quic() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.sendto(b"\xc0\x00\x00\x00\x01" + bytes(1195), (SERVER, 443))


@pytest.mark.parametrize(
    ("acts", "honoured", "quic", "dns"),
    [
        ([lambda: _connect(ROUTER, 8080)], "through_proxy", "no_quic", None),
        ([lambda: _connect(ROUTER, 8080), lambda: _connect(SERVER, 443)], "around", "no_quic", None),
        ([lambda: _connect(ROUTER, 8080), _quic], "through_proxy", "quic", None),
        ([lambda: _connect(SERVER, 853)], "nothing_heard", "no_quic", "dns_heard"),
        ([], "nothing_heard", "nothing_heard", None),
    ],
)
def test_what_a_phone_does_is_heard(acts: list[Callable[[], None]], honoured: str, quic: str, dns: str | None) -> None:
    try:
        with lan((PHONE,)) as network, entered(network.world):
            worker = network.worker("android")

            def act() -> None:
                time.sleep(0.2)
                for each in acts:
                    each()

            done = worker.submit(act)
            heard = listen(Setup(interface=PHONE.port, phone=PHONE.address, seconds=0.8))
            done.result(timeout=10)
            worker.shutdown()
    except LabError as error:
        pytest.skip(str(error))
    assert (check_honoured(heard).key, check_quic(heard).key) == (honoured, quic)
    checked = private_dns_heard(heard)
    assert (checked.key if checked else None) == dns


@pytest.mark.parametrize(
    ("setup", "why"),
    [
        (Setup(), "name_the_interface"),
        (Setup(interface="lo"), "name_the_phone"),
        (Setup(interface="lo", phone="the phone"), "name_the_phone"),
        (Setup(interface="nosuch0", phone="192.0.2.1"), "cannot_listen"),
    ],
)
def test_why_nobody_listened_is_told(setup: Setup, why: str) -> None:
    heard = listen(setup)
    assert heard.why in (why, "may_not_listen")
    assert check_honoured(heard).outcome is Outcome.UNCHECKED
    assert check_quic(heard).outcome is Outcome.UNCHECKED
    assert private_dns_heard(heard) is None


def test_servers_that_were_asked_around_the_proxy_are_named() -> None:
    heard = Heard(targets={Way.AROUND: ["203.0.113.9"]})
    heard.ways[Way.AROUND] = 4
    assert check_honoured(heard).facts == {"count": "4", "hosts": "203.0.113.9"}
