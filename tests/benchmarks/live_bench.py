"""What the live view can do: how soon a flow is on the screen, what 1,000 flows a second cost, and a page with 100,000 flows.

    python -m tests.benchmarks.live_bench [--flows 40] [--seconds 8] [--rows 100000]

Needs Chromium. First a real proxy on loopback records; the time runs from the client's request to the row in the page. Then a
journal grows by 1,000 flows a second without and with a view beside it. Last a page gets a journal of 100,000 flows.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import orjson
from playwright.sync_api import Browser, Page, sync_playwright

from auditor.equipment import equip
from auditor.record.app import ProxyPlan, record_app
from auditor.record.journal import Journal, Kind
from auditor.record.timestamps import iso_time
from tests.lab.resolver_addon import TableResolver
from tests.lab.shop import CHROMIUM

ROOT = Path(__file__).parents[2]
WATCH = """() => {
  window.seen = {};
  new MutationObserver(() => {
    for (const element of document.querySelectorAll(".row .what")) {
      const name = (element.textContent.match(/n\\d+\\.bench\\.example/) || [])[0];
      if (name && !(name in window.seen)) window.seen[name] = Date.now();
    }
  }).observe(document.getElementById("rows"), { subtree: true, childList: true, characterData: true });
}"""
FRAMES = """async () => {
  const box = document.getElementById("rows"), times = [];
  let last = performance.now();
  for (let step = 0; step < 120; step += 1) {
    box.scrollTop = (step / 120) * box.scrollHeight;
    await new Promise((next) => requestAnimationFrame(next));
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times;
}"""
FILTER = """() => {
  const input = document.getElementById("filter"), begun = performance.now();
  input.value = "h777";
  input.dispatchEvent(new Event("input"));
  return performance.now() - begun;
}"""


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def viewed(session: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """`auditor live --page`, its address and its process."""
    words = [sys.executable, "-m", "auditor", "live", str(session), "--page", "--quiet"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip(), process
        process.terminate()


def processor_seconds(process: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def proxied(folder: Path, hosts: list[str]) -> Iterator[str]:
    """A proxy that records into the folder; the hosts lead to a server of this process."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    routes = folder.parent / "routes.json"
    routes.write_text(json.dumps({f"{host}:80": [("127.0.0.1", server.server_port)] for host in hosts}))
    stop, ready, places = threading.Event(), threading.Event(), list[str]()

    def listening(addresses: tuple[str, ...]) -> None:
        places.append(addresses[0])
        ready.set()

    plan = ProxyPlan(
        equip=equip,
        listen_host="127.0.0.1",
        port=0,
        confdir=str(folder.parent / "mitmproxy"),
        addons=(TableResolver(),),
        options=(f"lab_routes={routes}",),
    )
    thread = threading.Thread(target=lambda: record_app(str(folder), plan, stop=stop, ready=listening))
    thread.start()
    ready.wait(60)
    yield f"http://{places[0]}"
    stop.set()
    thread.join()
    server.shutdown()


def how_soon(page: Page, scratch: Path, flows: int) -> None:
    """From a client's request through the proxy to its row in the page."""
    session, hosts = scratch / "soon", [f"n{number}.bench.example" for number in range(flows)]
    sent: dict[str, float] = {}
    with proxied(session, hosts) as proxy, viewed(session) as (url, _):
        page.goto(url)
        page.wait_for_selector(".row")
        page.evaluate(WATCH)
        with httpx.Client(proxy=proxy, trust_env=False) as client:
            for number, host in enumerate(hosts):
                sent[host] = time.time() * 1000
                client.get(f"http://{host}/")
                page.wait_for_timeout(80 + number * 37 % 90)
        page.wait_for_timeout(1000)
        seen: dict[str, float] = page.evaluate("window.seen")
    times = sorted(seen[host] - sent[host] for host in hosts if host in seen)
    print(
        f"a flow is on the screen: {len(times)} of {flows} seen, median {statistics.median(times):.0f} ms, "
        f"p95 {times[int(len(times) * 0.95) - 1]:.0f} ms, longest {times[-1]:.0f} ms"
    )


def flood(session: Path, seconds: float) -> tuple[float, float]:
    """A journal that grows by 1,000 flows a second, each with its end; flows a second that were reached, and processor time."""
    session.mkdir(exist_ok=True)
    began, used, count = time.monotonic(), time.process_time(), 0
    with Journal(session / "journal.ndjson", recorder="app-1") as journal:
        journal.add(Kind.STARTED, surface="app")
        while (now := time.monotonic() - began) < seconds:
            while count < now * 1000:
                facts = {
                    "flow_id": str(count),
                    "host": f"h{count % 40}.example",
                    "relation": "declared",
                    "recipient": "alibaba_cloud",
                }
                journal.add(Kind.FLOW, state="begun", surface="app", method="POST", **facts)
                journal.add(Kind.FLOW, state="ended", surface="app", status=200, bytes_up=900, bytes_down=90, **facts)
                count += 1
            time.sleep(0.01)
    return count / seconds, (time.process_time() - used) / count * 1e6


def how_many(page: Page, scratch: Path, seconds: float) -> None:
    """1,000 flows a second, without a view and with one."""
    rate, cost = flood(scratch / "alone", seconds)
    print(f"recorder alone: {rate:.0f} flows/s, {cost:.0f} us of processor time a flow")
    session = scratch / "beside"
    session.mkdir()
    with viewed(session) as (url, process):
        page.goto(url)
        before = processor_seconds(process.pid)
        rate, cost = flood(session, seconds)
        page.wait_for_timeout(1500)
        used = processor_seconds(process.pid) - before
        said = page.inner_text("#counted")
        listed = page.evaluate("document.getElementById('room').offsetHeight") // 28
    print(f"with a view: {rate:.0f} flows/s, {cost:.0f} us of processor time a flow in the recorder")
    print(f"the view: {used / seconds * 100:.0f} % of one core; it says: {said!r}; {listed} rows are listed")


def how_large(page: Page, scratch: Path, rows: int) -> None:
    """A page with so many flows."""
    session = scratch / "large"
    session.mkdir()
    start = 1_700_000_000 * 10**9
    with (session / "journal.ndjson").open("wb") as file:
        for number in range(rows):
            record = {
                "recorder": "app-1",
                "kind": "flow",
                "at": iso_time(start + number * 20_000_000),
                "flow_id": str(number),
                "surface": "app",
                "host": f"h{number % 5000}.example",
                "port": 443,
                "method": "POST",
                "recipient": "alibaba_cloud",
                "relation": "declared",
                "phase": "print",
                "state": "ended",
                "status": 200,
                "bytes_up": number % 9000,
                "bytes_down": number % 90_000,
            }
            file.write(orjson.dumps(record) + b"\n")
    with viewed(session) as (url, process):
        begun = time.monotonic()
        page.goto(url)
        while page.evaluate("document.getElementById('room').offsetHeight") < rows * 28:
            page.wait_for_timeout(50)
        loaded = time.monotonic() - begun
        frames = sorted(page.evaluate(FRAMES))
        typed = page.evaluate(FILTER)
        memory = int(Path(f"/proc/{process.pid}/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
    print(
        f"{rows} flows: in the page after {loaded:.1f} s; a frame while scrolling: median {statistics.median(frames):.0f} ms, "
        f"p95 {frames[int(len(frames) * 0.95)]:.0f} ms; filtering all of them {typed:.0f} ms; the view's process {memory} MB"
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.live_bench")
    parser.add_argument("--flows", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        scratch = Path(name)
        os.environ["XDG_STATE_HOME"] = str(scratch / "state")
        browser: Browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        how_soon(page, scratch, options.flows)
        how_many(page, scratch, options.seconds)
        how_large(page, scratch, options.rows)
        browser.close()


if __name__ == "__main__":
    main()
