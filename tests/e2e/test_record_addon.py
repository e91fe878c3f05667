"""addons/audit.py under the real mitmdump, against servers of the test's own. No public name is ever resolved."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from mitmproxy.flow import Flow
from mitmproxy.io import FlowReader

ROOT = Path(__file__).parents[2]
MITMDUMP = Path(sys.executable).with_name("mitmdump")
SECONDS = 40.0

RESOLVER = '''
import asyncio, socket
class Resolver:
    """Every name is the test's own server."""
    def configure(self, updated):
        loop = asyncio.get_running_loop()
        async def table(host, port, **hints):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", SERVER if host != "127.0.0.1" else int(port)))]
        loop.getaddrinfo = table
addons = [Resolver()]
'''


class Handler(BaseHTTPRequestHandler):
    """Answers everything."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    made = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made.server_port
    made.shutdown()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(folder: Path, port: int, *words: str, scripts: Sequence[Path] = ()) -> list[str]:
    line = [str(MITMDUMP), "--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"confdir={folder / 'conf'}"]
    for script in (*scripts, ROOT / "addons" / "audit.py"):
        line += ["-s", str(script)]
    return [*line, "-w", str(folder / "app.mitm"), *words]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@contextmanager
def proxy(folder: Path, server: int, *words: str, scripts: Sequence[Path] = ()) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A mitmdump that listens; it is ended with the block."""
    resolver = folder / "resolver.py"
    resolver.write_text(RESOLVER.replace("SERVER", str(server)))
    port = free_port()
    line = command(folder, port, *words, scripts=(resolver, *scripts))
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment())
    try:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
        yield port, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def get(port: int, host: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("GET", f"http://{host}/x", headers={"Host": host})
    status = connection.getresponse().status
    connection.close()
    return status


def flows(folder: Path) -> list[Flow]:
    with (folder / "app.mitm").open("rb") as file:
        return list(FlowReader(file).stream())


def journal(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "journal.ndjson").read_bytes().splitlines()]


def test_each_flow_says_who_receives_it_and_in_which_phase(tmp_path: Path, server: int) -> None:
    (tmp_path / "session.toml").write_text('schema = 1\n[first_party]\ndomains = ["maker.example"]\n')
    (tmp_path / ".phase").write_text("before_consent")
    with proxy(tmp_path, server, "--set", f"audit_session={tmp_path}") as (port, process):
        assert get(port, "demo.oss-cn-shenzhen.aliyuncs.com") == 200
        assert get(port, "api.maker.example") == 200
        (tmp_path / ".phase").write_text("consented")
        time.sleep(0.3)
        assert get(port, "graph.facebook.com") == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0
    comments = [flow.comment for flow in flows(tmp_path)]
    assert [" ".join(comment.split()[:3]) for comment in comments] == [
        "alibaba_cloud declared before_consent:",
        "first_party first_party before_consent:",
        "meta undeclared consented:",
    ]
    assert [flow.marked for flow in flows(tmp_path)] == [":warning:", "", ":red_circle:"]
    kinds = [str(record["kind"]) for record in journal(tmp_path)]
    assert (kinds[0], kinds[-1], kinds.count("phase"), kinds.count("flow")) == ("started", "ended", 2, 6)
    assert journal(tmp_path)[-1]["flows"] == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "audit_sesion=x"), "unknown option audit_sesion (did you mean 'audit_session'?)"),
        (("--set", "ignore_host=x"), "unknown option ignore_host (did you mean 'ignore_hosts'?)"),
        (("--set", "audit_session"), "the option audit_session must be given once"),
        (("--set", "audit_session=a", "--set", "audit_session=b"), "the option audit_session must be given once"),
        (("--set", "audit_session=/nowhere/at/all"), "there is no folder '/nowhere/at/all'"),
        (("--set", "audit_register=/nowhere.toml"), "/nowhere.toml"),
    ],
)
def test_a_wrong_option_stops_the_start(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    line = command(tmp_path, free_port(), *words)
    done = subprocess.run(line, capture_output=True, text=True, timeout=SECONDS, env=environment(), check=False)
    assert done.returncode == 1
    assert message in done.stdout + done.stderr


def test_a_fault_in_session_toml_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text("schema = 1\n[session]\nnmae = 'x'\n")
    line = command(tmp_path, free_port(), "--set", f"audit_session={tmp_path}")
    done = subprocess.run(line, capture_output=True, text=True, timeout=SECONDS, env=environment(), check=False)
    assert done.returncode == 1
    assert "session.toml: line 3: unknown key 'nmae'" in done.stdout + done.stderr


def test_a_killed_proxy_leaves_a_journal_that_is_readable_and_has_no_end(tmp_path: Path, server: int) -> None:
    with proxy(tmp_path, server, "--set", f"audit_session={tmp_path}") as (port, process):
        assert get(port, "api.example") == 200
        time.sleep(1.0)
        process.kill()
        process.wait(SECONDS)
    kinds = [record["kind"] for record in journal(tmp_path)]
    assert kinds[0] == "started"
    assert "ended" not in kinds


def test_hook_errors_are_said_even_under_q_and_traffic_passes(tmp_path: Path, server: int) -> None:
    breaker = tmp_path / "breaker.py"
    breaker.write_text(
        "from auditor.record import addon\n"
        "def broken(*args):\n    raise RuntimeError('imei 123456789012345')\n"
        "addon.endpoint_of = broken\n"
    )
    words = ("-q", "--set", f"audit_session={tmp_path}")
    with proxy(tmp_path, server, *words, scripts=(breaker,)) as (port, process):
        assert get(port, "api.example") == 200
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=SECONDS)
    assert "error in the hook requestheaders: RuntimeError at breaker.py:3; the flow passed" in errors
    assert "2 errors in hooks: {'requestheaders': 1, 'response': 1}" in errors
    assert "imei" not in errors
    assert journal(tmp_path)[-1]["hook_errors"] == 2
