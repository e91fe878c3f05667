"""The HTML report in a real browser: Chromium without a network, driven by Playwright. Skipped where there is no Chromium."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from auditor.report import html
from tests.e2e.quiet_browser import QUIET

if TYPE_CHECKING:
    from playwright.sync_api import Browser

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


def _samples() -> ModuleType:
    """The made-up audits of the unit tests."""
    path = Path(__file__).parents[1] / "unit" / "report" / "sample_audit.py"
    spec = importlib.util.spec_from_file_location("sample_audit", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sample_audit = _samples()

A4_WIDTH = 688
"""CSS pixels of an A4 page between margins of 14 mm."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


class Opened:
    """A report in a browser tab, with everything that it asked for or said."""

    def __init__(self, browser: "Browser", path: Path, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog {dialog.message}"))
        self.url = path.as_uri()
        self.page.goto(self.url)


type Open = Callable[..., Opened]


@pytest.fixture
def open_report(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    opened: list[Opened] = []

    def open_it(name: str = "audit", lang: str = "en", **options: Any) -> Opened:
        path = tmp_path / f"{name}.html"
        path.write_bytes(html.render(getattr(sample_audit, name)(), lang))
        opened.append(Opened(browser, path, **options))
        return opened[-1]

    yield open_it
    for tab in opened:
        tab.context.close()


@pytest.mark.parametrize("name", ["audit", "passed", "inconclusive", "empty", "hostile"])
def test_the_page_opens_without_an_error_and_asks_for_nothing_but_itself(open_report: Open, name: str) -> None:
    tab = open_report(name)
    tab.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    tab.page.wait_for_timeout(200)
    assert tab.errors == []
    assert tab.requests == [tab.url]


def test_hostile_text_runs_nothing_and_leads_nowhere(open_report: Open) -> None:
    tab = open_report("hostile")
    assert tab.page.title().startswith("<script>")
    assert tab.page.evaluate("document.querySelectorAll('img, iframe, base, link, object, form[action]').length") == 0
    assert tab.page.evaluate("[...document.scripts].map(script => script.type)") == ["application/json", ""]
    links = tab.page.evaluate("[...document.links].map(link => link.getAttribute('href')[0])")
    assert set(links) == {"#"}


def test_without_script_everything_can_be_read_and_the_language_still_switches(open_report: Open) -> None:
    tab = open_report(java_script_enabled=False)
    page = tab.page
    assert page.get_by_role("heading", name="NO-GO").is_visible()
    assert not page.locator("#filters").is_visible()
    page.locator("details.finding summary").first.click()
    assert page.get_by_text("$.device.imei").first.is_visible()
    page.check("#language-zh")
    assert page.get_by_role("heading", name="不放行").is_visible()
    assert not page.get_by_text("What to fix first").first.is_visible()


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("zh", "dark")])
def test_axe_finds_nothing_serious(open_report: Open, lang: str, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    # axe puts its own script into the page, which the page's policy rightly forbids.
    tab = open_report(lang=lang, bypass_csp=True)
    tab.page.check(f"#theme-{theme}")
    tab.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
    violations = axe.Axe().run(tab.page).response["violations"]
    found = [
        f"{violation['id']} ({violation['impact']}): {node['html'][:120]}"
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert found == []


def shown(tab: Opened) -> list[str]:
    ids: list[str] = tab.page.evaluate("[...document.querySelectorAll('details.finding')].filter(f => !f.hidden).map(f => f.id)")
    return ids


def test_filters_narrow_the_list_and_their_state_stands_in_the_address(open_report: Open) -> None:
    tab = open_report()
    page = tab.page
    page.select_option("#filter-severity", "high")
    assert len(shown(tab)) == 4
    page.fill("#filter-search", "cleartext printer")
    assert {name.rpartition("-")[0] for name in shown(tab)} == {"SEC-CLEARTEXT"}
    assert page.locator("#filter-count").text_content() == "2 / 7"
    assert "severity=high" in page.url
    page.reload()
    assert len(shown(tab)) == 2
    page.get_by_role("button", name="Show all").click()
    page.wait_for_function("document.getElementById('filter-count').textContent === '7 / 7'")


def test_the_list_sorts_by_what_is_asked(open_report: Open) -> None:
    tab = open_report()
    tab.page.select_option("#filter-sort", "flows")
    assert shown(tab)[0].startswith("FLOW-PARTY-OMITTED")
    tab.page.select_option("#filter-sort", "severity")
    assert shown(tab)[0].startswith("FLOW-BEFORE-CONSENT")


def test_a_tables_numbers_sort_by_value_and_the_head_says_so(open_report: Open) -> None:
    page = open_report().page
    table = page.locator("#recipients table")
    button = table.get_by_role("button", name="Bytes up")
    button.click()
    table.locator("th[aria-sort='ascending']").wait_for()  # the page may be asked before it has heard of the click
    sizes = table.locator("tbody tr td:nth-child(9)").evaluate_all("cells => cells.map(cell => Number(cell.dataset.value))")
    assert sizes == sorted(sizes)
    assert table.locator("th[aria-sort='ascending']").count() == 1


def test_a_cell_of_the_matrix_opens_its_finding(open_report: Open) -> None:
    page = open_report().page
    page.locator("#matrix td.cell-omitted a").first.click()
    page.wait_for_selector("details.finding[open]")
    assert page.locator("details.finding[open]").count() == 1
    assert page.locator("details.finding[open] .message").is_visible()


@pytest.mark.parametrize(("lang", "title"), [("en", "## Personal data sent before consent"), ("zh", "## 同意前发送个人信息")])
def test_a_ticket_is_copied_in_the_language_that_shows(open_report: Open, lang: str, title: str) -> None:
    tab = open_report(lang=lang)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.page.locator("details.finding summary").first.click()
    tab.page.locator("button.copy").first.click()
    tab.page.wait_for_selector("button.copy[data-done]")
    copied = tab.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(title)
    assert "86••••••••••21" in copied


def test_the_keyboard_reaches_the_decision_the_switches_and_a_finding(open_report: Open) -> None:
    page = open_report().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("details.finding summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.finding[open]").count() == 1


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_paper_every_finding_is_open_and_nothing_is_cut_at_the_edge(open_report: Open, lang: str, script: bool) -> None:
    tab = open_report(lang=lang, java_script_enabled=script)
    page = tab.page
    page.set_viewport_size({"width": A4_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    if script:
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    heights = page.evaluate(
        "[...document.querySelectorAll('details.finding > dl.facts')].map(list => list.getBoundingClientRect().height)"
    )
    assert len(heights) == 7
    assert min(heights) > 0
    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('main td, main th, main p, main code, main svg')]"
        ".map(cell => cell.getBoundingClientRect().right))"
    )
    assert right <= A4_WIDTH + 1
    inside = page.evaluate(
        "Math.min(...[...document.querySelectorAll('details.finding dd, details.finding p, details.finding dt')]"
        ".filter(part => part.getBoundingClientRect().width)"
        ".map(part => part.getBoundingClientRect().left - part.closest('details.finding').getBoundingClientRect().left))"
    )
    assert inside >= 0
    assert not page.locator(".switches").is_visible()


def test_paper_is_a4_and_has_all_sections(open_report: Open) -> None:
    data = open_report().page.pdf(prefer_css_page_size=True, print_background=True)
    assert data.startswith(b"%PDF")
    assert b"/MediaBox [0 0 595.91998 842.88]" in data or b"/MediaBox [0 0 594" in data or b"/MediaBox [0 0 595" in data


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_a_narrow_window_scrolls_tables_and_never_the_page(open_report: Open, width: int) -> None:
    page = open_report().page
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_matrix_fits_a_laptop(open_report: Open, lang: str) -> None:
    page = open_report("local", lang=lang).page
    inside = "document.querySelector('#matrix .scroll')"
    assert page.evaluate(f"{inside}.scrollWidth <= {inside}.clientWidth + 1")


@pytest.mark.parametrize("name", ["audit", "hostile"])
def test_the_table_of_recipients_fits_a_desktop(open_report: Open, name: str) -> None:
    page = open_report(name).page
    page.set_viewport_size({"width": 1440, "height": 900})
    inside = "document.querySelector('#recipients .scroll')"
    assert page.evaluate(f"{inside}.scrollWidth <= {inside}.clientWidth + 1")


def test_on_a_telephone_a_row_stands_as_a_list_with_the_names_of_its_columns(open_report: Open) -> None:
    page = open_report("local", lang="zh").page
    page.set_viewport_size({"width": 360, "height": 800})
    for table in ("#recipients table", "#local table", "#matrix table"):
        assert page.evaluate(f"document.querySelector('{table}').getBoundingClientRect().right") <= 360
    named = "getComputedStyle(document.querySelector('#recipients td[data-zh]'), '::before').content"
    assert "attr(data-zh)" in page.evaluate(named) or "：" in page.evaluate(named)
    assert page.locator("#matrix td[data-en]").first.is_visible()


def test_all_findings_that_show_open_and_close_at_once(open_report: Open) -> None:
    page = open_report().page
    page.select_option("#filter-severity", "high")
    page.click("#open-all")
    assert page.locator("details.finding[open]").count() == 4
    page.click("#close-all")
    assert page.locator("details.finding[open]").count() == 0
