"""A capture that attacks its reader goes through every format: nothing runs, nothing is fetched, nothing moves the terminal."""

import csv
import io
import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from auditor.cli.app import main
from auditor.report import audit_json, pdf
from auditor.report.formats import FORMATS
from tests.e2e import office
from tests.e2e.hostile_session import IMEI, MARK, hostile_session
from tests.e2e.quiet_browser import QUIET

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
TEXTS = ("report.html", "summary.md", "junit.xml", "report.sarif")


class Written:
    """A report folder and what the audit said while it was written."""

    def __init__(self, folder: Path, out: str, err: str) -> None:
        self.folder, self.out, self.err = folder, out, err

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    import contextlib

    base = tmp_path_factory.mktemp("hostile")
    session = hostile_session(base)
    formats = [word for form in FORMATS if form.name != "pdf" for word in ("--format", form.name)]
    out, err = io.StringIO(), io.StringIO()
    out.buffer = raw = io.BytesIO()  # type: ignore[misc]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["audit", str(session), "--out", str(base / "out"), "--as-of", "2026-11-22", *formats])
    assert code == 2, err.getvalue()  # one file is of no known format
    folder = next(path for path in (base / "out").iterdir() if path.is_dir())
    return Written(folder, out.getvalue() + raw.getvalue().decode(), err.getvalue())


@pytest.mark.timeout(180)
def test_the_attacks_reach_the_report(written: Written) -> None:
    """Else the tests below would show nothing."""
    audit = json.loads(written.text("audit.json"))
    assert len(audit["findings"]) > 30
    assert {row["surface"] for row in audit["findings"]} >= {"app", "printer"}
    shown = json.dumps(audit)
    for part in ("<script>", "onerror=", "javascript:", "=cmd|", "\\u202e", "\\u001b"):
        assert part in shown, part


def test_the_files_have_the_names_that_the_formats_give_them(written: Written) -> None:
    known = {name for form in FORMATS for name in form.files} | {"manifest.json"}
    files = {str(path.relative_to(written.folder)) for path in written.folder.rglob("*") if path.is_file()}
    assert files <= known
    assert written.folder.name.isprintable()
    assert not set("<>\"'=/\x1b\u202e") & set(written.folder.name)


def test_no_clear_value_stands_in_any_file_or_line(written: Written) -> None:
    for path in written.folder.rglob("*"):
        if path.is_file():
            assert IMEI.encode() not in path.read_bytes(), path.name
    assert IMEI not in written.out + written.err


@pytest.mark.parametrize(
    "name", [*TEXTS, "lists/shared.csv", "lists/collected.csv", "lists/processing.csv", "lists/recipients.csv"]
)
def test_no_control_bidirectional_or_invisible_character_is_left_in_a_text_for_people(written: Written, name: str) -> None:
    assert CONTROLS.findall(written.text(name)) == []


def test_the_terminal_is_told_nothing_that_moves_it(written: Written) -> None:
    assert CONTROLS.findall(written.out + written.err) == []
    assert len(written.err.splitlines()) < 60


class Elements(HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_holds_no_element_or_attribute_of_the_captures(written: Written) -> None:
    for tag, attributes in Elements(written.text("report.html")).found:
        assert tag not in {
            "img",
            "iframe",
            "object",
            "embed",
            "link",
            "base",
            "video",
            "audio",
            "form" if attributes.get("action") else "",
        }
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcdoc", "style"}], (tag, attributes)
        assert (attributes.get("href") or "#").startswith("#")
        assert attributes.get("http-equiv") in (None, "Content-Security-Policy")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.timeout(180)
def test_in_a_browser_no_script_of_the_capture_runs_and_no_request_leaves(written: Written) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        requests: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.goto((written.folder / "report.html").as_uri())
        page.click("#open-all")
        page.check("#language-zh")
        page.locator("button.copy").first.click()
        page.wait_for_selector("button.copy[data-done]")
        page.fill("#filter-search", "<img src=x onerror=alert(1)>")
        page.wait_for_timeout(300)
        assert page.title() != MARK
        assert requests == [(written.folder / "report.html").as_uri()]
        assert said == []
        browser.close()


def test_the_sign_off_page_is_drawn_and_fetches_nothing(written: Written) -> None:
    pytest.importorskip("weasyprint", reason="WeasyPrint is not installed", exc_type=ImportError)
    audit = audit_json.decode((written.folder / "audit.json").read_bytes())
    assert pdf.render(audit, "en").startswith(b"%PDF")


def test_markdown_makes_no_link_picture_or_markup(written: Written) -> None:
    from markdown_it import MarkdownIt

    shown = MarkdownIt("gfm-like", {"linkify": False}).render(written.text("summary.md"))
    tags = {tag for tag, _ in Elements(shown).found}
    assert tags <= {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li", "strong", "blockquote"}


def test_xml_and_sarif_are_whole(written: Written) -> None:
    root = ElementTree.fromstring(written.text("junit.xml"))
    assert {element.tag for element in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "failure", "skipped", "system-out", "properties", "property"),
    }
    runs = json.loads(written.text("report.sarif"))["runs"]
    locations = [place["uri"] for place in _values(runs, "artifactLocation")]
    assert all(re.fullmatch(r"[A-Za-z0-9._~%/:@!$&'()*+,;=-]*", uri) for uri in locations)


def _values(value: object, key: str) -> list[dict[str, str]]:
    if isinstance(value, dict):
        return [*([value[key]] if key in value else []), *(found for inner in value.values() for found in _values(inner, key))]
    return [found for inner in value for found in _values(inner, key)] if isinstance(value, list) else []


@pytest.mark.parametrize("folder", ["tables", "lists"])
def test_no_cell_of_a_csv_file_is_a_formula(written: Written, folder: str) -> None:
    files = sorted((written.folder / folder).glob("*.csv"))
    assert files
    for path in files:
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")):
            assert not [cell for cell in row if (cell[:1] in "=+@\t\r" and cell) or (cell[:1] == "-" and len(cell) > 1)], (
                path.name
            )


def test_no_cell_of_the_workbook_is_a_formula_or_a_link(written: Written) -> None:
    with zipfile.ZipFile(written.folder / "report.xlsx") as workbook:
        for name in workbook.namelist():
            data = workbook.read(name)
            assert b"<f>" not in data, name
            assert b"<hyperlink" not in data, name
            assert b'TargetMode="External"' not in data, name
            ElementTree.fromstring(data)


@pytest.mark.skipif(office.PROGRAM is None, reason="no LibreOffice on this machine")
@pytest.mark.timeout(180)
def test_a_spreadsheet_program_takes_what_the_capture_says_for_text(written: Written, tmp_path: Path) -> None:
    book = Path(shutil.copy(written.folder / "report.xlsx", tmp_path))
    found = office.cells(book)
    assert [cell for cell in found if cell.computed] == []
    attacks = [cell for cell in found if re.match(r"[=+@-]", cell.text)]
    assert attacks
    assert {cell.kind for cell in attacks} == {"string"}
    assert {cell.kind for cell in found if cell.text.isdigit() and cell.sheet == "Findings"} == {"float"}


@pytest.mark.parametrize("command", ["flows", "sightings"])
@pytest.mark.parametrize("form", ["table", "csv"])
def test_the_tables_on_the_terminal_are_text(
    command: str, form: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    session = hostile_session(tmp_path)
    planted = ["--subjects", str(session / "subjects.toml")] if command == "sightings" else []
    main([command, *(str(path) for path in session.glob("*.mitm")), "--format", form, *planted])
    out = capfdbinary.readouterr().out.decode()
    assert "attack0.example" in out
    assert form != "table" or CONTROLS.findall(out) == []
    assert IMEI not in out
