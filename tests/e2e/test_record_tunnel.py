"""A phone behind WireGuard: a real peer's packets go through the tunnel into a recording, and what they say is found."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.lab.persona import IDENTIFIERS
from tests.lab.recording import World, recording
from tests.lab.session import subjects_text
from tests.lab.truth import plant
from tests.lab.world import NAMES

HOST = "stats.jpush.cn"
ADDRESS = next(name.address for name in NAMES if name.host == HOST)
BODY = f'{{"imei":"{plant("phone-imei")}"}}'
CAN_TUNNEL = os.geteuid() == 0 and Path("/dev/net/tun").exists() and shutil.which("ip") and shutil.which("curl")

pytestmark = pytest.mark.skipif(not CAN_TUNNEL, reason="needs root, a TUN device, ip and curl")


def behind(world: World, port: int, *command: str) -> subprocess.CompletedProcess[str]:
    """The command, run behind the tunnel."""
    keys = world.folder / "mitmproxy" / "wireguard.conf"
    words = [sys.executable, "-m", "tests.lab.wireguard_peer", str(keys), str(port), *command]
    return subprocess.run(words, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=False)


def test_what_a_phone_sends_through_wireguard_is_recorded_tagged_and_found(world: World, tmp_path: Path) -> None:
    session = tmp_path / "today"
    session.mkdir()
    (session / "subjects.toml").write_text(subjects_text(IDENTIFIERS))
    ca = str(world.folder / "mitmproxy" / "mitmproxy-ca-cert.pem")
    curl = ("curl", "-sS", "--max-time", "30", "--resolve", f"{HOST}:443:{ADDRESS}")
    with recording(world, session, "mode=wireguard@127.0.0.1:0") as made:
        trusting = behind(world, made.port, *curl, "--cacert", ca, "--data", BODY, f"https://{HOST}/tunnel")
        assert (trusting.returncode, trusting.stderr) == (0, "")
        refusing = behind(world, made.port, *curl, f"https://{HOST}/pinned")
        assert refusing.returncode == 60  # curl: the peer's certificate is not trusted
        deadline = time.monotonic() + 20
        while not made.journal("sighting") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert made.end().lost == 0
    (flow,) = made.flows()
    assert (flow.client_conn.proxy_mode.type_name, flow.comment.split()[1]) == ("wireguard", "undeclared")
    assert {record["identifier"] for record in made.journal("sighting")} == {"phone-imei"}
    (begun, ended) = made.journal("flow")
    assert (begun["host"], begun["host_source"], ended["status"]) == (HOST, "tls_sni", 200)
    assert sorted(str(record["insight"]) for record in made.journal("connection")) == ["inspected", "refused"]
