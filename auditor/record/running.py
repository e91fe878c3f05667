"""Which recordings run on this machine: each announces its session, and `auditor phase NAME` finds it.

One file for each process in the user's state folder, named by the process id, holding the session's path. What a killed
recorder leaves is passed over, and removed by the next that looks.
"""

import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from auditor.errors import UsageError

_MAX_PATH = 8192


def state_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """${XDG_STATE_HOME:-~/.local/state}/auditor/running, of the user that this process acts for."""
    said = environment.get("XDG_STATE_HOME", "")
    # Not $HOME: under sudo that stays root's when the process has become the caller.
    base = Path(said) if said.startswith("/") else Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".local" / "state"
    return base / "auditor" / "running"


@contextmanager
def announced(session: Path, folder: Path | None = None) -> Iterator[None]:
    """Announces that this process records into the session, while the block runs.

    A state folder that cannot be written does not stop a recording; its phases are then marked with the session's name.
    """
    place = (folder or state_folder()) / str(os.getpid())
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_text(str(session.resolve()), encoding="utf-8")
    try:
        yield
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)


def running_sessions(folder: Path | None = None) -> tuple[Path, ...]:
    """The sessions that are recorded into now, each once, sorted."""
    found = set()
    for place in (folder or state_folder()).glob("[0-9]*"):
        if _is_alive(int(place.name) if place.name.isdigit() else 0):
            with suppress(OSError, UnicodeDecodeError):
                found.add(Path(place.read_text(encoding="utf-8")[:_MAX_PATH]))
        else:
            with suppress(OSError):
                place.unlink(missing_ok=True)
    return tuple(sorted(found))


def running_session(folder: Path | None = None) -> Path:
    """The session that is recorded into now.

    Raises:
        UsageError: no recording runs, or several do.
    """
    sessions = running_sessions(folder)
    if not sessions:
        raise UsageError("no recording runs", fix="start one with `auditor record app`, or name a session folder")
    if len(sessions) > 1:
        raise UsageError("several recordings run", fix=f"name one: {', '.join(map(str, sessions))}")
    return sessions[0]


def _is_alive(process: int) -> bool:
    if process <= 0:
        return False
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
