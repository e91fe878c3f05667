"""The proxy's legs against real ones: nobody there, something else there, another CA, one that lets everything pass."""

import datetime
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.doctor import proxy
from auditor.doctor.leg import Outcome, Setup
from auditor.equipment import equip
from auditor.record.app import ProxyPlan, record_app
from tests.lab.authority import Authority


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Served:
    """A real proxy that records."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.confdir = folder / "session", folder / "mitmproxy"
        self._stop, ready, self.port = threading.Event(), threading.Event(), 0

        def listening(addresses: tuple[str, ...]) -> None:
            self.port = int(addresses[0].rpartition(":")[2])
            ready.set()

        plan = ProxyPlan(equip=equip, listen_host="127.0.0.1", port=0, confdir=str(self.confdir), options=options)
        self._thread = threading.Thread(
            target=lambda: record_app(str(self.folder), plan, stop=self._stop, ready=listening), daemon=True
        )
        self._thread.start()
        assert ready.wait(60)

    def end(self) -> None:
        self._stop.set()
        self._thread.join(20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("proxy"))
    yield made
    made.end()


def test_a_proxy_that_is_not_there_is_told_with_the_reason() -> None:
    setup = Setup(proxy_port=_closed_port())
    checked = proxy.check_proxy(setup)
    assert (checked.outcome, checked.key) == (Outcome.FAILED, "proxy_unreachable")
    assert "refused" in checked.facts["why"]


def test_a_real_proxy_is_reached_and_reads_what_passes_it(served: Served) -> None:
    setup = Setup(proxy_port=served.port, confdir=served.confdir)
    assert [check(setup).key for check in (proxy.check_proxy, proxy.check_authority, proxy.check_decrypted)] == [
        "proxy_reachable",
        "ca_there",
        "decrypted",
    ]


def test_a_client_that_trusts_another_ca_is_told(served: Served, tmp_path: Path) -> None:
    other = Authority(tmp_path)
    other.create()
    (tmp_path / "mitmproxy-ca-cert.pem").write_bytes(other.certificate.read_bytes())
    assert proxy.check_decrypted(Setup(proxy_port=served.port, confdir=tmp_path)).key == "other_ca"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 404 Not Found\r\n\r\n", b"SSH-2.0-x\r\n\r\n", b"\x00" * 20_000])
def test_what_listens_there_and_is_no_proxy_is_told(served: Served, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            link, _ = server.accept()
            with link:
                link.recv(4096)
                link.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        setup = Setup(proxy_port=server.getsockname()[1], confdir=served.confdir)
        assert proxy.check_decrypted(setup).key == "no_proxy_there"


def test_without_a_proxy_or_its_ca_nothing_is_said_of_decryption(served: Served, tmp_path: Path) -> None:
    assert proxy.check_decrypted(Setup(proxy_port=_closed_port(), confdir=served.confdir)).key == "needs_proxy"
    assert proxy.check_decrypted(Setup(proxy_port=served.port, confdir=tmp_path)).key == "needs_ca"


def test_the_ca_is_missing_damaged_or_not_valid_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = Setup(confdir=tmp_path)
    assert proxy.check_authority(setup).key == "ca_missing"
    setup.ca_path.write_text("nonsense")
    assert proxy.check_authority(setup).key == "ca_damaged"
    from tests.lab import authority

    monkeypatch.setattr(authority, "LIFETIME", -datetime.timedelta(hours=1))
    old = Authority(tmp_path / "old")
    old.create()
    setup.ca_path.write_bytes(old.certificate.read_bytes())
    assert proxy.check_authority(setup).key == "ca_not_valid_today"


def test_a_proxy_that_lets_everything_pass_unread_is_told(tmp_path: Path) -> None:
    # The last of the module: mitmproxy runs one master at a time in a process.
    passing = Served(tmp_path, "ignore_hosts=.*")
    try:
        assert proxy.check_decrypted(Setup(proxy_port=passing.port, confdir=passing.confdir)).key == "passed_unread"
    finally:
        passing.end()
