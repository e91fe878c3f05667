"""A real mitmdump as a subprocess. In: where to listen and to write, which resolver table. Out: a flow file when it ends.

Runs in the network namespace of its caller. Upstream certificates are verified against the lab's authority.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.network import LabError

START_SECONDS = 30.0
STOP_SECONDS = 20.0
ROOT = Path(__file__).parents[2]
RESOLVER = Path(__file__).with_name("resolver_addon.py")
MITMDUMP = Path(sys.executable).with_name("mitmdump")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyPlan:
    """How one mitmdump is set up. `opaque_hosts` are passed through unopened and recorded as ciphertext."""

    address: str
    port: int
    folder: Path
    """Scratch: mitmproxy's own CA, the log."""
    flows: Path
    routes: Path
    upstream_ca: Path
    opaque_hosts: Sequence[str] = ()
    scripts: Sequence[Path] = ()
    options: Sequence[str] = ()

    @property
    def url(self) -> str:
        """What a client sets as its proxy."""
        return f"http://{self.address}:{self.port}"

    @property
    def ca(self) -> Path:
        """The certificate that a client must trust to be read."""
        return self.folder / "mitmproxy-ca-cert.pem"

    def command(self) -> list[str]:
        """The command line."""
        options = [
            f"confdir={self.folder}",
            f"lab_routes={self.routes}",
            f"ssl_verify_upstream_trusted_ca={self.upstream_ca}",
            "show_ignored_hosts=true",
            *self.options,
        ]
        line = [str(MITMDUMP), "--listen-host", self.address, "--listen-port", str(self.port), "-w", str(self.flows)]
        for script in (RESOLVER, *self.scripts):
            line += ["-s", str(script)]
        for host in self.opaque_hosts:
            line += ["--ignore-hosts", f"^{host.replace('.', '[.]')}:"]
        for option in options:
            line += ["--set", option]
        return line


@contextmanager
def proxying(plan: ProxyPlan) -> Iterator[None]:
    """mitmdump, listening, while the block runs; it has written all flows when the block has ended.

    Raises:
        LabError: it did not start, or ended with an error.
    """
    log_path = plan.folder / "mitmdump.log"
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    environment["PYTHONPATH"] = str(ROOT)
    with log_path.open("w") as log:
        process = subprocess.Popen(plan.command(), stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env=environment)
        try:
            _wait_until_listening(process, plan, log_path)
            yield
        finally:
            status = _stop(process)
    if status != 0:
        raise LabError(f"mitmdump ended with {status}: {_last_line(log_path)}")


def _wait_until_listening(process: subprocess.Popen[bytes], plan: ProxyPlan, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LabError(f"mitmdump did not start: {_last_line(log)}")
        try:
            socket.create_connection((plan.address, plan.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise LabError(f"mitmdump does not listen on {plan.url}: {_last_line(log)}")


def _stop(process: subprocess.Popen[bytes]) -> int:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(timeout=STOP_SECONDS)


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "no output"
