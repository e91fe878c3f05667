"""`auditor record session` as its user runs it, in the lab's namespace. In: where to record, and the lab's names. Out: a session.

Names are resolved by the system, as always: the process sees a hosts file of the lab's (in a mount namespace of its own), so
nothing in the product has to know of the lab.
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
from tests.lab.world import NAMES, ROUTER

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 60.0
_OWN_NAMES = 'mount --bind "$0/hosts" /etc/hosts && mount --bind "$0/resolv.conf" /etc/resolv.conf && exec "$@"'


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderPlan:
    """How one recording is set up. `opaque_hosts` are passed through unopened and recorded as ciphertext."""

    session: Path
    scratch: Path
    """mitmproxy's own CA, names, the log."""
    interface: str
    port: int
    upstream_ca: Path
    opaque_hosts: Sequence[str] = ()

    @property
    def url(self) -> str:
        """What a client sets as its proxy."""
        return f"http://{ROUTER}:{self.port}"

    @property
    def ca(self) -> Path:
        """The certificate that a client must trust to be read."""
        return self.scratch / "mitmproxy" / "mitmproxy-ca-cert.pem"

    def command(self) -> list[str]:
        """The command line."""
        words = ["record", "session", "--interface", self.interface, "--out", str(self.session), "--port", str(self.port)]
        options = [
            f"confdir={self.scratch / 'mitmproxy'}",
            f"ssl_verify_upstream_trusted_ca={self.upstream_ca}",
            "show_ignored_hosts=true",
            *(f"ignore_hosts=^{host.replace('.', '[.]')}:" for host in self.opaque_hosts),
        ]
        for option in options:
            words += ["--set", option]
        return ["unshare", "--mount", "sh", "-c", _OWN_NAMES, str(self.scratch), sys.executable, "-m", "auditor", *words]


@contextmanager
def recording(plan: RecorderPlan) -> Iterator[None]:
    """Records phone and printer while the block runs; everything is written when it has ended.

    Raises:
        LabError: it did not start, or did not end well.
    """
    lines = ["127.0.0.1 localhost", *(f"{name.address} {name.host}" for name in NAMES)]
    (plan.scratch / "hosts").write_text("\n".join(lines) + "\n")
    (plan.scratch / "resolv.conf").write_text(f"nameserver {ROUTER}\n")
    log = plan.scratch / "record.log"
    environment = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    environment |= {"XDG_STATE_HOME": str(plan.scratch / "state"), "PYTHONPATH": str(ROOT)}
    with log.open("w") as output:
        process = subprocess.Popen(
            plan.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd=plan.scratch, env=environment
        )
        try:
            _wait_until_recording(process, plan, log)
            yield
        finally:
            code = _stop(process)
    if code != 0:
        raise LabError(f"auditor record session ended with {code}: {_last_lines(log)}")


def _wait_until_recording(process: subprocess.Popen[bytes], plan: RecorderPlan, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LabError(f"auditor record session did not start: {_last_lines(log)}")
        try:
            socket.create_connection((ROUTER, plan.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise LabError(f"auditor record session does not listen on {plan.url}: {_last_lines(log)}")


def _stop(process: subprocess.Popen[bytes]) -> int:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(timeout=STOP_SECONDS)


def _last_lines(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return " / ".join(lines[-3:]) or "no output"
