"""The live view in a terminal of 80 columns and 24 lines or more: a session's folder in, a screen out.

Run as a module it is the view beside a recording: `python -m auditor.live.terminal DIR SCENARIO LANGUAGE` ends with STOP when
the person wants the recording to end, and with anything else when not.
"""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.events import Resize
from textual.widgets import Input, Static

from auditor.catalog.scenario_list import next_step
from auditor.errors import UsageError
from auditor.live import marking
from auditor.live import terminal_text as texts
from auditor.live.following import LOOK_SECONDS, Following
from auditor.live.rows import Row
from auditor.live.terminal_code import STOP
from auditor.live.words import LANGUAGES, word
from auditor.report.display import safe

CLOCK_SECONDS = 0.5
MOST_ROWS = 400
"""Rows that can be scrolled to; the page holds all."""
SAID_SECONDS = 6

_CSS = """
Screen { layout: vertical; }
#head, #pinned, #tally, #counted, #keys { height: 1; }
#guide { height: 2; }
#middle { height: 1fr; }
#rows { width: 1fr; height: 100%; }
#detail { width: 30; height: 100%; border-left: solid $primary-darken-2; padding: 0 0 0 1; }
#ask { display: none; height: 1; border: none; padding: 0; }
"""


class LiveView(App[bool]):
    """The screen. Its result is whether the recording is to end."""

    CSS = _CSS
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None  # keys are keys until a line is asked for
    BINDINGS = [  # noqa: RUF012 - textual's own way
        Binding("space", "next_phase", priority=False),
        Binding("n", "ask('note')"),
        Binding("slash", "ask('filter')"),
        Binding("s", "picture"),
        Binding("m", "mute"),
        Binding("z", "language"),
        Binding("e", "explain"),
        Binding("up", "select(-1)"),
        Binding("down", "select(1)"),
        Binding("escape", "escape"),
        Binding("q", "leave"),
        Binding("ctrl+c", "close", priority=True),
    ]

    def __init__(self, following: Following, *, scenario: str, language: str, stops: bool) -> None:
        super().__init__(ansi_color=True)
        self.following = following
        self.scenario, self.language, self.stops = scenario, language, stops
        self.muted, self.filter = True, ""
        self.selected: int | None = None
        self.explains = False
        """Whether the pinned item is told in full, which need not be in the list."""
        self.fault: Exception | None = None
        self._alarms: int | None = None
        self._said, self._said_until = "", 0.0
        self._asked = ""
        self._written: dict[str, object] = {}

    # The screen

    def compose(self) -> ComposeResult:
        """The parts of the screen, from the top."""
        yield Static(id="head", markup=False)
        yield Static(id="pinned", markup=False)
        with Horizontal(id="middle"):
            yield Static(id="rows", markup=False)
            yield Static(id="detail", markup=False)
        yield Static(id="tally", markup=False)
        yield Static(id="counted", markup=False)
        yield Static(id="guide", markup=False)
        yield Input(id="ask", compact=True)
        yield Static(id="keys", markup=False)

    def on_mount(self) -> None:
        """Begins to look."""
        self.set_interval(LOOK_SECONDS, self._look)
        self.set_interval(CLOCK_SECONDS, self._draw)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.action_close)
        self._look()
        self.call_after_refresh(self._draw)

    def on_resize(self, _event: Resize) -> None:
        """Draws for the new size."""
        self.call_after_refresh(self._draw)

    def _handle_exception(self, error: Exception) -> None:
        """Ends without a traceback on the screen; the caller tells of the fault."""
        self.fault = error
        self.exit(False)

    def _look(self) -> None:
        if self.following.look():
            self._draw()
            self._ring()

    def _ring(self) -> None:
        """Beeps for what is new and should not be; not for what was there before the view."""
        alarms = self.following.state.tally.alarms
        if self._alarms is not None and alarms > self._alarms:
            self.bell()
        self._alarms = alarms

    def visible_rows(self) -> list[Row]:
        """The newest rows that are not muted and pass the filter, the newest first."""
        found = []
        for row in sorted(self._candidates(), key=lambda each: -each.number):
            if (self.muted and row.is_noise) or not self._passes(row):
                continue
            found.append(row)
        return found[:MOST_ROWS]

    def _candidates(self) -> list[Row]:
        """Rows that changed last: with a filter all of them, without one enough to fill any screen."""
        limit = None if self.filter else MOST_ROWS * 3
        found = []
        for row in self.following.state.rows():
            found.append(row)
            if limit is not None and len(found) >= limit:
                break
        return found

    def _passes(self, row: Row) -> bool:
        hay = (row.host, row.recipient, row.service, row.ident_kind, row.identifier, row.phase, row.row_class, row.text)
        return not self.filter or any(self.filter in each.lower() for each in hay)

    def _draw(self) -> None:
        if not self.is_running or not self.query("#keys"):
            return
        language, state, width = self.language, self.following.state, self.size.width
        phase, since = self.following.phase()
        title = texts.phase_title(phase, self.scenario, language)
        head = (title, since, self.following.is_recording())
        rows = self.visible_rows()
        chosen = next((row for row in rows if row.number == self.selected), None)
        self._write("head", texts.head_line(self.following.title, state, head, self.following.now, language, width))
        self._write("pinned", texts.pinned_line(state.pinned, language, width))
        self._draw_rows(rows)
        shown = (state.pinned if self.explains else chosen) or (rows[0] if rows else None)
        self._write("detail", texts.detail_text(shown, language))
        self._write("tally", texts.tally_line(state, language, width))
        unreadable = self.following.feed.unreadable
        self._write("counted", texts.counted_line(state, unreadable, language, width, muted=self.muted))
        self._write("guide", self._guide(phase))
        quits = word("ui", "quit_stop" if self.stops else "quit_view", language)
        self._write("keys", Text(texts.fitted(word("ui", "keys", language, quit=quits), width), style="reverse", no_wrap=True))

    def _draw_rows(self, rows: list[Row]) -> None:
        area = self.query_one("#rows", Static).size
        place = next((index for index, row in enumerate(rows) if row.number == self.selected), 0)
        first = max(0, min(place - area.height // 2, len(rows) - area.height))
        lines = [
            texts.row_line(row, self.language, area.width, selected=row.number == self.selected)
            for row in rows[first : first + max(area.height, 1)]
        ]
        self._write("rows", Text("\n").join(lines))

    def _guide(self, phase: str | None) -> Text:
        if self._said and self._clock() < self._said_until:
            return Text(self._said, style="bold cyan")
        quiet = self.following.quiet() or ("" if not self.following.trouble else None)
        if self.following.trouble and not quiet:
            return Text(safe(self.following.trouble), style="bold yellow")
        return texts.guide_line(phase, self.scenario, quiet or None, self.language, str(self.following.folder))

    def _write(self, name: str, text: Text) -> None:
        """Draws a part again where it changed: over a slow line each byte counts."""
        if self._written.get(name) != (text.plain, text.spans, text.style):
            self._written[name] = (text.plain, text.spans, text.style)
            self.query_one(f"#{name}", Static).update(text)

    def _clock(self) -> float:
        return asyncio.get_running_loop().time()

    def _say(self, text: str) -> None:
        self._said, self._said_until = safe(text), self._clock() + SAID_SECONDS
        self._draw()

    # Keys

    def action_next_phase(self) -> None:
        """Marks the next phase of the list."""
        step = next_step(self.scenario, self.following.phase()[0])
        if step is None:
            self._say(word("ui", "end_of_list", self.language))
            return
        self._try(lambda: marking.begin_phase(self.following.folder, step.phase), "marked", "not_marked", name=step.phase)

    def action_ask(self, name: str) -> None:
        """Opens the line for a note or a filter."""
        self._asked = name
        line = self.query_one("#ask", Input)
        line.value = self.filter if name == "filter" else ""
        line.placeholder = word("ui", name, self.language)
        line.max_length = marking.LONGEST_NOTE
        line.display = True
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Takes the note or the filter."""
        text, asked = event.value.strip(), self._asked
        self.action_escape()
        if asked == "filter":
            self.filter = text.lower()
            self._draw()
        elif text:
            folder, phase = self.following.folder, self.following.phase()[0]
            self._try(lambda: marking.keep_note(folder, text, phase), "noted", "not_marked")

    def action_escape(self) -> None:
        """Closes the line; without one, lets go of the selected row."""
        line = self.query_one("#ask", Input)
        if not line.display:
            self.selected, self.explains = None, False
        line.display = False
        self.set_focus(None)
        self._draw()

    def action_picture(self) -> None:
        """Takes a picture of the phone's screen, without holding the view up."""
        self.run_worker(self._take_picture, thread=True, exclusive=True)

    def _take_picture(self) -> None:
        try:
            said = word("ui", "screenshot", self.language, name=marking.keep_screenshot(self.following.folder))
        except UsageError as error:
            said = word("ui", "no_adb", self.language, why=error)
        self.call_from_thread(self._say, said)

    def action_mute(self) -> None:
        """Hides or shows the phone's own traffic."""
        self.muted = not self.muted
        self._draw()

    def action_language(self) -> None:
        """English or Chinese."""
        self.language = LANGUAGES[1 - LANGUAGES.index(self.language)]
        self._draw()

    def action_explain(self) -> None:
        """Tells all of the pinned item beside the list, which goes on; once more, and it is the newest row's turn again."""
        self.selected, self.explains = None, not self.explains
        self._draw()

    def action_select(self, step: int) -> None:
        """Selects the row above or below."""
        numbers, self.explains = [row.number for row in self.visible_rows()], False
        if numbers:
            place = numbers.index(self.selected) + step if self.selected in numbers else 0
            self.selected = numbers[max(0, min(place, len(numbers) - 1))]
            self._draw()

    def action_leave(self) -> None:
        """Ends the view, and beside a recording that too."""
        self.exit(self.stops)

    def action_close(self) -> None:
        """Ends the view only."""
        self.exit(False)

    def _try(self, action: Callable[[], None], done: str, failed: str, **filled: str) -> None:
        try:
            action()
            self._say(word("ui", done, self.language, **filled))
        except UsageError as error:
            self._say(word("ui", failed, self.language, why=error))


def show(folder: Path, *, scenario: str, language: str, stops: bool = False) -> bool:
    """Shows the view until it is closed; whether the recording is to end.

    Raises:
        Exception: whatever went wrong in it, after the terminal is itself again.
    """
    view = LiveView(Following(folder), scenario=scenario, language=language, stops=stops)
    wishes = view.run()
    if view.fault is not None:
        raise view.fault
    return bool(wishes)


if __name__ == "__main__":
    sys.exit(STOP if show(Path(sys.argv[1]), scenario=sys.argv[2], language=sys.argv[3], stops=True) else 0)
