"""A visit to the local copy of a shop page with a real Chromium. In: the phases. Out: a HAR file, and rows in the ledger.

Runs in the network namespace of its caller; Chromium resolves by the lab's table and nothing else. Each planted value is
declared before the step that sends it, and the step fails when no request to that host carried it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Browser, Page, Request, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.lab.network import LabError
from tests.lab.truth import Ledger, Planted, plant
from tests.lab.world import NAMES

CHROMIUM = Path("/usr/bin/chromium")
MILLISECONDS = 20_000
SETTLE_MILLISECONDS = 700
SURFACE = "site"
SHOP = "https://www.o2nails.com/shop"
HTTPS = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A planted value that a step will send: to which host, in which part of the request, under which name."""

    host: str
    part: str
    path: str
    value: Planted
    container: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Visitor:
    """One browser window."""

    page: Page
    ledger: Ledger
    _requests: list[tuple[str, str]] = field(default_factory=list)

    def act(self, phase: str) -> None:
        """Do what the visitor does in this phase, then wait until the page is quiet."""
        act = _ACTS.get(phase)
        if act is not None:
            act(self)
            self.page.wait_for_load_state("networkidle", timeout=MILLISECONDS)
            self.page.wait_for_timeout(SETTLE_MILLISECONDS)

    def saw(self, request: Request) -> None:
        """Keep a request's URL and body, and note the contact."""
        url = urlsplit(request.url)
        if url.scheme not in ("http", "https"):
            return
        self.ledger.contact(SURFACE, url.hostname or "", url.port or HTTPS, "http", "decrypted")
        self._requests.append((request.url, request.post_data or ""))

    def send(self, step: Callable[[], object], *expected: Expected) -> None:
        """Do a step that sends these values.

        Raises:
            LabError: a value did not leave as declared.
        """
        self._requests.clear()
        step()
        self.page.wait_for_load_state("networkidle", timeout=MILLISECONDS)
        self.page.wait_for_timeout(SETTLE_MILLISECONDS)
        for each in expected:
            needles = {str(each.value), quote(each.value), quote(each.value, safe="").replace("%20", "+")}
            in_place = [body if each.part == "body" else url for url, body in self._to(each.host)]
            if not any(needle in text for needle in needles for text in in_place):
                raise LabError(f"shop: {each.value.traces[0].label} did not go to {each.host}")
            traces = [trace.inside(*each.container, path=each.path) for trace in each.value.traces]
            self.ledger.sow(SURFACE, each.host, HTTPS, each.part, traces)

    def _to(self, host: str) -> list[tuple[str, str]]:
        return [(url, body) for url, body in self._requests if urlsplit(url).hostname == host]


def arrive(visitor: Visitor) -> None:
    """Open the shop; the cookie banner is up and untouched."""
    visitor.page.goto(SHOP)


def accept(visitor: Visitor) -> None:
    """Accept all cookies."""
    visitor.page.click("#accept")


def sign_up(visitor: Visitor) -> None:
    """Register with an e-mail address; an advertising pixel gets its hash."""
    email = plant("persona-shop-email")
    visitor.page.goto(f"{SHOP}/account")
    visitor.page.fill("input[name=email]", email)
    visitor.send(
        lambda: visitor.page.click("#account button"),
        Expected(host="www.o2nails.com", part="body", path="email", value=email, container=("form",)),
        Expected(host="www.facebook.com", part="query", path="ud[em]", value=plant("persona-shop-email", "sha256")),
    )


def order(visitor: Visitor) -> None:
    """Order; the form uses GET, so the analytics tag of the next page reports the e-mail with the page's address."""
    email, address = plant("persona-shop-email"), plant("persona-address")
    visitor.page.goto(f"{SHOP}/order")
    visitor.page.fill("input[name=email]", email)
    visitor.page.fill("input[name=address]", address)
    leaks = [
        Expected(host=host, part="query", path=f"dl.{path}", value=value, container=("percent", "percent"))
        for host in ("www.google-analytics.com", "region1.google-analytics.com")
        for path, value in (("email", _quoted(email)), ("address", _quoted(address)))
    ]
    visitor.send(
        lambda: visitor.page.click("#order button"),
        Expected(host="www.o2nails.com", part="query", path="email", value=email, container=("percent",)),
        Expected(host="www.o2nails.com", part="query", path="address", value=address, container=("percent",)),
        *leaks,
    )


def _quoted(value: Planted) -> Planted:
    """The value as it stands in a page's address, to be quoted once more inside another address."""
    return Planted(quote(value, safe="").replace("%20", "+"), value.traces)


@contextmanager
def visiting(har: Path, ledger: Ledger) -> Iterator[Visitor]:
    """A browser window; the HAR is written when the block ends.

    Raises:
        LabError: Chromium is not there or does not start.
    """
    if not CHROMIUM.exists():
        raise LabError(f"the lab needs Chromium at {CHROMIUM} (Debian package chromium)")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_arguments(), timeout=MILLISECONDS)
        except PlaywrightError as error:
            raise LabError(f"Chromium does not start: {error.message.splitlines()[0]}") from error
        yield from _window(browser, har, ledger)
        browser.close()


def _window(browser: Browser, har: Path, ledger: Ledger) -> Iterator[Visitor]:
    context = browser.new_context(
        record_har_path=har, record_har_content="embed", ignore_https_errors=True, locale="en-GB", timezone_id="UTC"
    )
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    visitor = Visitor(page=page, ledger=ledger)
    page.on("request", lambda request: visitor.saw(request))
    try:
        yield visitor
    except BaseException:
        with suppress(PlaywrightError):
            context.close()
        raise
    context.close()


def _arguments() -> list[str]:
    rules = [f"MAP {name.host} {name.address}" for name in NAMES] + ["MAP * ~NOTFOUND"]
    return [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-quic",
        f"--host-resolver-rules={','.join(rules)}",
    ]


_ACTS: Mapping[str, Callable[[Visitor], None]] = {
    "before_consent": arrive,
    "consented": accept,
    "register": sign_up,
    "pay": order,
}
