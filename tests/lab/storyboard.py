"""Plays the storyboard of the live view on the lab, and keeps pictures. In: a folder. Out: pictures of each station in it.

    python -m tests.lab.storyboard docs/pictures

Needs root, iproute2, tmux and Chromium; never the internet. A real recording of phone and printer runs, with scripted phones
and a scripted printer. A tester's hands are played: phases are marked by a key in the terminal, by the button of the page,
and on the phone's page through the proxy; a wrong mark is corrected; the view is killed, and attached again.
"""

import argparse
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from auditor.record.phases import read_mark
from tests.lab.app_story import ANDROID, IPHONE
from tests.lab.network import LabError
from tests.lab.phone import Phone
from tests.lab.printer import Printer
from tests.lab.record import PRINTER, build
from tests.lab.recorder import ROOT, RecorderPlan, recording
from tests.lab.session import PHASES, write_static
from tests.lab.shop import CHROMIUM
from tests.lab.truth import Ledger

COLUMNS, LINES = 80, 24
SECONDS = 30.0
_ARGUMENTS = ("--no-sandbox", "--disable-background-networking", "--force-color-profile=srgb")
_TERMINAL = "<!doctype html><meta charset=utf-8><style>body{margin:0;background:#292929;color:#c5c8c6}pre{margin:0;padding:12px;font:15px/19px 'DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace}</style>"


def until(holds: Callable[[], object], what: str) -> None:
    """Waits until it holds.

    Raises:
        LabError: it never does.
    """
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            raise LabError(f"it never came: {what}")
        time.sleep(0.05)


class Terminal:
    """`auditor live` in a terminal of 80x24, which is tmux's."""

    def __init__(self, session: Path, environment: Mapping[str, str], language: str) -> None:
        self._socket = f"storyboard-{os.getpid()}-{language}"
        words = [sys.executable, "-m", "auditor", "live", str(session), "--lang", language, "--scenario", "release"]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(LINES), *words, environment=environment)

    def press(self, *keys: str) -> None:
        """Presses keys, named as tmux names them."""
        self._tmux("send-keys", *keys)

    def text(self, *, styled: bool = False) -> str:
        """What stands on the screen."""
        with suppress(subprocess.CalledProcessError):
            return self._tmux("capture-pane", "-p", *(("-e",) if styled else ()))
        return ""

    def process(self) -> int:
        """The id of the view's process."""
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    def close(self) -> None:
        """Ends it, if it is still there."""
        with suppress(subprocess.CalledProcessError):
            self._tmux("kill-server")

    def _tmux(self, *words: str, environment: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *words], env=environment, capture_output=True, text=True, check=True, timeout=SECONDS
        )
        return done.stdout


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything that plays."""

    session: Path
    plan: RecorderPlan
    workers: Mapping[str, ThreadPoolExecutor]
    """Threads that live in the devices' namespaces."""
    browser: Browser
    environment: dict[str, str]
    android: Phone
    iphone: Phone
    printer: Printer
    url: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)

    def act(self, phase: str) -> None:
        """The phones and the printer play a phase, each in its own network namespace."""
        pending = [self.workers["printer"].submit(self.printer.act, phase)]
        for name, acts, phone in (("android", ANDROID, self.android), ("iphone", IPHONE, self.iphone)):
            if phase in acts:
                pending.append(self.workers[name].submit(acts[phase], phone))
        for future in pending:
            future.result(timeout=SECONDS)

    def hang_up(self) -> None:
        """Closes the connections that outlive a phase."""
        for name, client in (("android", self.android), ("iphone", self.iphone), ("printer", self.printer)):
            self.workers[name].submit(client.close).result(timeout=SECONDS)

    def phase(self) -> str | None:
        """The phase that is marked."""
        mark = read_mark(self.session)
        return mark.id if mark else None

    def keep_terminal(self, name: str, terminal: Terminal) -> None:
        """A picture of the terminal, in its colours."""
        from rich.console import Console
        from rich.terminal_theme import SVG_EXPORT_THEME
        from rich.text import Text

        console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
        console.print(Text.from_ansi(terminal.text(styled=True)), end="")
        body = console.export_html(theme=SVG_EXPORT_THEME, inline_styles=True, code_format="<pre>{code}</pre>")
        page = self.browser.new_page(viewport={"width": 760, "height": 480})
        page.set_content(_TERMINAL + body)
        self.pictures[name] = page.screenshot()
        page.close()

    @contextmanager
    def page(self, locale: str, scheme: str, width: int, height: int, *, proxy: str = "") -> Iterator[Page]:
        """A page of the browser; with a proxy, it stands for the phone's."""
        context = self.browser.new_context(
            locale=locale,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": height},
            proxy={"server": proxy} if proxy else None,
        )
        page = context.new_page()
        page.on("console", lambda message: print(f"the page says: {message.text}", file=sys.stderr))
        yield page
        context.close()


@contextmanager
def stage(scratch: Path) -> Iterator[Stage]:
    """The lab, a recording of phone and printer in it, and a browser at the laptop.

    Raises:
        LabError: something that is needed is missing.
    """
    if not CHROMIUM.exists():
        raise LabError(f"the storyboard needs Chromium at {CHROMIUM}")
    session, ledger = scratch / "today", Ledger()
    session.mkdir()
    write_static(session)
    with ExitStack() as stack:
        lab = build(stack, scratch, session)
        plan, trust = lab.plan, lab.authority.certificate
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment |= {
            "XDG_STATE_HOME": str(scratch / "state"),
            "PYTHONPATH": str(ROOT),
            "LC_ALL": "C.UTF-8",
            "TERM": "screen-256color",
        }
        stack.enter_context(recording(plan))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(_ARGUMENTS))
        stack.callback(browser.close)

        def phone(system: str) -> Phone:
            agent = f"O2Nails/2.8.4.8 (scripted demo client; {system})"
            return Phone(proxy=plan.url, trust=plan.ca, distrust=trust, ledger=ledger, user_agent=agent)

        made = Stage(
            session=session,
            plan=plan,
            workers={name: stack.enter_context(lab.network.worker(name)) for name in lab.network.devices},
            browser=browser,
            environment=environment,
            android=phone("Android 14"),
            iphone=phone("iOS 18.1"),
            printer=Printer(ledger=ledger, trust=trust, address=PRINTER.address),
        )
        stack.callback(made.hang_up)
        stack.enter_context(_page_of(made))
        yield made


@contextmanager
def _page_of(made: Stage) -> Iterator[None]:
    """`auditor live --page` beside the recording."""
    words = [sys.executable, "-m", "auditor", "live", str(made.session), "--page"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=made.environment) as process:
        assert process.stdout is not None
        made.url = process.stdout.readline().strip()
        try:
            yield
        finally:
            process.terminate()


def play(made: Stage, phases: Sequence[str] = PHASES) -> None:
    """All stations.

    Raises:
        LabError: one of them does not show what it should.
    """
    terminal = Terminal(made.session, made.environment, "en")
    try:
        with made.page("en-US", "light", 1280, 800) as page, made.page("en-US", "light", 360, 740, proxy=made.plan.url) as phone:
            page.goto(made.url)
            phone.goto("http://audit.phase/?list=release")
            hands = (
                lambda name: _by_key(made, terminal, name),
                lambda name: _by_button(page, name),
                lambda name: _by_phone(phone, name),
            )
            for number, phase in enumerate(phases):
                hands[number % len(hands)](phase)
                until(lambda wanted=phase: made.phase() == wanted, f"the phase {phase} was marked")  # type: ignore[misc]
                made.act(phase)
                _keep(made, phase, terminal, page, phone)
        _correct(made)
        terminal = _killed_and_attached_again(made, terminal)
        _keep_others(made)
    finally:
        terminal.close()


def _by_key(made: Stage, terminal: Terminal, phase: str) -> None:
    """Space goes to the next phase of the release list, which has more than the lab plays."""
    until(lambda: "PHASE" in terminal.text(), "the terminal view")
    while made.phase() != phase:
        before = made.phase()
        terminal.press("Space")
        until(lambda was=before: made.phase() != was, "a phase by key")  # type: ignore[misc]


def _by_button(page: Page, phase: str) -> None:
    page.select_option("#list", "release")
    page.select_option("#step", phase)
    page.click("#mark")


def _by_phone(phone: Page, phase: str) -> None:
    phone.reload()
    phone.click(f".all button[value={phase}]")


def _keep(made: Stage, phase: str, terminal: Terminal, page: Page, phone: Page) -> None:
    """Pictures of the stations that are worth one."""
    if phase == "before_consent":
        until(lambda: "omitted" in terminal.text(), "an undeclared recipient in the terminal")
        terminal.press("e")
        time.sleep(0.5)
        made.keep_terminal("terminal-before-consent", terminal)
    if phase == "register":
        until(lambda: page.locator("#ids li").count() > 2, "identifiers on the page")
        page.locator(".row.c-omitted").first.click()
        time.sleep(0.4)
        made.pictures["page-en-light"] = page.screenshot()
        made.pictures["phone-en"] = phone.screenshot()
    if phase == "pair_printer":
        until(lambda: "printer" in terminal.text(), "the printer in the terminal")
        terminal.press("z")
        time.sleep(0.5)
        made.keep_terminal("terminal-pair-printer-zh", terminal)
        terminal.press("z")


def _correct(made: Stage) -> None:
    """The last phase was marked wrongly; the journal keeps both."""
    words = [sys.executable, "-m", "auditor", "phase", "idle_test", "--edit", "--session", str(made.session)]
    subprocess.run(words, check=True, capture_output=True, env=made.environment, timeout=SECONDS)
    until(lambda: b'"kind":"correction"' in (made.session / "journal.ndjson").read_bytes(), "the correction in the journal")
    if made.phase() != "idle_test":
        raise LabError("the phase was not corrected")


def _killed_and_attached_again(made: Stage, terminal: Terminal) -> Terminal:
    """The view dies; the recording does not notice, and a new view shows all of it."""
    size = (made.session / "journal.ndjson").stat().st_size
    os.kill(terminal.process(), signal.SIGKILL)
    made.workers["android"].submit(ANDROID["consented"], made.android).result(timeout=SECONDS)
    if (made.session / "journal.ndjson").stat().st_size <= size:
        raise LabError("the recording stopped with the view")
    terminal.close()
    again = Terminal(made.session, made.environment, "zh")
    until(lambda: "idle_test" in again.text(), "the view that was attached again")
    time.sleep(1)
    made.keep_terminal("terminal-attached-again-zh", again)
    return again


def _keep_others(made: Stage) -> None:
    """The page in the other language, in the dark, and on a small screen."""
    for name, locale, scheme, width, height in (
        ("page-zh-dark", "zh-CN", "dark", 1280, 800),
        ("page-zh-360", "zh-CN", "light", 360, 780),
    ):
        with made.page(locale, scheme, width, height) as page:
            page.goto(made.url)
            page.wait_for_selector(".row")
            page.wait_for_selector("#parties li")
            time.sleep(0.5)
            made.pictures[name] = page.screenshot()
    with made.page("zh-CN", "dark", 360, 740, proxy=made.plan.url) as phone:
        phone.goto("http://audit.phase/")
        made.pictures["phone-zh-dark"] = phone.screenshot()


def main(arguments: Sequence[str]) -> int:
    """The command. Answers 0, or 1 with one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.storyboard", description="Play the storyboard of the live view.")
    parser.add_argument("folder", type=Path, help="where the pictures go, for example docs/pictures")
    folder: Path = parser.parse_args(arguments).folder
    try:
        with tempfile.TemporaryDirectory(prefix="storyboard-") as name, stage(Path(name)) as made:
            play(made)
    except (LabError, OSError, PlaywrightError, subprocess.SubprocessError) as error:
        print(f"storyboard: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in made.pictures.items():
        (folder / f"{name}.png").write_bytes(picture)
    print(f"{len(made.pictures)} pictures in {folder}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
