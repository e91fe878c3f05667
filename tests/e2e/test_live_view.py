"""The live view against a running recording of the lab: terminal in tmux, page in Chromium, the phone's page through the proxy.

Needs root, iproute2, tmux and Chromium; skips and says what is missing elsewhere.
"""

import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from auditor.record.journal import Journal, Kind
from tests.lab import storyboard
from tests.lab.network import LabError
from tests.lab.record import PROXY_PORT
from tests.lab.shop import CHROMIUM
from tests.lab.storyboard import Stage
from tests.lab.world import ROUTER

HOSTILE = '<img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script>\x1b]0;x\x07\u202e'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    missing = [name for name in ("tmux", "ip") if shutil.which(name) is None]
    if os.geteuid() != 0 or missing or not CHROMIUM.exists():
        pytest.skip(f"needs root, Chromium and tmux; missing: {', '.join(missing) or 'root or Chromium'}")
    try:
        with storyboard.stage(tmp_path_factory.mktemp("stage")) as stage:
            yield stage
    except LabError as error:
        pytest.skip(str(error))


def test_the_storyboard_can_be_played(made: Stage) -> None:
    storyboard.play(made, ("before_consent", "consented"))
    assert {"terminal-before-consent", "terminal-attached-again-zh", "page-zh-dark", "page-zh-360", "phone-zh-dark"} <= set(
        made.pictures
    )


def test_the_page_shows_what_the_app_did_with_the_policys_line(made: Stage) -> None:
    with made.page("en-US", "light", 1280, 800) as page:
        page.goto(made.url)
        page.fill("#filter", "jiguang")
        page.locator(".row.c-omitted").first.click()
        assert "sent before anybody consented" in page.inner_text("#detail")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    with made.page("zh-CN", "dark", 360, 760) as page:
        page.goto(made.url)
        page.fill("#filter", "jiguang")
        page.wait_for_selector(".row.c-omitted")
        assert "未声明" in page.inner_text("#rows")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_captured_text_is_text_and_nothing_leaves_the_page(made: Stage) -> None:
    with Journal(made.session / "journal.ndjson", recorder="app-hostile") as journal:
        facts = {"host": HOSTILE, "recipient": HOSTILE, "service": HOSTILE, "relation": "undeclared", "phase": HOSTILE}
        journal.add(Kind.FLOW, flow_id=HOSTILE, surface="app", method=HOSTILE, state="begun", **facts)
        journal.add(
            Kind.SIGHTING, flow_id="1", surface="app", identifier=HOSTILE, identifier_kind=HOSTILE, masked=HOSTILE, **facts
        )
        journal.add(Kind.NOTE, text=HOSTILE)
    asked: list[str] = []
    with made.page("en-US", "light", 1280, 800) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(made.url)
        page.fill("#filter", "onerror")
        page.locator(".row").first.click()
        page.wait_for_timeout(300)
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img, main script").count() == 0
        assert "<img src=x" in page.inner_text("#detail")
        assert "\u202e" not in page.inner_text("body")
    assert asked
    assert all(url.startswith(made.url.rstrip("/").rpartition("/")[0]) for url in asked)


def test_the_phone_reaches_its_own_page_only(made: Stage) -> None:
    place = urlsplit(made.url)
    assert place.port is not None

    def refused(address: str, port: int) -> bool:
        try:
            socket.create_connection((address, port), timeout=2).close()
        except OSError:
            return True
        return False

    def asked(url: str) -> int:
        with httpx.Client(proxy=f"http://{ROUTER}:{PROXY_PORT}", trust_env=False, timeout=10) as client:
            return client.get(url).status_code

    phone = made.workers["android"]
    assert phone.submit(asked, "http://audit.phase/").result(timeout=20) == 200
    assert phone.submit(refused, ROUTER, place.port).result(timeout=20)
    for host in ("127.0.0.1", "localhost", ROUTER, "0.0.0.0", "127.9.9.9"):
        assert phone.submit(asked, f"http://{host}:{place.port}{place.path}").result(timeout=20) == 502, host


def test_the_phones_page_is_no_traffic_of_the_app(made: Stage) -> None:
    records = [json.loads(line) for line in (made.session / "journal.ndjson").read_bytes().splitlines() if line.startswith(b"{")]
    assert [record for record in records if record["kind"] == "flow" and record.get("host") == "audit.phase"] == []
    assert b"audit.phase" not in Path(made.session / "app.mitm").read_bytes()
