"""Files and folders that this process may not open, for tests that root runs, too."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65_534


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest's own belong to its user alone."""
    folder = Path(tempfile.mkdtemp(prefix="closed-files-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def closed(*paths: Path) -> Iterator[None]:
    """Nobody may open the paths meanwhile; root, whom no mode keeps out, is nobody."""
    modes = {path: path.stat().st_mode for path in paths}
    for path in paths:
        path.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        for path, mode in modes.items():
            path.chmod(mode)


def give_away(folder: Path) -> None:
    """The folder and all in it belong to whom `closed` makes of root, who then may write there."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, -1)
