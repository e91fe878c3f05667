"""What the terminal view writes: rows and counts in, lines of styled text out, each cut to the width that it gets. Pure.

Widths are those of a terminal: a Chinese character takes two columns.
"""

import datetime
from collections.abc import Mapping

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from auditor.catalog.scenario_list import Step, next_step, step_of, steps
from auditor.live.classes import RowClass
from auditor.live.page_data import ROW_FIELDS
from auditor.live.quiet import QUIET_SECONDS, seconds_between
from auditor.live.rows import Row
from auditor.live.state import LiveState
from auditor.live.words import LANGUAGES, why_text, word

MARKS: Mapping[RowClass, str] = {
    RowClass.CLEAR: "✓",
    RowClass.VAGUE: "~",
    RowClass.AMBIGUOUS: "≈",
    RowClass.INCORRECT: "✗",
    RowClass.OMITTED: "✗",
    RowClass.UNKNOWN: "?",
    RowClass.BLIND: "o",
    RowClass.LOCAL: "=",
    RowClass.NOISE: ".",
    RowClass.NOTE: ">",
}
"""A sign for each class: colour alone tells nothing to whoever does not see it."""
STYLES: Mapping[RowClass, str] = {
    RowClass.CLEAR: "green",
    RowClass.VAGUE: "yellow",
    RowClass.AMBIGUOUS: "yellow",
    RowClass.INCORRECT: "bold red",
    RowClass.OMITTED: "bold red",
    RowClass.UNKNOWN: "yellow",
    RowClass.BLIND: "magenta",
    RowClass.LOCAL: "",
    RowClass.NOISE: "dim",
    RowClass.NOTE: "cyan",
}
MOST_PARTIES = 6
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_TRAFFIC = ("flow", "contact", "sighting", "connection")
_DETAILS = ("host", "port", "service", "phase", "status", "identifier", "masked", "part", "path", "confidence", "text")


def clock(at: str) -> str:
    """The time of day on this machine's clock, like 14:02:11."""
    try:
        moment = datetime.datetime.fromisoformat(at[:19] + "+00:00")
    except ValueError:
        return "--:--:--"
    return f"{moment.astimezone():%H:%M:%S}"


def size(count: int | None) -> str:
    """A number of bytes in four or five signs."""
    if count is None:
        return ""
    for limit, unit in ((1_000, ""), (1_000_000, "k"), (1_000_000_000, "M")):
        if count < limit:
            return f"{count}B" if not unit else f"{count / limit * 1000:.1f}{unit}"
    return f"{count / 1e9:.1f}G"


def fitted(text: str, width: int) -> str:
    """The text in exactly that many columns, with an ellipsis where it was cut."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def phase_title(phase: str | None, scenario: str, language: str) -> str:
    """The phase with its number in the list and its title."""
    if phase is None:
        return word("ui", "no_phase", language)
    step = step_of(phase)
    if step is None:
        return phase
    order = [each.phase for each in steps(scenario)]
    number = _CIRCLED[order.index(phase)] + " " if phase in order else ""
    return f"{number}{step.title[LANGUAGES.index(language)]}"


def head_line(title: str, state: LiveState, phase: tuple[str, str, bool], now: str, language: str, width: int) -> Text:
    """The first line: what, which phase since when, whether it records, how much is seen. `phase`: title, since, recording."""
    name, since, is_recording = phase
    seconds = max(0, int(seconds_between(since, now)))
    lasted = f" {seconds // 60:02d}:{seconds % 60:02d}" if since else ""
    word_name = "recording" if is_recording else "stopped" if state.started else "waiting"
    share = "–" if state.decrypted is None else f"{state.decrypted:.0%}"
    right = f"● {word('ui', word_name, language)}  {word('ui', 'decrypted', language)} {share}  "
    right += word("ui", "blind_hosts", language, count=state.blind_hosts)
    middle = f"{word('ui', 'phase', language)} {name}{lasted}"
    left_width = max(width - cell_len(middle) - cell_len(right) - 4, 0)
    line = Text(f"{fitted(title, left_width)}  ", style="bold", no_wrap=True)
    line.append(f"{middle}  ", style="bold cyan")
    line.append(right, style="bold red" if is_recording else "dim")
    line.truncate(width)
    return line


def pinned_line(row: Row | None, language: str, width: int) -> Text:
    """The newest that no line of the policy explains."""
    if row is None:
        return Text(fitted(f" {word('ui', 'nothing_unexplained', language)}", width), style="dim", no_wrap=True)
    label = f" {word('ui', 'new', language)} ▸ {clock(row.at)} {word('class', row.row_class, language)} "
    rest = f"{who(row, language)} {what(row)} {why_text(row.why, language)}"
    line = Text(label, style="bold red", no_wrap=True)
    line.append(fitted(rest, max(width - cell_len(label) - 4, 0)))
    line.append(" [e]", style="bold")
    return line


def who(row: Row, language: str) -> str:
    """From which surface to whom."""
    if row.kind not in _TRAFFIC:
        return phase_words(row.phase, language) if row.kind == "phase" else row.text
    return f"{word('surface', row.surface or 'app', language)}→{row.recipient or row.host or '?'}"


def what(row: Row) -> str:
    """What was sent, as far as a line goes."""
    if row.kind == "sighting":
        # The mask of what is never shown names the kind itself.
        return row.masked if row.masked.startswith(row.ident_kind) else f"{row.ident_kind} {row.masked}".rstrip()
    if row.kind in ("flow", "contact"):
        port = f":{row.port}" if row.port and row.port != 443 else ""
        parts = (row.method, f"{row.host}{port}", size(row.bytes_up), str(row.status or ""))
        return " ".join(filter(None, parts))
    return row.text if row.kind == "connection" else ""


def class_word(row: Row, language: str) -> str:
    """The row's class; of a record that is no traffic, what it is."""
    is_note = row.row_class is RowClass.NOTE
    return word("kind", row.kind, language) if is_note else word("class", row.row_class, language)


def phase_words(phase: str, language: str) -> str:
    """The phase's title and id."""
    step = step_of(phase)
    return f"{step.title[LANGUAGES.index(language)]} ({phase})" if step else phase or word("ui", "no_phase", language)


def row_line(row: Row, language: str, width: int, *, selected: bool) -> Text:
    """One row of the list."""
    line = Text(no_wrap=True, style="reverse" if selected else "")
    line.append(f"{clock(row.at)}{'!' if row.is_early else ' '}", style="bold red" if row.is_early else "dim")
    line.append(fitted(f"{MARKS[row.row_class]} {class_word(row, language)}", 11) + " ", style=STYLES[row.row_class])
    rest = max(width - 21, 0)
    who_width = min(max(rest // 2, 8), rest)
    if row.kind not in _TRAFFIC:
        line.append(fitted(who(row, language), rest))
        return line
    line.append(fitted(who(row, language), who_width))
    line.append(fitted(" " + what(row), rest - who_width), style="dim")
    return line


def detail_text(row: Row | None, language: str) -> Text:
    """All of a row, with the reason first."""
    text = Text()
    if row is None:
        return text
    text.append(f"{class_word(row, language)}", style=STYLES[row.row_class])
    text.append(f": {why_text(row.why, language)}\n" if row.kind in _TRAFFIC else "\n")
    if row.why.rule:
        text.append(f"{row.why.rule}\nauditor explain\n", style="dim")
    text.append(f"{who(row, language)}\n", style="bold")
    for name in _DETAILS:
        value = getattr(row, name)
        if name in ROW_FIELDS and value not in ("", None):
            text.append(f"{word('field', name, language)} ", style="dim")
            text.append(f"{value}\n")
    if row.bytes_up is not None or row.bytes_down is not None:
        text.append(f"↑{size(row.bytes_up)} ↓{size(row.bytes_down)}\n")
    return text


def tally_line(state: LiveState, language: str, width: int) -> Text:
    """Recipients, identifiers, the printer's bytes."""
    tally = state.tally
    parties = sorted(tally.recipients.items(), key=lambda item: (not item[1].row_class.is_unexplained, -item[1].flows, item[0]))
    line = Text(no_wrap=True)
    line.append(f"{word('ui', 'parties', language)} ", style="bold")
    for name, one in parties[:MOST_PARTIES]:
        line.append(fitted(name, min(cell_len(name), 13)), style=STYLES[one.row_class])
        line.append(f" {one.flows} ")
    counts = " ".join(f"{name} {count}" for name, count in tally.identifiers.most_common(4)) or "0"
    right = f"| {word('ui', 'ids', language)} {fitted(counts, min(cell_len(counts), width // 4))}"
    right += f" | {word('ui', 'printer', language)} {size(tally.printer_bytes)}"
    line.truncate(max(width - cell_len(right) - 1, 0), overflow="ellipsis")
    line.append(" " * max(width - line.cell_len - cell_len(right), 0) + right)
    return line


def counted_line(state: LiveState, unreadable: int, language: str, width: int, *, muted: bool) -> Text:
    """What the list does not show, and what the recorder lost."""
    tally = state.tally
    parts = [word("ui", "muted" if muted else "shown_noise", language, count=tally.noise)]
    left_out = tally.unlisted + tally.forgotten
    counted = (("sampled", left_out), ("lost", tally.lost), ("skipped", tally.skipped), ("hook_errors", tally.hook_errors))
    parts += [word("ui", name, language, count=count) for name, count in counted if count]
    parts += [f"{unreadable} lines of the journal are none"] if unreadable else []
    style = "bold red" if tally.lost or tally.hook_errors or unreadable else "dim"
    return Text(fitted(" · ".join(parts), width), style=style, no_wrap=True)


def guide_line(phase: str | None, scenario: str, quiet: str | None, language: str, folder: str) -> Text:
    """Why nothing comes, else what to do now and next."""
    if quiet:
        return Text(word("quiet", quiet, language, folder=folder, seconds=QUIET_SECONDS), style="bold yellow")
    now, following = step_of(phase), next_step(scenario, phase)
    place = LANGUAGES.index(language)
    ahead = word("ui", "next_phase", language, name=following.title[place]) if following else word("ui", "end_of_list", language)
    return Text(f"{_todo(now, place)} [{ahead}]", style="")


def _todo(step: Step | None, place: int) -> str:
    return step.todo[place] if step else ""
