"""Where the captures behind a report lie: a report folder and its document in, the folder of its captures out.

A report names its inputs relative to their session and holds no path of the machine that it was made on. Where nobody says where
they are, the usual places are looked at; whoever reads a capture there compares its digest first, so that no other recording of
the same name is taken for it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from auditor.errors import IntegrityError, Source, UsageError

if TYPE_CHECKING:
    from auditor.model.audit import Audit, InputRow

CAPTURES = "captures"


def captures_of(report: Path, audit: "Audit", named: str | None) -> Path:
    """The folder that was named; else `captures/NAME` or NAME beside the folder of the reports or in this one, else this one (of
    loose files): the first that has one of the inputs.

    Raises:
        UsageError: none was named, and none of these has any.
    """
    if named is not None:
        return Path(named)
    place = report.resolve()
    roots = (place.parent.parent / CAPTURES, Path(CAPTURES), place.parent.parent, Path())
    folders = (*(root / place.name for root in roots), Path())
    for folder in folders:
        if any((folder / row.path).is_file() for row in audit.inputs):
            return folder
    raise UsageError("its captures are not where they usually are", Source(str(report)), "name their folder with --captures DIR")


def same_capture(folder: Path, row: "InputRow") -> str:
    """The path of an input that is, byte for byte, the one that was audited.

    Raises:
        UsageError: it is not there, or cannot be read.
        IntegrityError: it is another one.
    """
    from auditor.file_digest import sha256

    path = str(folder / row.path)
    digest = sha256(path)
    if digest is None:
        raise UsageError("is not there or cannot be read", Source(path), "name the folder of the captures with --captures DIR")
    if digest != row.sha256:
        raise IntegrityError("is not the capture that was audited", Source(path), "its bytes have changed, or it is another one")
    return path
