"""Real clients through a real recording: every protocol and coding that a phone may use is in the evidence, found and accounted for."""

import asyncio
import gzip
import shutil
import ssl
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import httpx
import pytest
import zstandard
from aioquic.asyncio.client import connect as quic_connect
from aioquic.quic.configuration import QuicConfiguration

from auditor.observe import observe
from auditor.session.folder import open_sessions
from tests.lab.printer import _Http3Client
from tests.lab.recording import Recording, World, recording
from tests.lab.truth import plant

HOST = "stats.jpush.cn"
IMEI = str(plant("phone-imei")).encode()
BODY = b'{"imei":"%s"}' % IMEI
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "deflate": zlib.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}


def trust(world: World) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(world.folder / "mitmproxy" / "mitmproxy-ca-cert.pem"))


def whole(made: Recording, session: Path) -> None:
    """The evidence agrees with the journal, and nothing was lost."""
    result = made.end()
    assert not result.detail, result
    (opened,) = open_sessions((str(session),))
    outcomes = {entry.capture.name: (str(entry.outcome), entry.damage) for entry in observe(opened.session, None).inputs}
    assert outcomes == {"app.mitm": ("read", ()), "journal.ndjson": ("read", ())}


def wait_for_sightings(made: Recording, count: int) -> list[dict[str, object]]:
    deadline = time.monotonic() + 20
    while len(found := made.journal("sighting")) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def test_http2_with_every_coding_chunked_and_streamed(world: World, session: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield BODY[:9]
        time.sleep(0.05)
        yield BODY[9:]

    with (
        recording(world, session, "stream_large_bodies=64k") as made,
        httpx.Client(proxy=made.phone.proxy, verify=trust(world), http2=True, trust_env=False, timeout=30) as client,
    ):
        for number, (coding, encode) in enumerate(CODINGS.items()):
            headers = {"content-type": "application/json", **({} if coding == "identity" else {"content-encoding": coding})}
            answer = client.post(f"https://{HOST}/coding/{number}", content=encode(BODY), headers=headers)
            assert answer.http_version == "HTTP/2"
        client.post(f"https://{HOST}/chunked", content=chunks())
        client.post(f"https://{HOST}/streamed", content=b'{"imei":"%s","x":"%s"}' % (IMEI, b"y" * 300_000))
        found = wait_for_sightings(made, len(CODINGS) + 2)
        whole(made, session)
    assert len({record["flow_id"] for record in found}) == len(CODINGS) + 2
    assert {record["identifier"] for record in found} == {"phone-imei"}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_curl(world: World, session: Path, version: str) -> None:
    with recording(world, session) as made:
        ca = str(world.folder / "mitmproxy" / "mitmproxy-ca-cert.pem")
        words = ["curl", "-sS", version, "--noproxy", "", "--proxy", made.phone.proxy, "--cacert", ca, "--data", BODY.decode()]
        subprocess.run([*words, f"https://{HOST}/curl"], check=True, capture_output=True, timeout=30)
        (record,) = wait_for_sightings(made, 1)
        whole(made, session)
    assert (record["identifier"], record["host"]) == ("phone-imei", HOST)


def test_http3(world: World, session: Path) -> None:
    """QUIC reaches a proxy only where the network leads it there (WireGuard, transparent); a reverse server stands in for that."""
    upstream = f"reverse:http3://127.0.0.1:{world.running.udp_ports[443]}@127.0.0.1:0"
    with recording(world, session, f"mode={upstream}", "ssl_insecure=true") as made:

        async def get() -> None:
            ca = str(world.folder / "mitmproxy" / "mitmproxy-ca-cert.pem")
            configuration = QuicConfiguration(alpn_protocols=["h3"], server_name="telemetry.o2nails.com", cafile=ca)
            async with asyncio.timeout(30):
                async with quic_connect(
                    "127.0.0.1", made.port, configuration=configuration, create_protocol=_Http3Client
                ) as protocol:
                    assert isinstance(protocol, _Http3Client)
                    await protocol.get("telemetry.o2nails.com", f"/v1/alive?imei={IMEI.decode()}")

        asyncio.run(get())
        (record,) = wait_for_sightings(made, 1)
        whole(made, session)
    assert (record["identifier"], record["part"]) == ("phone-imei", "query")
    (begun, ended) = made.journal("flow")
    assert (begun["host"], ended["status"]) == ("telemetry.o2nails.com", 200)
