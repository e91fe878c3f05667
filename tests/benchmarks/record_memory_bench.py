"""Whether a recording's memory stays flat: many flows, a long WebSocket and a long raw stream through `record app`.

    python -m tests.benchmarks.record_memory_bench [--flows 100000] [--megabytes 200]

Printed after each part: the resident memory of the recorder and of its live scan, in MB, and in the last line by how much both
have grown; 20 values are planted, so the live scan runs. It gives memory back every 30 s, so a short run shows more of it.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from tests.benchmarks.record_app_bench import RECORD, ROOT, free_port, running
from tests.lab.authority import Authority
from tests.lab.persona import IDENTIFIERS
from tests.lab.session import subjects_text

HOST = "api.o2nails.com"
PAGE = os.sysconf("SC_PAGE_SIZE")
MESSAGE = 16 << 10
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def resident(process: int) -> float:
    """Megabytes of the process itself."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 1e6


def scan(process: int) -> float:
    """Megabytes of the recorder's children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return sum(resident(int(child)) for child in children)


def memory(process: int) -> str:
    """Of the recorder and its children."""
    return f"recorder {resident(process):6.1f} MB, live scan {scan(process):6.1f} MB"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An HTTP server for requests without bodies; anything that begins with `raw` is echoed."""
    try:
        if await reader.readexactly(4) == b"raw\n":
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        else:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(ANSWER)
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def many_flows(port: int, upstream: int, count: int) -> None:
    """GETs over one connection at a time, a thousand each."""
    for start in range(0, count, 1000):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in range(start, min(start + 1000, count)):
            writer.write(f"GET http://{HOST}:{upstream}/v1/a/{number} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            await reader.readuntil(b"\r\n\r\nok")
        writer.close()


async def raw_stream(port: int, upstream: int, size: int) -> None:
    """So many bytes up, and as many down."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"CONNECT {HOST}:{upstream} HTTP/1.1\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"raw\n")
    for _ in range(size // MESSAGE):
        writer.write(os.urandom(MESSAGE))
        await writer.drain()
        await reader.readexactly(MESSAGE)
    writer.close()


async def websocket(port: int, upstream: int, size: int) -> None:
    """So many bytes up, and as many down."""
    async with connect(f"ws://{HOST}:{upstream}/", proxy=f"http://127.0.0.1:{port}", max_size=None, compression=None) as peer:
        for _ in range(size // MESSAGE):
            await peer.send(os.urandom(MESSAGE))
            await peer.recv()


async def echo(peer: ServerConnection) -> None:
    """A WebSocket server that sends everything back."""
    async for message in peer:
        await peer.send(message)


async def measure(process: int, port: int, ports: tuple[int, int], asked: argparse.Namespace) -> None:
    """All parts, one after the other."""
    plain, sockets = ports
    async with await asyncio.start_server(answer, "127.0.0.1", plain), serve(echo, "127.0.0.1", sockets, compression=None):
        await many_flows(port, plain, 500)
        await asyncio.sleep(8)
        before, scan_before = resident(process), scan(process)
        print(f"{'start':28} {memory(process)}", flush=True)
        size = asked.megabytes * 1_000_000
        for name, part in (
            (f"{asked.flows} flows", many_flows(port, plain, asked.flows)),
            (f"{asked.megabytes} MB of WebSocket", websocket(port, sockets, size)),
            (f"{asked.megabytes} MB of raw TCP", raw_stream(port, plain, size)),
        ):
            await part
            await asyncio.sleep(1)
            print(f"{name:28} {memory(process)}", flush=True)
        grown = f"recorder {resident(process) - before:6.1f} MB, live scan {scan(process) - scan_before:6.1f} MB"
        print(f"{'grown by':28} {grown}", flush=True)


def main() -> None:
    """Starts the recorder and measures it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flows", type=int, default=100_000)
    parser.add_argument("--megabytes", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="memory-bench-") as name:
        folder = Path(name)
        authority = Authority(folder / "authority")
        authority.create()
        ports, port = (free_port(), free_port()), free_port()
        routes = folder / "routes.json"
        routes.write_text(json.dumps({f"{HOST}:{each}": [["127.0.0.1", each]] for each in ports}))
        (folder / "own").mkdir()
        (folder / "own" / "subjects.toml").write_text(subjects_text(IDENTIFIERS))
        command = [sys.executable, "-c", RECORD.format(root=str(ROOT)), str(folder / "own"), str(port), str(folder / "conf")]
        with running(port, *command, f"lab_routes={routes}") as process:
            asyncio.run(measure(process.pid, port, ports, asked))


if __name__ == "__main__":
    main()
