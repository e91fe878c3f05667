"""A session's folder in, its recording as it runs out: the one thing that the terminal view and the page both stand on."""

import time
from collections.abc import Callable
from pathlib import Path

from auditor.catalog import register_file
from auditor.errors import AuditError
from auditor.live.classes import Policy
from auditor.live.feed import JournalFeed
from auditor.live.quiet import quiet_reason, seconds_between
from auditor.live.state import LiveState
from auditor.model.register import Register
from auditor.record.phases import read_mark
from auditor.record.running import running_sessions
from auditor.record.timestamps import iso_time
from auditor.report.display import safe
from auditor.session.files import SessionFile, read_session
from auditor.session.folder import read_text

LOOK_SECONDS = 0.02
"""Between two looks at the journal. A stat of a file that did not grow costs a few microseconds."""
GONE_SECONDS = 15


class Following:
    """A session that is looked at."""

    def __init__(self, folder: Path, clock: Callable[[], int] = time.time_ns) -> None:
        self.folder = folder
        self.said, self.trouble = _read(folder)
        self.feed = JournalFeed(folder)
        self.state = LiveState(Policy(_register(folder, self.said)))
        self._clock = clock

    @property
    def title(self) -> str:
        """What is tested, else the session's name."""
        product = " ".join(filter(None, (self.said.product, self.said.app_version)))
        return safe(product or self.said.name or self.folder.resolve().name)

    @property
    def now(self) -> str:
        """The time, as the journal writes it."""
        return iso_time(self._clock())

    def look(self) -> bool:
        """Takes up what came; whether anything did."""
        events = self.feed.look()
        self.state.take(events)
        return bool(events)

    def phase(self) -> tuple[str | None, str]:
        """The phase that runs and since when. The mark is asked too: it is there before any recorder tells of it."""
        mark = read_mark(self.folder)
        if mark is not None:
            return mark.id, iso_time(mark.since)
        if self.state.is_recording or self.state.phase is None:
            return None, ""
        return self.state.phase, self.state.phase_since

    def is_recording(self) -> bool:
        """Whether a recorder is at work: it has not told of its end, and its process is there or wrote just now."""
        if not self.state.is_recording:
            return False
        return self.folder.resolve() in running_sessions() or seconds_between(self.state.last_at, self.now) < GONE_SECONDS

    def quiet(self) -> str | None:
        """Why nothing arrives."""
        reason = quiet_reason(self.state, self.now)
        return "recorder_gone" if self.state.is_recording and reason and not self.is_recording() else reason


def _read(folder: Path) -> tuple[SessionFile, str]:
    """What session.toml says, and what is wrong with it: a view goes on all the same."""
    path = folder / "session.toml"
    if not path.exists():
        return SessionFile(), ""
    try:
        return read_session(read_text(str(path)), str(path)), ""
    except AuditError as error:
        return SessionFile(), str(error)


def _register(folder: Path, said: SessionFile) -> Register | None:
    own = folder / said.register
    try:
        return register_file.load(str(own) if own.is_file() else said.register)
    except AuditError:
        return None
