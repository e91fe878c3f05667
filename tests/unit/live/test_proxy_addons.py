"""The phone's page and the shut door in a real proxy, with real clients."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from auditor.equipment import equip
from auditor.live.own_ports import announced_port
from auditor.live.proxy_addons import REFUSED, proxy_addons
from auditor.record.app import ProxyPlan, record_app
from auditor.record.phases import read_mark


@dataclass(slots=True)
class Listener:
    """A server that counts who gets through to it, and answers with 200."""

    port: int
    reached: int = 0


@dataclass(slots=True)
class Proxy:
    folder: Path
    port: int

    def get(self, url: str, **more: object) -> httpx.Response:
        with httpx.Client(proxy=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=10) as client:
            return client.request(str(more.pop("method", "GET")), url, **more)  # type: ignore[arg-type]

    def tunnel(self, place: str) -> bytes:
        """What the proxy says to CONNECT."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as link:
            link.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            return link.recv(4096)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    server = socket.create_server(("127.0.0.1", 0))
    made = Listener(server.getsockname()[1])

    def serve() -> None:
        while True:
            try:
                link, _ = server.accept()
            except OSError:
                return
            made.reached += 1
            with link:
                link.recv(65536)
                link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    yield made
    server.close()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    scratch = tmp_path_factory.mktemp("proxy")
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_STATE_HOME", str(scratch / "state"))
    folder, stop, ready, ports = scratch / "session", threading.Event(), threading.Event(), list[int]()

    def listening(addresses: tuple[str, ...]) -> None:
        ports.append(int(addresses[0].rpartition(":")[2]))
        ready.set()

    plan = ProxyPlan(
        equip=equip, listen_host="127.0.0.1", port=0, confdir=str(scratch / "mitmproxy"), addons=proxy_addons(folder)
    )
    thread = threading.Thread(target=lambda: record_app(str(folder), plan, stop=stop, ready=listening), daemon=True)
    thread.start()
    assert ready.wait(60)
    yield Proxy(folder, ports[0])
    stop.set()
    thread.join(20)
    patch.undo()


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_phone_marks_a_phase_through_the_proxy(proxy: Proxy) -> None:
    page = proxy.get("http://audit.phase/")
    assert "next: cold start" in page.text
    assert proxy.get("http://audit.phase/phase.css").status_code == 200
    form = {"token": _token(page.text), "phase": "before_consent"}
    assert (
        proxy.get("http://audit.phase/", method="POST", data=form, headers={"Origin": "http://evil.example"}).status_code == 403
    )
    assert proxy.get("http://audit.phase/", method="POST", data=form).status_code == 303
    mark = read_mark(proxy.folder)
    assert mark is not None
    assert mark.id == "before_consent"
    assert "next: accept" in proxy.get("http://audit.phase/").text


def test_the_page_is_no_traffic_of_the_app(proxy: Proxy) -> None:
    proxy.get("http://audit.phase/")
    text = (proxy.folder / "journal.ndjson").read_text()
    assert "audit.phase" not in text
    assert not list(proxy.folder.glob("*.mitm")) or b"audit.phase" not in next(proxy.folder.glob("*.mitm")).read_bytes()


def _reasons(proxy: Proxy) -> str:
    """The journal, once it has caught up: refusals stand in it as connections that came to nothing."""
    time.sleep(0.6)
    return (proxy.folder / "journal.ndjson").read_text()


def test_with_https_the_journal_says_what_to_open(proxy: Proxy) -> None:
    assert proxy.tunnel("audit.phase:443").startswith(b"HTTP/1.1 502 ")
    assert "open http://audit.phase/ without https" in _reasons(proxy)


ODD = ("127.1", "2130706433", "0x7f000001")
"""Addresses as only inet_aton writes them: clients do not send them, attackers do."""
SPELLINGS = ("127.0.0.1", "localhost", "127.0.0.2", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "LOCALHOST", "localhost.", *ODD)


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_this_machine_leads_to_an_own_page(proxy: Proxy, listener: Listener, host: str) -> None:
    with announced_port(listener.port):
        before = listener.reached
        answer = proxy.get(f"http://{host}:{listener.port}/") if host not in ODD else None
        tunnel = proxy.tunnel(f"{host}:{listener.port}")
    assert listener.reached == before
    assert answer is None or answer.status_code in (400, 502)
    assert b" 200 " not in tunnel.split(b"\r\n")[0]


def test_the_proxy_is_no_way_to_itself(proxy: Proxy) -> None:
    assert proxy.get(f"http://127.0.0.1:{proxy.port}/").status_code == 502
    assert proxy.tunnel(f"localhost:{proxy.port}").startswith(b"HTTP/1.1 502 ")
    assert REFUSED in _reasons(proxy)


def test_other_servers_of_this_machine_are_reached(proxy: Proxy, listener: Listener) -> None:
    before = listener.reached
    assert proxy.get(f"http://127.0.0.1:{listener.port}/").status_code == 200
    assert listener.reached == before + 1
